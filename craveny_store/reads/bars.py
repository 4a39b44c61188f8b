"""Bars of one stock as they are shown, from every observation of them."""

from collections.abc import Sequence
from datetime import date
from math import prod

from psycopg import sql
from sqlalchemy import Connection

from craveny_domain.bars import Observation, ShownBar, shown_bar, shown_bars
from craveny_store.reads.paging import fetch, fetch_one

_COLUMNS = sql.SQL("""
    price_id, session_date, source, open::float8, high::float8, low::float8, close::float8, volume,
    split_ratio::float8, available_at""")
_BETWEEN = sql.SQL("""
    SELECT {columns} FROM price
    WHERE stock_id = %(stock)s AND session_date BETWEEN %(first)s AND %(last)s""").format(columns=_COLUMNS)
_ON = sql.SQL("""
    SELECT {columns} FROM price WHERE stock_id = %(stock)s AND session_date = ANY(%(days)s)""").format(columns=_COLUMNS)
_DAYS_OF = sql.SQL("SELECT session_date FROM price WHERE price_id = ANY(%(ids)s)")
_NEWEST = sql.SQL("SELECT max(session_date) AS newest FROM price WHERE stock_id = %(stock)s")
_SPLITS = sql.SQL("""
    SELECT session_date, split_ratio::float8 FROM (
        SELECT DISTINCT ON (session_date) session_date, split_ratio FROM price
        WHERE stock_id = %(stock)s AND session_date > %(after)s
        ORDER BY session_date, available_at DESC, price_id DESC) latest
    WHERE split_ratio <> 1""")


def newest_bar_date(conn: Connection, stock_id: int) -> date | None:
    """The newest session the stock has a bar of."""
    return (fetch_one(conn, _NEWEST, {"stock": stock_id}) or {}).get("newest")


def bars_between(conn: Connection, stock_id: int, first: date, last: date) -> list[ShownBar]:
    """The stock's bars from first to last, ascending, as known now."""
    rows = fetch(conn, _BETWEEN, {"stock": stock_id, "first": first, "last": last})
    splits = _splits_after(conn, stock_id, last)
    return shown_bars([Observation(**row) for row in rows], prod(splits.values()))


def bars_by_id(conn: Connection, stock_id: int, price_ids: Sequence[int]) -> dict[int, ShownBar]:
    """Certain observations of the stock's bars, by id; their closes adjusted by later splits as known now."""
    days = [row["session_date"] for row in fetch(conn, _DAYS_OF, {"ids": list(price_ids)})]
    if not days:
        return {}
    seen = [Observation(**row) for row in fetch(conn, _ON, {"stock": stock_id, "days": days})]
    splits = _splits_after(conn, stock_id, min(days))
    return {
        chosen.price_id: shown_bar(
            chosen,
            [o for o in seen if o.session_date == chosen.session_date],
            prod(ratio for day, ratio in splits.items() if day > chosen.session_date),
        )
        for chosen in seen
        if chosen.price_id in price_ids
    }


def _splits_after(conn: Connection, stock_id: int, day: date) -> dict[date, float]:
    rows = fetch(conn, _SPLITS, {"stock": stock_id, "after": day})
    return {row["session_date"]: row["split_ratio"] for row in rows}
