"""Raw items, articles and their links to stocks: reads by day and by window, writes by day."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, func, select

from craveny_domain.briefs import StoryText
from craveny_domain.clocks import Window
from craveny_domain.facts import RawItem
from craveny_store.bulk import Changes, cursor, insert_missing, merge_rows
from craveny_store.tables import match, news, raw_news

RAW_COLUMNS = [
    "market", "source", "item_key", "payload_hash", "payload", "headers", "fetched_at", "available_at", "basis",
]  # fmt: skip
NEWS_COLUMNS = [
    "news_id", "market", "partition_date", "source", "title", "excerpt", "link", "language", "story_id", "symbols",
    "positive", "negative", "published_at", "available_at", "basis", "is_synthetic",
]  # fmt: skip
MATCH_COLUMNS = [
    "news_id", "stock_id", "market", "partition_date", "kind", "span", "span_start", "score", "mentions",
    "available_at",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RawRow:
    """A stored raw item."""

    raw_news_id: int
    source: str
    item_key: str
    payload: str
    available_at: datetime
    basis: str


@dataclass(frozen=True)
class ArticleRow:
    """A stored article as matching and embedding read it."""

    news_id: int
    title: str
    excerpt: str
    symbols: tuple[str, ...]
    available_at: datetime


@dataclass(frozen=True)
class WindowLink:
    """One story (its earliest article) about one stock inside a forecast's window."""

    stock_id: int
    news_id: int
    title: str
    positive: int
    negative: int


def append_raw(conn: Connection, market: str, source: str, items: Sequence[RawItem]) -> int:
    """Add items that are not there yet (same source, key and identity); returns how many were new."""
    if not items:
        return 0
    # In order of availability, so that ids follow time within a fetch.
    ordered = sorted(items, key=lambda i: (i.available_at, i.item_key))
    return insert_missing(conn, raw_news, RAW_COLUMNS, [_raw_row(market, source, item) for item in ordered])


def _raw_row(market: str, source: str, item: RawItem) -> tuple:
    sameness = hashlib.sha256((item.identity or item.payload).encode()).digest()
    headers = None if item.headers is None else dict(item.headers)
    return (
        market, source, item.item_key, sameness, item.payload, headers, item.fetched_at, item.available_at, item.basis,
    )  # fmt: skip


def raw_between(conn: Connection, market: str, start: datetime, end: datetime) -> list[RawRow]:
    """Raw items available in [start, end), by id."""
    c = raw_news.c
    query = select(c.raw_news_id, c.source, c.item_key, c.payload, c.available_at, c.basis).where(
        c.market == market, c.available_at >= start, c.available_at < end
    )
    return [RawRow(*row) for row in conn.execute(query.order_by(c.raw_news_id))]


def newest_raw(conn: Connection, market: str, start: datetime, end: datetime, limit: int) -> list[RawRow]:
    """The newest raw items available in [start, end), at most `limit`, by id."""
    c = raw_news.c
    query = select(c.raw_news_id, c.source, c.item_key, c.payload, c.available_at, c.basis).where(
        c.market == market, c.available_at >= start, c.available_at < end
    )
    rows = conn.execute(query.order_by(c.available_at.desc(), c.raw_news_id.desc()).limit(limit)).all()
    return [RawRow(*row) for row in reversed(rows)]


def count_raw(conn: Connection, market: str, start: datetime, end: datetime) -> int:
    """How many raw items are available in [start, end)."""
    c = raw_news.c
    query = select(func.count()).where(c.market == market, c.available_at >= start, c.available_at < end)
    return conn.execute(query).scalar_one()


def write_news(conn: Connection, market: str, day: date, rows: Sequence[tuple]) -> Changes:
    """Make a day's articles equal to the rows (in NEWS_COLUMNS order)."""
    scope = {"market": market, "partition_date": day}
    return merge_rows(conn, news, NEWS_COLUMNS, rows, scope=scope, key=["news_id"])


def articles_of(conn: Connection, market: str, day: date) -> list[ArticleRow]:
    """A day's articles, by id."""
    c = news.c
    query = select(c.news_id, c.title, c.excerpt, c.symbols, c.available_at).where(
        c.market == market, c.partition_date == day
    )
    return [
        ArticleRow(i, title, excerpt, tuple(symbols), at)
        for i, title, excerpt, symbols, at in conn.execute(query.order_by(c.news_id))
    ]


