"""Stocks, indices and what they are called; every read is as of a fence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, and_, exists, insert, or_, select, union
from sqlalchemy.dialects.postgresql import insert as upsert

from craveny_domain.clocks import Market
from craveny_domain.facts import Listing
from craveny_domain.matching import Alias
from craveny_store.heads import STOCK, bump
from craveny_store.tables import stock, stock_alias, stock_pause


@dataclass(frozen=True)
class Stock:
    """A member of a market's universe."""

    stock_id: int
    symbol: str
    name: str
    kind: str
    is_synthetic: bool


@dataclass(frozen=True)
class CrawledStock:
    """A stock as crawlers ask for it: `name` as it is today, `priority` from 1 (asked for most) to 5."""

    symbol: str
    name: str
    priority: int


def add_listings(conn: Connection, market: Market, listings: Sequence[Listing], *, is_synthetic: bool) -> int:
    """Add stocks and their names; known ones stay as they are. Returns how many were new."""
    if not listings:
        return 0
    rows = [
        {
            "market": market.code,
            "symbol": item.symbol,
            "name": item.name,
            "name_en": item.name_en,
            "kind": item.kind,
            "sector": item.sector,
            "currency": market.currency,
            "is_synthetic": is_synthetic,
            "priority": item.priority,
            "available_at": item.available_at,
        }
        for item in listings
    ]
    # As many statements as it takes: one has room for 65,535 values.
    added = len(conn.execute(upsert(stock).on_conflict_do_nothing().returning(stock.c.stock_id), rows).all())
    ids = stock_ids(conn, market.code)
    names = [row for item in listings if item.kind == "stock" for row in _alias_rows(ids[item.symbol], item)]
    if names:
        known = set(
            conn.execute(
                select(stock_alias.c.stock_id, stock_alias.c.alias, stock_alias.c.kind).where(
                    stock_alias.c.stock_id.in_({row["stock_id"] for row in names})
                )
            ).tuples()
        )
        fresh = [row for row in names if (row["stock_id"], row["alias"], row["kind"]) not in known]
        if fresh:
            conn.execute(insert(stock_alias), fresh)
    bump(conn, market.code, STOCK)
    return added


def _alias_rows(stock_id: int, item: Listing) -> list[dict[str, object]]:
    kind = "code" if item.symbol.isdigit() else "ticker"
    names = {(item.symbol, kind), (item.name, "name")}
    names |= {(item.name_en, "name")} if item.name_en else set()
    names |= {(alias, "alias") for alias in item.aliases} - {(n, "alias") for n, _ in names}
    return [
        {"stock_id": stock_id, "alias": name, "kind": kind, "available_at": item.available_at}
        for name, kind in sorted(names)
    ]


def stock_ids(conn: Connection, market: str, fence: datetime | None = None) -> dict[str, int]:
    """Ids by symbol of everything the market had listed by an instant; of everything without one."""
    query = select(stock.c.symbol, stock.c.stock_id).where(stock.c.market == market)
    if fence is not None:
        query = query.where(stock.c.available_at <= fence)
    return dict(conn.execute(query).tuples().all())


def name_changes(conn: Connection, market: str, start: datetime, end: datetime) -> list[datetime]:
    """The instants after start and before end at which what a stock is called changes, ascending.

    Marking a name as needing context is a change too: the name is given up and taken again at one instant.
    """
    joined = stock_alias.join(stock, stock.c.stock_id == stock_alias.c.stock_id)
    columns = (stock.c.available_at, stock.c.retired_at, stock_alias.c.available_at, stock_alias.c.retired_at)
    queries = [
        select(column.label("at")).select_from(joined).where(stock.c.market == market, column > start, column < end)
        for column in columns
    ]
    return sorted(conn.execute(union(*queries)).scalars())


def universe(conn: Connection, market: str, fence: datetime) -> list[Stock]:
    """Stocks (no indices) in the market's universe at an instant and not paused then, by id."""
    c = stock.c
    query = select(c.stock_id, c.symbol, c.name, c.kind, c.is_synthetic).where(is_member(market, fence))
    return [Stock(*row) for row in conn.execute(query.order_by(c.stock_id))]


def crawled_stocks(conn: Connection, market: str, fence: datetime) -> list[CrawledStock]:
    """The universe at an instant as it is crawled, by priority; priorities have no past, today's count."""
    c = stock.c
    query = select(c.symbol, c.name, c.priority).where(is_member(market, fence))
    return [CrawledStock(*row) for row in conn.execute(query.order_by(c.priority, c.stock_id))]


def aliases(conn: Connection, market: str, fence: datetime) -> list[Alias]:
    """What the market's stocks were called at an instant; a paused stock keeps its names."""
    a, s = stock_alias.c, stock.c
    query = (
        select(a.stock_id, a.alias, a.kind, a.needs_context)
        .join(stock, s.stock_id == a.stock_id)
        .where(
            s.market == market,
            _in_force(s.available_at, s.retired_at, fence),
            _in_force(a.available_at, a.retired_at, fence),
        )
    )
    return [Alias(*row) for row in conn.execute(query.order_by(a.alias_id))]


def names_at(conn: Connection, market: str, fence: datetime) -> dict[int, str]:
    """What each stock was called at an instant, by id: the newest of its names then."""
    a, s = stock_alias.c, stock.c
    query = (
        select(a.stock_id, a.alias)
        .join(stock, s.stock_id == a.stock_id)
        .where(s.market == market, a.kind == "name", _in_force(a.available_at, a.retired_at, fence))
        .order_by(a.available_at, a.alias_id.desc())
    )
    return dict(conn.execute(query).tuples().all())


def is_member(market: str, fence: datetime) -> ColumnElement[bool]:
    """Of a row of `stock`: whether it is in the market's universe at an instant, and not paused then."""
    c, p = stock.c, stock_pause.c
    is_paused = exists().where(p.stock_id == c.stock_id, _in_force(p.available_at, p.ended_at, fence))
    return and_(c.market == market, c.kind == "stock", _in_force(c.available_at, c.retired_at, fence), ~is_paused)


def _in_force(since: Column[datetime], until: Column[datetime], fence: datetime) -> ColumnElement[bool]:
    return and_(since <= fence, or_(until.is_(None), until > fence))
