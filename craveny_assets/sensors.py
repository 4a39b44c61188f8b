"""What runs by the session: forecasts at the cut-off, settlements after the close.

A sensor and not a cron: exam days, early closes and clock changes move the session.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import dagster as dg
from sqlalchemy import Connection

from craveny_assets.jobs import AssetJob, job_name
from craveny_domain.clocks import Market
from craveny_domain.launches import CATCH_UP, Launch, due_again, due_launches
from craveny_store.calendar import sessions_between
from craveny_store.engine import open_engine
from craveny_store.forecasts import pending_sessions
from craveny_store.model_book import active_models
from craveny_store.partitions import database_now, days_of_every_model, materialized_days
from craveny_store.settings import Settings
from craveny_store.sources import sources_of, watermarks

NEVER = datetime.min.replace(tzinfo=UTC)


def session_sensor(market: Market, jobs: Sequence[AssetJob]) -> dg.SensorDefinition:
    """Launches the market's forecast and settlement when its session times, read from the table, say so."""

    @dg.sensor(
        name=f"{market.code}_session_sensor",
        jobs=jobs,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=session_sensor.__doc__,
    )
    def sensor() -> Iterator[dg.RunRequest | dg.SkipReason]:
        launches = due_now(market)
        for launch in launches:
            again = f":{launch.attempt}" if launch.attempt else ""
            yield dg.RunRequest(
                run_key=f"{launch.job}:{launch.session_date}{again}",
                job_name=job_name(market.code, launch.job),
                partition_key=launch.session_date.isoformat(),
            )
        if not launches:
            yield dg.SkipReason("No cut-off or close has come since the last launch.")

    return sensor


def due_now(market: Market) -> list[Launch]:
    """The market's launches that are due by the database's clock and not materialized yet."""
    engine = open_engine(Settings().database_url, pool_size=1)
    try:
        with engine.connect() as conn:
            now = database_now(conn)
            today = market.local_date(now)
            first, last = today - CATCH_UP - timedelta(days=1), today + timedelta(days=1)
            settled = materialized_days(conn, market.code, "daily_performance", first, last)
            names = [model.model_name for model in active_models(conn, now)]
            forecast = days_of_every_model(conn, market.code, names, first, last)
            done = {*(Launch(day, "settle") for day in settled), *(Launch(day, "forecast") for day in forecast)}
            sessions = sessions_between(conn, market.code, first, last)
            due = due_launches(now, sessions, market.lead, done, _read_until(conn, market, today))
            pending = pending_sessions(conn, market.code, [s.session_date for s in sessions if now < s.open_at])
            return [*due, *due_again(now, sessions, market.lead, pending)]
    finally:
        engine.dispose()


def _read_until(conn: Connection, market: Market, today: date) -> datetime | None:
    """How far every news source that speaks for today is read; None when none does."""
    reached = watermarks(conn, market.code, "news")
    names = [s.name for s in sources_of(conn, market.code) if s.feed == "news" and s.covers(today)]
    return min((reached.get(name, NEVER) for name in names), default=None)
