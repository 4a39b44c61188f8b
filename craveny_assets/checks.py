"""Statements that should hold of the tables, shown beside the assets. They summarise and never block.

Per-day gates are rows of partition_check, written with the day and asserted by its readers.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dagster as dg
from sqlalchemy import Connection

from craveny_domain.clocks import Market
from craveny_store.engine import open_engine
from craveny_store.integrity import failed_gates, live_forecasts_after_open, settled_twice
from craveny_store.judgement_integrity import (
    contaminated_days_counted,
    sums_that_differ,
    verdicts_that_differ,
)
from craveny_store.pair_integrity import pairs_not_live, pairs_that_differ
from craveny_store.partitions import database_now
from craveny_store.reads.sources import source_reports
from craveny_store.settings import Settings

Count = Callable[[Connection, str], list[str]]


def market_checks(market: Market) -> list[dg.AssetChecksDefinition]:
    """The market's checks, one statement each."""
    return [
        _sources_as_usual(market),
        _check(market, "price", "no_gate_failed", lambda conn, code: failed_gates(conn, code, "price")),
        _check(market, "prediction", "live_means_before_the_open", live_forecasts_after_open),
        _check(market, "evaluation_history", "settled_once", settled_twice),
        _check(market, "daily_performance", "sums_reconcile_with_rows", sums_that_differ),
        _check(market, "daily_performance", "pairs_reconcile_with_rows", pairs_that_differ),
        _check(market, "model_comparison", "live_days_only", pairs_not_live),
        _check(market, "model_comparison", "no_contaminated_day", contaminated_days_counted),
        _check(market, "model_comparison", "equal_from_scratch", lambda conn, _: verdicts_that_differ(conn, market)),
    ]


def _check(market: Market, asset: str, name: str, offenders: Count) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=dg.AssetKey([market.code, asset]), name=name)
    def check() -> dg.AssetCheckResult:
        with _store() as conn:
            found = offenders(conn, market.code)
        return dg.AssetCheckResult(passed=not found, metadata={"offenders": len(found), "first": "; ".join(found[:5])})

    return check


def _sources_as_usual(market: Market) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=dg.AssetKey([market.code, "raw_news"]), name="sources_as_usual")
    def check() -> dg.AssetCheckResult:
        with _store() as conn:
            reports = [r for r in source_reports(conn, market, database_now(conn)) if r.feed == "news"]
        unusual = {
            r.name: r.reason or "" for r in reports if r.state == "failing" or r.volume.verdict in ("silent", "flood")
        }
        counts = {f"{r.name} today": r.volume.items_today for r in reports if r.state not in ("off", "ended")}
        return dg.AssetCheckResult(
            passed=not unusual,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"sources": len(reports), **unusual, **counts},
        )

    return check


@contextmanager
def _store() -> Iterator[Connection]:
    engine = open_engine(Settings().database_url, pool_size=1)
    try:
        with engine.connect() as conn:
            yield conn
    finally:
        engine.dispose()
