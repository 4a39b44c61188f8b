"""What people change of the stocks of a market: each change is in force from the database's now on, none before it.

Reads as of a fence are in `universe`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, DateTime, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from craveny_domain.clocks import Market
from craveny_domain.facts import Listing
from craveny_domain.matching import AliasKind
from craveny_store.heads import STOCK, bump
from craveny_store.partitions import database_now
from craveny_store.tables import stock, stock_alias, stock_pause
from craveny_store.universe import add_listings, stock_ids


@dataclass(frozen=True)
class StockAlias:
    """A way texts write a stock, in force since `available_at`."""

    alias_id: int
    alias: str
    kind: AliasKind
    needs_context: bool
    available_at: datetime


_IN_FORCE = select(*(stock_alias.c[name] for name in StockAlias.__annotations__)).where(
    stock_alias.c.retired_at.is_(None)
)


def begin_change(conn: Connection, market: str) -> datetime:
    """Wait for whoever changes the market's stocks now, and give the instant from which this change is in force."""
    bump(conn, market, STOCK)
    return database_now(conn)


def add_stock(conn: Connection, market: Market, listing: Listing) -> bool:
    """List a stock with its names; False when the market has its symbol already, and then nothing changes."""
    if listing.symbol in stock_ids(conn, market.code):
        return False
    return add_listings(conn, market, [listing], is_synthetic=False) > 0


def change_stock(conn: Connection, stock_id: int, at: datetime, changes: Mapping[str, object]) -> None:
    """Change any of name, name_en, sector and priority; former names stay aliases, new ones become names."""
    mine = stock.c.stock_id == stock_id
    former = conn.execute(select(stock.c.name, stock.c.name_en).where(mine)).mappings().one()
    conn.execute(update(stock).where(mine).values(**changes))
    for column, name in former.items():
        new = changes.get(column)
        if new and new != name:
            add_alias(conn, stock_id, at, str(new), "name")


def pause_stock(conn: Connection, stock_id: int, at: datetime) -> None:
    """Leave a stock out of the universe; one that is paused stays so since it was."""
    row = {"stock_id": stock_id, "available_at": at}
    conn.execute(upsert(stock_pause).values(row).on_conflict_do_nothing())


def resume_stock(conn: Connection, stock_id: int, at: datetime) -> None:
    """Take a paused stock into the universe again."""
    c = stock_pause.c
    conn.execute(update(stock_pause).where(c.stock_id == stock_id, c.ended_at.is_(None)).values(ended_at=at))


def pause_synthetic(conn: Connection, market: str, at: datetime) -> None:
    """Leave the sample's stocks out of the universe from an instant on; those that are paused stay so."""
    sample = select(stock.c.stock_id, literal(at, DateTime(timezone=True))).where(
        stock.c.market == market, stock.c.is_synthetic
    )
    paused = upsert(stock_pause).from_select(["stock_id", "available_at"], sample)
    conn.execute(paused.on_conflict_do_nothing())


def resume_synthetic(conn: Connection, market: str, at: datetime, since: datetime) -> None:
    """Take the sample's stocks that were paused from an instant on or later into the universe again."""
    c = stock_pause.c
    sample = select(stock.c.stock_id).where(stock.c.market == market, stock.c.is_synthetic)
    theirs = (c.stock_id.in_(sample), c.ended_at.is_(None), c.available_at >= since)
    conn.execute(update(stock_pause).where(*theirs).values(ended_at=at))


def aliases_of(conn: Connection, stock_id: int) -> list[StockAlias]:
    """What a stock is called now, in order of the words."""
    query = _IN_FORCE.where(stock_alias.c.stock_id == stock_id)
    return [StockAlias(*row) for row in conn.execute(query.order_by(stock_alias.c.alias, stock_alias.c.alias_id))]


def add_alias(
    conn: Connection, stock_id: int, at: datetime, alias: str, kind: AliasKind, *, needs_context: bool | None = None
) -> StockAlias | None:
    """Give a stock another name; None when it is in force just so.

    One in force whose `needs_context` differs gives way to the new one; None leaves that as it is.
    """
    c = stock_alias.c
    known = conn.execute(_IN_FORCE.where(c.stock_id == stock_id, c.alias == alias, c.kind == kind)).first()
    if known is not None:
        if needs_context in (None, known.needs_context):
            return None
        retire_alias(conn, stock_id, at, known.alias_id)
    row = {"stock_id": stock_id, "alias": alias, "kind": kind, "needs_context": bool(needs_context), "available_at": at}
    added = conn.execute(insert(stock_alias).values(row).returning(c.alias_id)).scalar_one()
    return StockAlias(added, alias, kind, bool(needs_context), at)


def retire_alias(conn: Connection, stock_id: int, at: datetime, alias_id: int) -> bool:
    """Give a name up; one given up before stays so since then. False when the stock never had it."""
    c = stock_alias.c
    mine = (c.stock_id == stock_id, c.alias_id == alias_id)
    conn.execute(update(stock_alias).where(*mine, c.retired_at.is_(None)).values(retired_at=at))
    return conn.execute(select(c.alias_id).where(*mine)).first() is not None
