"""What looks at the past again: prices of the newest sessions once a day, settlements whose prices have changed.

Ranges of days in one run each; a day that was settled again has recorded what it read, and is not due any more.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import dagster as dg
from sqlalchemy import Connection

from craveny_assets.jobs import AFTERWARDS, AssetJob, job_name
from craveny_assets.sources.live_prices import LIVE_PRICES
from craveny_domain.clocks import Market
from craveny_domain.launches import due_recheck, due_resettlement
from craveny_store.calendar import sessions_between
from craveny_store.engine import open_engine
from craveny_store.partitions import database_now, materialized_days
from craveny_store.revisions import stale_settlements
from craveny_store.settings import Settings
from craveny_store.sources import sources_of

LOOK_BACK = timedelta(days=21)
"""Calendar days that hold five sessions even around the longest holidays."""
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def revision_sensor(market: Market, jobs: Sequence[AssetJob]) -> dg.SensorDefinition:
    """Launches what settles the market again: five sessions' prices looked at once more, days whose prices changed."""

    @dg.sensor(
        name=f"{market.code}_revision_sensor",
        jobs=jobs,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=revision_sensor.__doc__,
    )
    def sensor(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        settling = dg.RunsFilter(job_name=job_name(market.code, "resettle"), statuses=UNFINISHED)
        is_settling = bool(context.instance.get_run_ids(settling, limit=1))
        requests = revisions_due(market, is_settling=is_settling)
        yield from requests
        if not requests:
            yield dg.SkipReason("No price has changed under a settlement, and none is due to be looked at again.")

    return sensor


def revisions_due(market: Market, *, is_settling: bool) -> list[dg.RunRequest]:
    """The runs that are due by the database's clock; while one is settling again no second one is."""
    engine = open_engine(Settings().database_url, pool_size=1)
    try:
        with engine.connect() as conn:
            now = database_now(conn)
            rechecked = _recheck(conn, market, now)
            resettled = None if is_settling else _resettlement(conn, market, now)
            return [request for request in (rechecked, resettled) if request]
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


def _resettlement(conn: Connection, market: Market, now: datetime) -> dg.RunRequest | None:
    stale = stale_settlements(conn, market.code)
    days = due_resettlement([each.day for each in stale])
    if days is None:
        return None
    # What cannot be settled again is tried once a day, and as soon as a price changes anew.
    newest = max(each.version for each in stale if each.day <= days[1])
    return _over(market, "resettle", days, f"resettle:{days[0]}:{newest}:{market.local_date(now)}")


def _over(market: Market, job: str, days: tuple[date, date], key: str) -> dg.RunRequest:
    first, last = (day.isoformat() for day in days)
    span = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    return dg.RunRequest(run_key=key, job_name=job_name(market.code, job), tags={**AFTERWARDS, **span})
