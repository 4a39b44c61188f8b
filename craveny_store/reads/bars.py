"""Bars of one stock as they are shown, from every observation of them."""

from collections.abc import Sequence
from datetime import date

from psycopg import sql
from sqlalchemy import Connection

from craveny_domain.bars import NOTHING_LATER, Later, Observation, ShownBar, shown_bar, shown_bars
from craveny_store.reads.paging import Row, fetch, fetch_one

_COLUMNS = sql.SQL("""
    price_id, session_date, source, open::float8, high::float8, low::float8, close::float8, volume,
    split_ratio::float8, available_at, dividend::float8""")
_BETWEEN = sql.SQL("""
    SELECT {columns} FROM price
    WHERE stock_id = %(stock)s AND session_date BETWEEN %(first)s AND %(last)s""").format(columns=_COLUMNS)
_ON = sql.SQL("""
    SELECT {columns} FROM price WHERE stock_id = %(stock)s AND session_date = ANY(%(days)s)""").format(columns=_COLUMNS)
_DAYS_OF = sql.SQL("SELECT session_date FROM price WHERE price_id = ANY(%(ids)s)")
_NEWEST = sql.SQL("SELECT max(session_date) AS newest FROM price WHERE stock_id = %(stock)s")
_ACTIONS = sql.SQL("""
    SELECT session_date, coalesce(max(split_ratio) FILTER (WHERE split_ratio <> 1), 1)::float8 AS split_ratio,
        max(dividend)::float8 AS dividend,
        (SELECT close::float8 FROM price b WHERE b.stock_id = %(stock)s AND b.session_date < told.session_date
        ORDER BY b.session_date DESC, b.available_at DESC, b.price_id DESC LIMIT 1) AS close_before
    FROM (
        SELECT DISTINCT ON (session_date, source) session_date, split_ratio, dividend FROM price
        WHERE stock_id = %(stock)s AND session_date > %(after)s
        ORDER BY session_date, source, available_at DESC, price_id DESC) told
    WHERE split_ratio <> 1 OR dividend <> 0
    GROUP BY session_date ORDER BY session_date DESC""")


def newest_bar_date(conn: Connection, stock_id: int) -> date | None:
    """The newest session the stock has a bar of."""
    return (fetch_one(conn, _NEWEST, {"stock": stock_id}) or {}).get("newest")


def bars_between(conn: Connection, stock_id: int, first: date, last: date) -> list[ShownBar]:
    """The stock's bars from first to last, ascending, as known now."""
    rows = fetch(conn, _BETWEEN, {"stock": stock_id, "first": first, "last": last})
    return shown_bars([Observation(**row) for row in rows], _later(_actions_after(conn, stock_id, last), last))


def bars_by_id(conn: Connection, stock_id: int, price_ids: Sequence[int]) -> dict[int, ShownBar]:
    """Certain observations of the stock's bars, by id; their closes adjusted by later actions as known now."""
    days = [row["session_date"] for row in fetch(conn, _DAYS_OF, {"ids": list(price_ids)})]
    if not days:
        return {}
    seen = [Observation(**row) for row in fetch(conn, _ON, {"stock": stock_id, "days": days})]
    actions = _actions_after(conn, stock_id, min(days))
    return {
        chosen.price_id: shown_bar(
            chosen,
            [o for o in seen if o.session_date == chosen.session_date],
            _later(actions, chosen.session_date),
        )
        for chosen in seen
        if chosen.price_id in price_ids
    }


def _actions_after(conn: Connection, stock_id: int, day: date) -> Sequence[Row]:
    """Splits and dividends after a day, the newest first."""
    return fetch(conn, _ACTIONS, {"stock": stock_id, "after": day})


def _later(actions: Sequence[Row], day: date) -> Later:
    later = NOTHING_LATER
    for action in actions:
        if action["session_date"] > day:
            later = later.before(action["split_ratio"], action["dividend"], action["close_before"])
    return later
