"""What launches reports: the forecast that was made, news that came together, a person who waits."""

import hashlib

import dagster as dg
from sqlalchemy import Connection

from craveny_assets.days.reports import Due, reports_due
from craveny_assets.jobs import AssetJob, job_name
from craveny_assets.revisions import UNFINISHED
from craveny_domain.clocks import Market
from craveny_domain.report_refresh import RETRY_AFTER, may_retry
from craveny_store.engine import open_engine
from craveny_store.model_book import active_models
from craveny_store.partitions import database_now
from craveny_store.settings import Settings


def report_sensor(market: Market, job: AssetJob) -> dg.SensorDefinition:
    """Launches the market's report job for today when reports are due; one run at a time."""

    @dg.sensor(
        name=f"{market.code}_report_sensor",
        job=job,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=report_sensor.__doc__,
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        writing = dg.RunsFilter(job_name=job_name(market.code, "report"), statuses=UNFINISHED)
        if context.instance.get_run_ids(writing, limit=1):
            return dg.SkipReason("Reports are being written.")
        return report_run(market)

    return sensor


def report_run(market: Market) -> dg.RunRequest | dg.SkipReason:
    """The run that is due by the database's clock, or why there is none."""
    engine = open_engine(Settings().database_url, pool_size=1)
    try:
        with engine.connect() as conn:
            return _run(conn, market)
    finally:
        engine.dispose()


def _run(conn: Connection, market: Market) -> dg.RunRequest | dg.SkipReason:
    now = database_now(conn)
    writers = active_models(conn, now, "report")
    if not writers:
        return dg.SkipReason("No active language model writes reports: none has a prompt for them.")
    moment, found = reports_due(conn, market, now, Settings().report_priority, writers)
    due = [each for each in found if each.reason or (each.standing.last and may_retry(each.standing.last, moment))]
    if not due:
        return dg.SkipReason("No report is due.")
    # Where a run fails at once, what is due stays so: the next one comes no sooner than a retry would.
    part = int(now.timestamp() // RETRY_AFTER.total_seconds())
    key = f"report:{moment.today}:{_digest(due)}:{part}"
    return dg.RunRequest(run_key=key, partition_key=moment.today.isoformat(), tags={"craveny/reports": str(len(due))})


def _digest(due: list[Due]) -> str:
    told = sorted(f"{each.stock.stock_id}:{each.model.model_name}:{each.reason}:{each.standing.last}" for each in due)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
