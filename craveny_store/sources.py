"""Sources and how far they were read, imported archives, and the quarantine for rows that could not be used."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from craveny_domain.clocks import Market
from craveny_domain.facts import Bar, RawItem, Rejected
from craveny_store.bulk import insert_missing
from craveny_store.tables import archive_item, quarantine, source, source_watermark

ARCHIVE = "archive"
"""The kind of an imported archive; every other kind is configured."""
PAYLOAD_LIMIT = 4_000
Feed = Literal["news", "price"]


@dataclass(frozen=True)
class SourceRow:
    """A source of news or prices as registered, and the days it can speak for."""

    market: str
    name: str
    feed: Feed
    kind: str
    is_synthetic: bool
    first_date: date
    last_date: date | None
    every_minutes: int | None = None
    off_reason: str | None = None

    def covers(self, day: date) -> bool:
        """Whether the source can speak for a local day; one that is off speaks for none."""
        return self.off_reason is None and self.first_date <= day and (self.last_date is None or day <= self.last_date)


def register_source(conn: Connection, row: SourceRow) -> None:
    """Add an imported archive, or widen what a known one can speak for."""
    statement = insert(source).values(**vars(row))
    excluded = statement.excluded
    widened = {
        "first_date": func.least(source.c.first_date, excluded.first_date),
        "last_date": func.greatest(source.c.last_date, excluded.last_date),
    }
    conn.execute(statement.on_conflict_do_update(index_elements=["market", "name", "feed"], set_=widened))


def declare_sources(conn: Connection, market: str, rows: Sequence[SourceRow], today: date) -> None:
    """Make the configured sources those of the market; one that is configured no longer ends with yesterday.

    Imported archives are nobody's configuration and stay. A source that comes back speaks on from today.
    """
    ended = update(source).where(
        source.c.market == market,
        source.c.kind != ARCHIVE,
        source.c.last_date.is_(None),
        tuple_(source.c.name, source.c.feed).not_in([(row.name, row.feed) for row in rows]),
    )
    conn.execute(ended.values(last_date=today - timedelta(days=1), off_reason=None))
    for row in rows:
        statement = insert(source).values(**vars(row))
        new = statement.excluded
        said: dict[str, ColumnElement] = {
            **{name: new[name] for name in ("kind", "is_synthetic", "last_date", "every_minutes", "off_reason")},
            "first_date": func.least(source.c.first_date, new.first_date),
        }
        differs = or_(*(source.c[name].is_distinct_from(value) for name, value in said.items()))
        conn.execute(
            statement.on_conflict_do_update(index_elements=["market", "name", "feed"], set_=said, where=differs)
        )


def sources_of(conn: Connection, market: str) -> list[SourceRow]:
    """The market's sources by name and feed."""
    rows = conn.execute(
        select(source).where(source.c.market == market).order_by(source.c.name, source.c.feed)
    ).mappings()
    return [SourceRow(**row) for row in rows]


def move_watermark(conn: Connection, market: str, name: str, feed: str, reached_at: datetime) -> None:
    """Record that a source was read up to an instant; never moves back."""
    statement = insert(source_watermark).values(market=market, source=name, feed=feed, reached_at=reached_at)
    newest = func.greatest(source_watermark.c.reached_at, statement.excluded.reached_at)
    conn.execute(
        statement.on_conflict_do_update(index_elements=["market", "source", "feed"], set_={"reached_at": newest})
    )


def watermarks(conn: Connection, market: str, feed: str) -> dict[str, datetime]:
    """How far each source of the market was read."""
    c = source_watermark.c
    query = select(c.source, c.reached_at).where(c.market == market, c.feed == feed)
    return dict(conn.execute(query).tuples().all())


def add_archive_items(conn: Connection, market: Market, name: str, feed: str, items: Iterable[RawItem | Bar]) -> int:
    """Store an archive's items, leaving those that are already there; returns how many were new."""
    columns = ["market", "source", "feed", "item_key", "local_date", "available_at", "payload"]
    rows = (_archive_row(market, name, feed, item) for item in items)
    return insert_missing(conn, archive_item, columns, rows)


def _archive_row(market: Market, name: str, feed: str, item: RawItem | Bar) -> tuple:
    if isinstance(item, RawItem):
        day = market.local_date(item.available_at)
        return (market.code, name, feed, item.item_key, day, item.available_at, item.payload)
    values = {k: v for k, v in vars(item).items() if k not in ("session_date", "available_at", "basis")}
    key = f"{item.symbol}:{item.session_date}"
    return (market.code, name, feed, key, item.session_date, item.available_at, json.dumps(values))


def archived_items(conn: Connection, market: str, name: str, feed: str, day: date) -> Iterator[RowMapping]:
    """An archive's items of a local day (news) or session (price): item_key, available_at, payload."""
    c = archive_item.c
    query = select(c.item_key, c.available_at, c.payload).where(
        c.market == market, c.source == name, c.feed == feed, c.local_date == day
    )
    return iter(conn.execute(query.order_by(c.available_at, c.item_key)).mappings().all())


def add_quarantine(conn: Connection, market: str, name: str, feed: str, rejected: Sequence[Rejected]) -> int:
    """Keep rows that could not be used, once each; returns how many were new."""
    if not rejected:
        return 0
    columns = ["market", "source", "feed", "item_key", "reason", "payload"]
    rows = [
        (market, name, feed, r.item_key[:200], r.reason, r.payload[:PAYLOAD_LIMIT].replace("\x00", "\ufffd"))
        for r in rejected
    ]
    return insert_missing(conn, quarantine, columns, rows)


def quarantine_counts(conn: Connection, market: str | None = None) -> dict[tuple[str, str, str], int]:
    """Quarantined rows per (market, source, feed)."""
    c = quarantine.c
    query = select(c.market, c.source, c.feed, func.count()).group_by(c.market, c.source, c.feed)
    if market:
        query = query.where(c.market == market)
    return {(m, s, f): n for m, s, f, n in conn.execute(query)}
