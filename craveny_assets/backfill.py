"""Filling days: `python -m craveny_assets.backfill MARKET FIRST LAST [USD]`, run as a child process.

Plans ascending chunks, warm-up first, and runs each as one Dagster run in this process; the account of every
run is in the Dagster UI. Prints one JSON line per finished chunk; the last one is the verdict.
"""

import json
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import dagster as dg
from sqlalchemy import Connection, Engine

from craveny_assets.assets import DAYS_PER_RUN, PLANS, sync_mirror, sync_reasons
from craveny_assets.days.work import Work
from craveny_assets.embedders import embedder_of
from craveny_assets.jobs import job_name
from craveny_assets.resources import HISTORIES, mirror_of
from craveny_domain.clocks import Market, Session, cutoff, days_between, session_index
from craveny_domain.launches import CRAWL, FORECAST, SETTLE, SETTLE_GRACE
from craveny_domain.panel import LOOKBACK_SESSIONS
from craveny_store.calendar import all_sessions
from craveny_store.engine import open_engine
from craveny_store.leases import LeaseKeeper
from craveny_store.llm_spending import spent_since
from craveny_store.partitions import database_now, materialized_days
from craveny_store.settings import Settings, load_markets
from craveny_store.sources import Feed, sources_of

ALL = tuple(plan.name for plan in PLANS)


@dataclass(frozen=True)
class Chunk:
    """One run: these assets over these days."""

    assets: tuple[str, ...]
    first: date
    last: date

    @property
    def partitions(self) -> int:
        """Asset days in the chunk."""
        return len(self.assets) * len(days_between(self.first, self.last))


def plan_backfill(conn: Connection, market: Market, first: date, last: date) -> list[Chunk]:
    """The chunks that materialize every asset from first to last: what the first day reads before it, where it is
    missing, then the days in order, today last with what its session allows."""
    now = database_now(conn)
    today = market.local_date(now)
    sessions = all_sessions(conn, market.code)
    past = _chunks(ALL, days_between(first, min(last, today - timedelta(days=1))))
    current = [Chunk(_ready(market, sessions, today, now), today, today)] if last >= today else []
    return [*_warm_up(conn, market, sessions, first), *past, *current]


def _warm_up(conn: Connection, market: Market, sessions: Sequence[Session], first: date) -> Iterator[Chunk]:
    at = next((i for i, s in enumerate(sessions) if s.session_date >= first), len(sessions))
    before = first - timedelta(days=1)
    starts: dict[tuple[str, ...], tuple[Feed, date]] = {
        ("price",): ("price", sessions[max(0, at - LOOKBACK_SESSIONS - 1)].session_date),
        CRAWL: ("news", market.local_date(cutoff(sessions[max(0, at - 1)], market.lead))),
    }
    sources = sources_of(conn, market.code)
    for assets, (feed, start) in starts.items():
        speaking = [s.first_date for s in sources if s.feed == feed and s.covers(first)]
        start = max(market.first_date, min(start, before), min(speaking, default=first))
        there = set(materialized_days(conn, market.code, assets[-1], start, before))
        missing = [d for d in days_between(start, before) if d not in there]
        if missing:
            yield from _chunks(assets, days_between(missing[0], missing[-1]), size=400)


def _chunks(assets: tuple[str, ...], days: Sequence[date], size: int = DAYS_PER_RUN) -> list[Chunk]:
    return [Chunk(assets, days[i], days[min(i + size, len(days)) - 1]) for i in range(0, len(days), size)]


def _ready(market: Market, sessions: Sequence[Session], today: date, now: datetime) -> tuple[str, ...]:
    index = session_index(sessions, today)
    if index is None:
        return ALL
    session = sessions[index]
    if now >= session.close_at + SETTLE_GRACE:
        return ALL
    forecast = FORECAST if now >= cutoff(session, market.lead) else ()
    return tuple(name for name in ALL if name in (*CRAWL, *forecast) and name not in SETTLE)


