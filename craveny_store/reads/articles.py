"""Articles as they are shown: each with the stocks it is about, and with the story it tells. Lists show stories.

A link that a reviewer rejected is none. A story is its first article and all that retell it, or retell a retelling.
"""

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
# As a plain comparison the planner would take first tellings for rare, and read everything to find one.
_FIRST = "coalesce(p.story_id = p.news_id, false)"
_MATCHED_FIRST = "coalesce((SELECT n.story_id FROM news n WHERE n.news_id = p.news_id) = p.news_id, false)"
_TELLINGS = """
    RECURSIVE back AS (
        SELECT b.news_id, b.story_id, b.source, b.available_at FROM news b WHERE b.news_id = {news_id}
        UNION SELECT b.news_id, b.story_id, b.source, b.available_at FROM back JOIN news b ON b.news_id = back.story_id
    ), origin AS (
        SELECT news_id, source, available_at FROM back ORDER BY available_at, news_id LIMIT 1
    ), telling AS (
        SELECT news_id, source, available_at FROM origin
        UNION SELECT t.news_id, t.source, t.available_at FROM telling JOIN news t ON t.story_id = telling.news_id)"""
# Articles are looked up one by one: joined, the planner would read all of a table that is not very large.
_SHOWN = sql.SQL("""
    SELECT n.news_id, n.market, n.title, n.excerpt, n.link, n.source, n.language, n.published_at, n.available_at,
        n.basis, n.story_id, n.is_synthetic, array(
            SELECT s.symbol FROM match p JOIN stock s USING (stock_id)
            WHERE p.news_id = n.news_id AND NOT {rejected} ORDER BY s.symbol) AS symbols,
        story.first_source, story.copies, story.lead_minutes
    FROM ({page}) p
    CROSS JOIN LATERAL (SELECT * FROM news a WHERE a.news_id = p.news_id LIMIT 1) n
    CROSS JOIN LATERAL (
        WITH {tellings}
        SELECT o.source AS first_source, count(*) - 1 AS copies,
            (extract(epoch FROM min(t.available_at) FILTER (WHERE t.source <> o.source) - o.available_at) / 60)::float8
                AS lead_minutes
        FROM origin o, telling t GROUP BY o.source, o.available_at) story
    ORDER BY {order}""")
_COPIES = sql.SQL("""
    WITH {tellings}
    SELECT news_id FROM telling WHERE news_id <> %(news_id)s ORDER BY available_at, news_id LIMIT {limit}""")


@dataclass(frozen=True)
class Asked:
    """Which stories: of a stock, between two local days of the market, both included; None asks for any."""

    symbol: str | None = None
    from_date: date | None = None
    to_date: date | None = None


def list_articles(conn: Connection, markets: Sequence[Market], asked: Asked, cut: Cut) -> Found:
    """A page of the markets' stories by their first articles, the one that became available last first."""
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
        found.add(_FIRST)
    else:
        found.add_constant("p.stock_id = {}", stock_id)
        found.add(f"NOT {_REJECTED}")
        found.add(_MATCHED_FIRST)
    if asked.from_date is not None:
        found.add_constant("p.available_at >= {}", _bounds(market, asked.from_date)[0])
    if asked.to_date is not None:
        found.add_constant("p.available_at < {}", _bounds(market, asked.to_date)[1])
    return found.clause


def _bounds(market: Market, day: date) -> tuple[datetime, datetime]:
    return market.day_bounds(min(max(day, FIRST_DAY), LAST_DAY))


def _shown(conn: Connection, page: Part, values: Row, *, earliest_first: bool = False) -> list[Row]:
    way = "n.available_at, n.news_id" if earliest_first else "n.available_at DESC, n.news_id DESC"
    tellings = sql.SQL(_TELLINGS).format(news_id=sql.SQL("n.news_id"))
    query = _SHOWN.format(page=page, rejected=sql.SQL(_REJECTED), tellings=tellings, order=sql.SQL(way))
    return fetch(conn, query, values)


def articles_by_id(conn: Connection, news_ids: Sequence[int]) -> dict[int, Row]:
    """The articles with these ids that are still kept."""
    page = sql.SQL("SELECT unnest(%(ids)s::int8[]) AS news_id")
    return {row["news_id"]: row for row in _shown(conn, page, {"ids": sorted(set(news_ids))})}


def copies_of(conn: Connection, news_id: int, limit: int) -> list[Row]:
    """The other tellings of an article's story, the earliest first; of one that is not kept, none."""
    tellings = sql.SQL(_TELLINGS).format(news_id=sql.SQL("%(news_id)s"))
    page = _COPIES.format(tellings=tellings, limit=sql.Literal(limit))
    return _shown(conn, page, {"news_id": news_id}, earliest_first=True)
