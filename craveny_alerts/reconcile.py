"""The reconcile scan: failed runs that no notice tells of, because the sensor missed them, get theirs."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from craveny_domain.alerts import Notice
from craveny_domain.failures import FailedRun, failure_notice
from craveny_store import notifications as outbox
from craveny_store.orchestration import FailedRunRow, FailureEvent, failed_runs, failure_events

SCANNED = timedelta(hours=24)
SENSOR_TIME = timedelta(seconds=20)
"""A failure is the sensor's to tell for so long."""


def reconcile(
    store: Connection, orchestration: Connection, now: datetime, markets: Collection[str], dagster_address: str
) -> int:
    """Add the missing notices of a day's failed runs, in the store's transaction; how many there were."""
    return outbox.add(store, missing_notices(store, orchestration, now, markets, dagster_address))


def missing_notices(
    store: Connection, orchestration: Connection, now: datetime, markets: Collection[str], dagster_address: str
) -> list[Notice]:
    """What the outbox should hold and does not: a notice for each failed run that is worth one."""
    rows = {row.run_id: row for row in failed_runs(orchestration, now - SCANNED, now - SENSOR_TIME)}
    unknown = outbox.unknown_keys(store, [f"run_failure:{run_id}" for run_id in rows])
    untold = [run_id for run_id in rows if f"run_failure:{run_id}" in unknown]
    events = failure_events(orchestration, untold) if untold else []
    told = (
        failure_notice(_failed(rows[run_id], [e for e in events if e.run_id == run_id]), markets, dagster_address)
        for run_id in untold
    )
    return [notice for notice in told if notice is not None]


def _failed(row: FailedRunRow, events: list[FailureEvent]) -> FailedRun:
    steps = {e.step: e.errors for e in events if e.kind == "STEP_FAILURE" and e.step}
    said = [e.content for e in events if e.kind == "PIPELINE_FAILURE"]
    return FailedRun(
        row.run_id,
        row.job,
        row.tags,
        row.ended_at,
        steps,
        message=_text(said[-1], "user_message") or _text(said[-1].get("dagster_event"), "message") if said else "",
        was_canceling=any(e.kind == "PIPELINE_CANCELING" for e in events),
    )


def _text(found: Any, name: str) -> str:  # noqa: ANN401 - part of a JSON object
    value = found.get(name) if isinstance(found, dict) else None
    return value if isinstance(value, str) else ""
