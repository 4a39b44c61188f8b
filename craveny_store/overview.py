"""Counts over the tables, for people."""

from typing import Any

from sqlalchemy import Connection, func, select

from craveny_store.tables import metadata, partition_check, partition_state


def row_counts(conn: Connection) -> dict[str, int]:
    """Rows per table, exact."""
    return {
        table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def asset_overview(conn: Connection, market: str) -> list[dict[str, Any]]:
    """Per asset of a market: days materialized, the newest, rows in all, days with a failing gate."""
    s, c = partition_state.c, partition_check.c
    failing = (
        select(c.asset, func.count(func.distinct(c.partition_date)).label("days"))
        .where(c.market == market, ~c.passed)
        .group_by(c.asset)
        .subquery()
    )
    query = (
        select(
            s.asset,
            func.count().label("days"),
            func.max(s.partition_date).label("newest"),
            func.sum(s.row_count).label("rows"),
            func.coalesce(func.max(failing.c.days), 0).label("failing_gates"),
        )
        .outerjoin(failing, failing.c.asset == s.asset)
        .where(s.market == market, s.model_name == "")
        .group_by(s.asset)
        .order_by(s.asset)
    )
    return [dict(row) for row in conn.execute(query).mappings()]
