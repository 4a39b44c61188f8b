"""Articles as they are shown, each with the stocks it is about; a link that a reviewer rejected is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg import sql
from sqlalchemy import Connection

from craveny_domain.clocks import Market
from craveny_store.reads.paging import Conditions, Cut, Found, Order, Part, Row, fetch, merged, page_of
from craveny_store.reads.stocks import stock_ids_called

NEWEST = Order(("p.available_at", "p.news_id"), ("available_at", "news_id"), descending=True)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2900, 1, 1)
"""Days beyond these are taken for these: an instant of theirs may not exist."""

_REJECTED = """coalesce((
    SELECT r.verdict = 'rejected' FROM match_review r WHERE r.news_id = p.news_id AND r.stock_id = p.stock_id
    ORDER BY r.available_at DESC, r.review_id DESC LIMIT 1), false)"""
_SHOWN = sql.SQL("""
    SELECT n.news_id, n.market, n.title, n.excerpt, n.link, n.source, n.language, n.published_at, n.available_at,
        n.basis, n.story_id, n.is_synthetic, array(
            SELECT s.symbol FROM match p JOIN stock s USING (stock_id)
            WHERE p.news_id = n.news_id AND NOT {rejected} ORDER BY s.symbol) AS symbols
    FROM ({page}) p JOIN news n USING (news_id)
    ORDER BY {order}""")


@dataclass(frozen=True)
class Asked:
    """Which articles: of a stock, between two local days of the market, both included; None asks for any."""

    symbol: str | None = None
    from_date: date | None = None
    to_date: date | None = None


def list_articles(conn: Connection, markets: Sequence[Market], asked: Asked, cut: Cut) -> Found:
    """A page of the markets' articles, the one that became available last first."""
    codes = [market.code for market in markets]
    stocks = None if asked.symbol is None else stock_ids_called(conn, codes, asked.symbol)
    table = "news" if stocks is None else "match"
    branches = [
        sql.SQL("SELECT p.news_id, p.available_at FROM {} p WHERE {} AND {} ORDER BY {} LIMIT {}").format(
            sql.Identifier(table),
            _within(market, asked, None if stocks is None else stocks[market.code]),
            NEWEST.beyond(cut.after),
            NEWEST.clause,
            sql.Literal(cut.limit + 1),
        )
        for market in markets
        if stocks is None or market.code in stocks
    ]
    if not branches:
        return Found([], None)
    rows = _shown(conn, merged(branches, NEWEST, cut), NEWEST.parameters(cut.after))
    return page_of(rows, cut, NEWEST.key)


def _within(market: Market, asked: Asked, stock_id: int | None) -> Part:
    found = Conditions()
    if stock_id is None:
        found.add_constant("p.market = {}", market.code)
    else:
        found.add_constant("p.stock_id = {}", stock_id)
        found.add(f"NOT {_REJECTED}")
    if asked.from_date is not None:
        found.add_constant("p.available_at >= {}", _bounds(market, asked.from_date)[0])
    if asked.to_date is not None:
        found.add_constant("p.available_at < {}", _bounds(market, asked.to_date)[1])
    return found.clause


def _bounds(market: Market, day: date) -> tuple[datetime, datetime]:
    return market.day_bounds(min(max(day, FIRST_DAY), LAST_DAY))


def _shown(conn: Connection, page: Part, values: Row) -> list[Row]:
    query = _SHOWN.format(page=page, rejected=sql.SQL(_REJECTED), order=sql.SQL("n.available_at DESC, n.news_id DESC"))
    return fetch(conn, query, values)


def articles_by_id(conn: Connection, news_ids: Sequence[int]) -> dict[int, Row]:
    """The articles with these ids that are still kept."""
    page = sql.SQL("SELECT unnest(%(ids)s::int8[]) AS news_id")
    return {row["news_id"]: row for row in _shown(conn, page, {"ids": sorted(set(news_ids))})}