@contextmanager
def busy_instance() -> Iterator[dg.DagsterInstance]:
    """The Dagster instance for many events from one process: it keeps its connections, where it would open two for
    each event, and writes a step's materializations together."""
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "1000")
    with dg.DagsterInstance.get() as instance:
        # Named for the webserver, but what it does is pool; the times are in milliseconds and seconds.
        instance.optimize_for_webserver(statement_timeout=600_000, pool_recycle=3600, max_overflow=20)
        yield instance


def run_chunk(market: Market, chunk: Chunk, instance: dg.DagsterInstance, max_usd: Decimal | None = None) -> str | None:
    """Run one chunk, with a cap of its own where one is given; returns None, or why it failed in one line."""
    from craveny_assets.definitions import defs

    job = defs.resolve_job_def(job_name(market.code, "day"))
    result = job.execute_in_process(
        instance=instance,
        asset_selection=[dg.AssetKey([market.code, name]) for name in chunk.assets],
        tags={
            "dagster/asset_partition_range_start": chunk.first.isoformat(),
            "dagster/asset_partition_range_end": chunk.last.isoformat(),
        },
        run_config=_config(market, chunk, max_usd),
        raise_on_error=False,
    )
    if result.success:
        return None
    failures = [e.step_failure_data for e in result.all_events if e.is_step_failure]
    return next((_reason(f) for f in failures), f"run {result.run_id} failed")


def _config(market: Market, chunk: Chunk, max_usd: Decimal | None) -> dict[str, Any]:
    config: dict[str, Any] = {"resources": {"workshop": {"config": {"one_of_many": True}}}}
    if max_usd is not None and "prediction" in chunk.assets:
        config["ops"] = {f"{market.code}__prediction": {"config": {"max_usd": float(max_usd)}}}
    return config


def _reason(failure: Any) -> str:  # noqa: ANN401 - Dagster exports no name for it
    """What went wrong in one line: our own account of the failed days, or the exception beneath Dagster's."""
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    while error is not None and error.cause is not None:
        error = error.cause
    return " ".join(error.message.split()) if error else "unknown"


def main(arguments: Sequence[str]) -> int:
    """Fill the days named on the command line; 0 when every chunk succeeded."""
    code, first, last = arguments[0], date.fromisoformat(arguments[1]), date.fromisoformat(arguments[2])
    settings = Settings()
    market = load_markets(settings.markets_file)[code]
    cap = Decimal(arguments[3]) if len(arguments) > 3 else None
    engine = open_engine(settings.database_url)
    with engine.connect() as conn:
        chunks = plan_backfill(conn, market, first, last)
        begun = database_now(conn)
    engine.dispose()
    _tell({"chunks": len(chunks), "partitions": sum(c.partitions for c in chunks)})
    with busy_instance() as instance:
        for chunk in chunks:
            failure = run_chunk(market, chunk, instance, _left(engine, cap, begun))
            _tell({"done": asdict(chunk), "failure": failure})
            if failure:
                return 1
    if settings.milvus_uri:
        # Once at the end: on the way up every day would be the newest for a while, sent and soon dropped again.
        HISTORIES.clear()
        keeper = LeaseKeeper(engine, "backfill")
        embedder = embedder_of(settings, engine, keeper)
        work = Work(engine, market, keeper, mirror_of(settings, embedder.embedding), embedder=embedder)
        sys.stderr.write(f"{sync_mirror(work)}; {sync_reasons(work)}\n")
    return 0


def _left(engine: Engine, cap: Decimal | None, begun: datetime) -> Decimal | None:
    """What is left of a cap on the whole backfill."""
    if cap is None:
        return None
    with engine.connect() as conn:
        return max(Decimal(0), cap - spent_since(conn, begun))


def _tell(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    sys.exit(main(sys.argv[1:]))
