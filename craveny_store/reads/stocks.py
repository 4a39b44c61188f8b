"""Stocks and indices as they are listed and found."""

from collections.abc import Sequence
from typing import Literal

from psycopg import sql
from sqlalchemy import Connection

from craveny_store.reads.paging import Conditions, Cut, Found, Order, Row, fetch, fetch_one, like, page_of

Sort = Literal["symbol", "name"]
ORDERS: dict[Sort, Order] = {
    "symbol": Order(("s.symbol", "s.market"), ("symbol", "market"), descending=False),
    "name": Order(("s.name", "s.stock_id"), ("name", "stock_id"), descending=False),
}

_COLUMNS = """
    s.stock_id, s.market, s.symbol, s.name, s.name_en, s.kind, s.sector, s.currency, s.is_synthetic, s.priority,
    EXISTS (SELECT FROM stock_pause p WHERE p.stock_id = s.stock_id AND p.ended_at IS NULL) AS is_paused"""
_LIST = sql.SQL("SELECT {columns} FROM stock s WHERE {where} ORDER BY {order} LIMIT {limit}")
_CALLED = """(s.symbol ILIKE %(q)s OR s.name ILIKE %(q)s OR s.name_en ILIKE %(q)s OR EXISTS (
    SELECT FROM stock_alias a WHERE a.stock_id = s.stock_id AND a.retired_at IS NULL AND a.alias ILIKE %(q)s))"""


def list_stocks(
    conn: Connection, market: str | None, q: str | None, kind: Literal["stock", "index"] | None, sort: Sort, cut: Cut
) -> Found:
    """A page of stocks and indices; `q` is a part of a symbol or of any name it goes by, in any case of letters."""
    order, conditions = ORDERS[sort], Conditions()
    conditions.add_if_given("s.market = %(market)s", market=market)
    conditions.add_if_given("s.kind = %(kind)s", kind=kind)
    conditions.add_if_given(_CALLED, q=like(q) if q else None)
    query = _LIST.format(
        columns=sql.SQL(_COLUMNS),
        where=conditions.clause + sql.SQL(" AND ") + order.beyond(cut.after),
        order=order.clause,
        limit=sql.Literal(cut.limit + 1),
    )
    return page_of(fetch(conn, query, conditions.values | order.parameters(cut.after)), cut, order.key)


_ONE = sql.SQL("""
    SELECT {columns}, array(
        SELECT DISTINCT a.alias FROM stock_alias a WHERE a.stock_id = s.stock_id AND a.retired_at IS NULL ORDER BY 1
    ) AS aliases
    FROM stock s WHERE s.market = %(market)s AND s.symbol = %(symbol)s""").format(columns=sql.SQL(_COLUMNS))


def stock_called(conn: Connection, market: str, symbol: str) -> Row | None:
    """One stock with its id and what else it is called; None when the market has no such symbol."""
    return fetch_one(conn, _ONE, {"market": market, "symbol": symbol})


def stock_ids_called(conn: Connection, markets: Sequence[str], symbol: str) -> dict[str, int]:
    """By market, the id of the stock with this symbol; markets without one are left out."""
    query = sql.SQL("SELECT market, stock_id FROM stock WHERE market = ANY(%(markets)s) AND symbol = %(symbol)s")
    return {row["market"]: row["stock_id"] for row in fetch(conn, query, {"markets": list(markets), "symbol": symbol})}
