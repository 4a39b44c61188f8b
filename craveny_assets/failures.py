"""What happens when a run fails: one notice in the outbox, from where the sender takes it to people."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from craveny_domain.failures import ErrorLink, FailedRun, failure_notice
from craveny_store import notifications as outbox
from craveny_store.engine import open_engine
from craveny_store.settings import Settings, load_markets


@dg.run_failure_sensor(
    name="run_failure_sensor",
    # The daemon's own loop takes five seconds: less changes nothing.
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def run_failure_sensor(context: dg.RunFailureSensorContext) -> None:
    """Puts one notice per failed run into the outbox; retries of a reported failure stay quiet but the last.

    Without the store it fails visibly in its tick, and the watchdog's reconcile scan makes up for it.
    """
    settings = Settings()
    notice = failure_notice(_failed(context), set(load_markets(settings.markets_file)), settings.dagster_address)
    if notice is None:
        context.log.info(f"run {context.dagster_run.run_id} stood back or is retried: nothing to tell")
        return
    engine = open_engine(settings.database_url, pool_size=1)
    try:
        with engine.begin() as conn:
            outbox.add(conn, [notice])
    finally:
        engine.dispose()


def _failed(context: dg.RunFailureSensorContext) -> FailedRun:
    run, event = context.dagster_run, context.failure_event
    canceling = context.instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.PIPELINE_CANCELING)
    steps = {e.step_key: list(_chain(e.event_specific_data)) for e in context.get_step_failure_events() if e.step_key}
    ended = context.instance.get_run_record_by_id(run.run_id)
    at = ended.end_time if ended and ended.end_time else datetime.now(UTC).timestamp()
    return FailedRun(
        run.run_id,
        run.job_name,
        ended.dagster_run.tags if ended else run.tags,
        datetime.fromtimestamp(at, UTC),
        steps,
        message=event.message or "",
        was_canceling=bool(canceling.records),
    )


def _chain(specific: Any) -> Iterator[ErrorLink]:  # noqa: ANN401 - Dagster's union of event contents
    error = getattr(specific, "error", None)
    while error is not None:
        yield ErrorLink(error.cls_name or "", error.message)
        error = error.cause
