"""People's judgements of links: which uncertain ones wait for one, and what was judged.

A judgement is a row of its own, so that it outlives its link; who reads links heeds the latest one at a fence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg import sql
from sqlalchemy import Connection, func, insert, select

from craveny_domain.passages import REVIEW_BELOW
from craveny_store.heads import bump
from craveny_store.reads.paging import Cut, Found, Order, fetch, merged, page_of
from craveny_store.tables import match, match_review, stock

Verdict = Literal["confirmed", "rejected"]
NEWEST = Order(("p.available_at", "p.news_id", "p.stock_id"), ("available_at", "news_id", "stock_id"), descending=True)
# A copy of a story has no vote, and nobody is asked about it. Both are asked link by link: joined, each page would
# read all news.
_OF_A_MARKET = sql.SQL("""
    SELECT p.* FROM match p
    WHERE p.market = {market} AND p.score < {certain} AND {beyond}
    AND (SELECT n.story_id FROM news n WHERE n.news_id = p.news_id) = p.news_id
    AND (SELECT min(r.review_id) FROM match_review r WHERE r.news_id = p.news_id AND r.stock_id = p.stock_id) IS NULL
    ORDER BY {order} LIMIT {limit}""")
_WAITING = sql.SQL("""
    SELECT p.news_id, p.stock_id, p.market, s.symbol, s.name, p.kind, p.span, p.span_start, p.score, p.available_at,
        n.title, n.excerpt, n.source
    FROM ({page}) p JOIN news n USING (news_id) JOIN stock s USING (stock_id)
    ORDER BY {order}""")


@dataclass(frozen=True)
class Review:
    """A judgement of a link; `available_at` is when it was given, by the database's clock."""

    review_id: int
    verdict: Verdict
    available_at: datetime


def waiting_links(conn: Connection, markets: Sequence[str], cut: Cut) -> Found:
    """A page of the stories' uncertain links that nobody has judged, the one that became available last first."""
    branches = [
        _OF_A_MARKET.format(
            market=sql.Literal(market),
            certain=sql.Literal(REVIEW_BELOW),
            beyond=NEWEST.beyond(cut.after),
            order=NEWEST.clause,
            limit=sql.Literal(cut.limit + 1),
        )
        for market in markets
    ]
    query = _WAITING.format(page=merged(branches, NEWEST, cut), order=NEWEST.clause)
    return page_of(fetch(conn, query, NEWEST.parameters(cut.after)), cut, NEWEST.key)


def linked_stock(conn: Connection, news_id: int, market: str, symbol: str) -> int | None:
    """The id of the stock with this symbol when the article is linked to it, whatever was judged; else None."""
    query = select(match.c.stock_id).join(stock, stock.c.stock_id == match.c.stock_id)
    return conn.execute(
        query.where(match.c.news_id == news_id, stock.c.market == market, stock.c.symbol == symbol)
    ).scalar()


def standing_review(conn: Connection, news_id: int, stock_id: int) -> Review | None:
    """The latest judgement of a link."""
    c = match_review.c
    query = select(c.review_id, c.verdict, c.available_at).where(c.news_id == news_id, c.stock_id == stock_id)
    row = conn.execute(query.order_by(c.available_at.desc(), c.review_id.desc()).limit(1)).first()
    return Review(*row) if row else None


def add_review(
    conn: Connection, market: str, news_id: int, stock_id: int, verdict: Verdict, reviewer_id: int | None
) -> Review:
    """Judge a link from now on: what is shown changes at once, of forecasts those with a later cut-off."""
    c = match_review.c
    row = {"news_id": news_id, "stock_id": stock_id, "verdict": verdict, "reviewer_id": reviewer_id}
    given = insert(match_review).values(**row, available_at=func.clock_timestamp())
    review = Review(*conn.execute(given.returning(c.review_id, c.verdict, c.available_at)).one())
    bump(conn, market, match.name)
    return review
