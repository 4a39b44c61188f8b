"""What looks at the past again: prices of the newest sessions once a day, settlements whose prices have changed, and
verdicts whose daily figures have.

Ranges of days in one run each; a day that was made again has recorded what it read, and is not due any more.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import dagster as dg
from sqlalchemy import Connection

from craveny_assets.jobs import AFTERWARDS, AssetJob, job_name
from craveny_assets.sources.live_prices import LIVE_PRICES
from craveny_domain.clocks import Market
from craveny_domain.launches import due_recheck, due_revision
from craveny_store.calendar import sessions_between
from craveny_store.engine import open_engine
from craveny_store.partitions import database_now, materialized_days
from craveny_store.revisions import stale_settlements, stale_verdicts
from craveny_store.settings import Settings
from craveny_store.sources import sources_of

LOOK_BACK = timedelta(days=21)
"""Calendar days that hold five sessions even around the longest holidays."""
AGAIN = {"resettle": stale_settlements, "rejudge": stale_verdicts}
"""The jobs that revise the past, and which days are due for each, the first one first."""
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def revision_sensor(market: Market, jobs: Sequence[AssetJob]) -> dg.SensorDefinition:
    """Launches what settles the market again: five sessions' prices looked at once more, days whose prices
    changed, and verdicts of every day after them."""

    @dg.sensor(
        name=f"{market.code}_revision_sensor",
        jobs=jobs,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=revision_sensor.__doc__,
    )
    def sensor(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        running = (dg.RunsFilter(job_name=job_name(market.code, job), statuses=UNFINISHED) for job in AGAIN)
        is_revising = any(context.instance.get_run_ids(filters, limit=1) for filters in running)
        requests = revisions_due(market, is_revising=is_revising)
        yield from requests
        if not requests:
            yield dg.SkipReason(
                "Nothing has changed under a settlement or a verdict, and no price is due to be looked at again."
            )

    return sensor


def revisions_due(market: Market, *, is_revising: bool) -> list[dg.RunRequest]:
    """The runs that are due by the database's clock; while one revises the past no second one is. Verdicts wait until
    everything is settled."""
    engine = open_engine(Settings().database_url, pool_size=1)
    try:
        with engine.connect() as conn:
            now = database_now(conn)
            rechecked = _recheck(conn, market, now)
            revised = None if is_revising else _revision(conn, market, now)
            return [request for request in (rechecked, revised) if request]
    finally:
        engine.dispose()


def _recheck(conn: Connection, market: Market, now: datetime) -> dg.RunRequest | None:
    today = market.local_date(now)
    if not any(s.feed == "price" and s.kind in LIVE_PRICES and s.covers(today) for s in sources_of(conn, market.code)):
        return None
    days = due_recheck(now, sessions_between(conn, market.code, today - LOOK_BACK, today))
    # Before its first forecast an installation has nothing to settle.
    forecast = materialized_days(conn, market.code, "prediction", *days) if days else []
    return _over(market, "settle", (forecast[0], days[1]), f"recheck:{days[1]}") if days and forecast else None


def _revision(conn: Connection, market: Market, now: datetime) -> dg.RunRequest | None:
    for job, stale_days in AGAIN.items():
        stale = stale_days(conn, market.code)
        days = due_revision([each.day for each in stale])
        if days is not None:
            # What cannot be made again is tried once a day, and as soon as what it reads changes anew.
            newest = max(each.version for each in stale if each.day <= days[1])
            return _over(market, job, days, f"{job}:{days[0]}:{newest}:{market.local_date(now)}")
    return None


def _over(market: Market, job: str, days: tuple[date, date], key: str) -> dg.RunRequest:
    first, last = (day.isoformat() for day in days)
    span = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    return dg.RunRequest(run_key=key, job_name=job_name(market.code, job), tags={**AFTERWARDS, **span})
