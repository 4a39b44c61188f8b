"""Counts and records a person asks for, read from the store: rows, partitions, gates, boards."""

from datetime import date
from typing import Any

from sqlalchemy import Engine

from craveny_domain.clocks import Market
from craveny_domain.intervals import Figure
from craveny_domain.scoring import summarise
from craveny_store.overview import asset_overview, row_counts
from craveny_store.partitions import partition_counts
from craveny_store.performance import day_scores


def rows_and_partitions(engine: Engine) -> dict[str, Any]:
    """Rows per table and materialized days per asset."""
    with engine.connect() as conn:
        partitions = {f"{market}/{asset}": count for (market, asset), count in sorted(partition_counts(conn).items())}
        return {"rows": row_counts(conn), "partitions": partitions}


def boards(engine: Engine, market: Market, horizon: int = 1) -> dict[str, dict[str, dict[str, Figure]]]:
    """Per board and model the figures to date, each with n, days and interval."""
    found: dict[str, dict[str, dict[str, Figure]]] = {}
    with engine.connect() as conn:
        for board in ("live", "reconstructed"):
            scores = day_scores(conn, market.code, board, date.min, date.max)
            figures = {m: summarise(days, h) for (m, h), days in sorted(scores.items()) if h == horizon}
            if figures:
                found[board] = figures
    return found


def overview(engine: Engine, market: Market) -> list[dict[str, Any]]:
    """Per asset: days, newest day, failing gates."""
    with engine.connect() as conn:
        return asset_overview(conn, market.code)