def texts_of(conn: Connection, news_ids: Collection[int], fence: datetime) -> dict[int, StoryText]:
    """What articles available at the fence say, by id."""
    c = news.c
    query = select(c.news_id, c.title, c.excerpt, c.source, c.available_at).where(
        c.news_id.in_(news_ids), c.available_at <= fence
    )
    return {
        news_id: StoryText(news_id, title, excerpt, source, f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}")
        for news_id, title, excerpt, source, at in conn.execute(query)
    }


def write_matches(conn: Connection, market: str, day: date, rows: Sequence[tuple]) -> Changes:
    """Make a day's links equal to the rows (in MATCH_COLUMNS order)."""
    scope = {"market": market, "partition_date": day}
    return merge_rows(conn, match, MATCH_COLUMNS, rows, scope=scope, key=["news_id", "stock_id"])


_LINKED = """
    FROM news n JOIN match m USING (news_id)
    WHERE n.available_at > %(after)s AND n.available_at <= %(until)s
    AND n.story_id = n.news_id
    AND m.available_at <= %(until)s
    AND NOT coalesce((
        SELECT r.verdict = 'rejected' FROM match_review r
        WHERE r.news_id = m.news_id AND r.stock_id = m.stock_id AND r.available_at <= %(until)s
        ORDER BY r.available_at DESC, r.review_id DESC LIMIT 1), false)"""
_LINKS = f"""
    SELECT m.stock_id, n.news_id, n.title, n.positive, n.negative{_LINKED} AND n.market = %(market)s
    ORDER BY n.available_at, n.news_id, m.stock_id"""
_STORIES = f"""
    SELECT m.stock_id, n.news_id, n.available_at{_LINKED}
    AND m.stock_id = ANY(%(stocks)s) AND m.available_at > %(after)s
    ORDER BY n.available_at, n.news_id"""


def links_in(conn: Connection, market: str, window: Window) -> list[WindowLink]:
    """The links of a window's stories, oldest first, without those a reviewer had rejected by its end."""
    with cursor(conn) as cur:
        rows = cur.execute(_LINKS, {"market": market, "after": window.after, "until": window.until}).fetchall()
    return [WindowLink(*row) for row in rows]


def stories_about(conn: Connection, stock_ids: Sequence[int], window: Window) -> dict[int, list[tuple[int, datetime]]]:
    """The stories of a window about each of the stocks, as (news id, when it became available), oldest first."""
    found: dict[int, list[tuple[int, datetime]]] = {stock_id: [] for stock_id in stock_ids}
    with cursor(conn) as cur:
        given = {"stocks": list(stock_ids), "after": window.after, "until": window.until}
        for stock_id, news_id, at in cur.execute(_STORIES, given):
            found[stock_id].append((news_id, at))
    return found


_SUBJECTS = """
    SELECT m.news_id, m.stock_id, n.available_at
    FROM match m JOIN news n USING (news_id)
    WHERE m.news_id = ANY(%(ids)s) AND m.available_at <= %(fence)s AND n.available_at <= %(fence)s
    AND NOT coalesce((
        SELECT r.verdict = 'rejected' FROM match_review r
        WHERE r.news_id = m.news_id AND r.stock_id = m.stock_id AND r.available_at <= %(fence)s
        ORDER BY r.available_at DESC, r.review_id DESC LIMIT 1), false)
    ORDER BY m.news_id, m.stock_id"""


def subjects_of(conn: Connection, news_ids: Collection[int], fence: datetime) -> list[tuple[int, int, datetime]]:
    """The stocks that articles were linked to by the fence: (news_id, stock_id, available_at of the article)."""
    with cursor(conn) as cur:
        return cur.execute(_SUBJECTS, {"ids": list(news_ids), "fence": fence}).fetchall()


def declared_in(conn: Connection, market: str, window: Window) -> bool:
    """Whether an item of the window is there only by its source's word: first seen after the window's end."""
    c = raw_news.c
    query = select(c.raw_news_id).where(
        c.market == market,
        c.available_at > window.after,
        c.available_at <= window.until,
        c.basis == "declared",
        c.observed_at > window.until,
    )
    return conn.execute(query.limit(1)).first() is not None
