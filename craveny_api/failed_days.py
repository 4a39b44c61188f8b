"""Days that are not as they should be, put together from Dagster's runs and our own account of what was written."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, Engine

from craveny_api.schemas import FailedPartition
from craveny_domain.failures import days_of, first_error_line
from craveny_domain.freshness import FailedSpan, still_failed
from craveny_domain.launches import ASSETS
from craveny_store.orchestration import RunRow, failure_events, newest_runs, planned_assets, reading
from craveny_store.reads.operations import committed_at, failed_gates

RUNS = 100
"""So many of the newest failed runs are looked at."""
SHOWN = 500
"""So many days are shown of each kind, the newest."""
Place = tuple[str, str, date]


def failed_partitions(conn: Connection, dagster: Engine, markets: Sequence[str]) -> list[FailedPartition]:
    """Days whose newest run failed and that nobody wrote since, and days with a failing gate; the newest first.

    Raises StoreError when Dagster's database cannot be read.
    """
    gates = [FailedPartition(kind="gate", **row) for row in failed_gates(conn, markets, ASSETS, SHOWN)]
    found = [*_of_runs(conn, dagster, markets), *gates]
    return sorted(found, key=lambda f: (f.partition_date, f.market, f.asset, f.kind), reverse=True)


def _of_runs(conn: Connection, dagster: Engine, markets: Sequence[str]) -> list[FailedPartition]:
    with reading(dagster) as runs:
        failed = newest_runs(runs, RUNS, status="FAILURE")
        planned = planned_assets(runs, [run.run_id for run in failed])
    spans = [span for run in failed for span in _spans(run, planned.get(run.run_id, set()), markets)]
    unmade = still_failed(spans, committed_at(conn, [(s.market, s.asset, s.first, s.last) for s in spans]))
    with reading(dagster) as runs:
        events = failure_events(runs, list({span.run_id for span in unmade.values()}))
    said = {(e.run_id, e.step or ""): first_error_line(e.errors) for e in events if e.errors}
    stepped = {run_id for run_id, step in said if step}
    shown = [
        _failed(place, span, said)
        for place, span in unmade.items()
        # What stood behind a step that failed was never tried; the step itself is what failed.
        if span.run_id not in stepped or (span.run_id, f"{span.market}__{span.asset}") in said
    ]
    return sorted(shown, key=lambda f: f.partition_date, reverse=True)[:SHOWN]


def _spans(run: RunRow, planned: set[tuple[str, str]], markets: Sequence[str]) -> list[FailedSpan]:
    days = _days(run)
    begun, ended = run.started_at or run.created_at, run.ended_at or run.created_at
    return [
        FailedSpan(market, asset, *days, run.run_id, begun, ended)
        for market, asset in planned
        if days and market in markets and asset in ASSETS
    ]


def _days(run: RunRow) -> tuple[date, date] | None:
    first, _, last = (days_of(run.tags) or "").partition("...")
    try:
        return date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        return None


def _failed(place: Place, span: FailedSpan, said: dict[tuple[str, str], str]) -> FailedPartition:
    market, asset, day = place
    line = said.get((span.run_id, f"{market}__{asset}")) or said.get((span.run_id, ""))
    return FailedPartition(
        market=market,
        asset=asset,
        partition_date=day,
        kind="run",
        detail=line or "Dagster gave no reason; see the run.",
        run_id=span.run_id,
        failed_at=span.failed_at,
    )
