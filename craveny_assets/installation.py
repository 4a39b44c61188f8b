"""Making an empty database ready, and taking in archives. Free of Dagster: commands call it directly."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Engine

from craveny_assets.sources.archive import ArchiveFolder
from craveny_assets.sources.registry import SAMPLE, sample_source, source_rows
from craveny_assets.sources.starting_stocks import starting_stocks
from craveny_domain.clocks import Market
from craveny_domain.facts import Bar, RawItem, Rejected
from craveny_store.calendar import all_sessions, fill_sessions
from craveny_store.engine import migrate
from craveny_store.listings import begin_change, pause_synthetic, resume_synthetic
from craveny_store.model_book import add_defaults
from craveny_store.partitions import database_now
from craveny_store.source_entries import SourceEntry, load_entries, starting_lists
from craveny_store.sources import (
    ARCHIVE,
    Feed,
    SourceRow,
    add_archive_items,
    add_quarantine,
    declare_sources,
    register_source,
    sources_of,
)
from craveny_store.universe import add_listings

Say = Callable[[str], None]
BATCH = 20_000


def prepare(engine: Engine, markets: Mapping[str, Market], sources: Path | None, *, say: Say) -> None:
    """Bring schema, calendars, models and the configured sources up to date; changes nothing when they are.

    `sources` is the sources file, None where they stay as they are; SourcesError when it cannot be used.
    """
    entries = None if sources is None else load_entries(sources, markets)
    lists = {} if sources is None else starting_lists(sources, markets)
    migrate(engine)
    with engine.begin() as conn:
        add_defaults(conn)
    for market in markets.values():
        with engine.begin() as conn:
            changes = fill_sessions(conn, market, market.local_date(database_now(conn)))
            if changes:
                say(f"{market.code}: {changes.rows} trading sessions")
            if entries is not None:
                _list_stocks(conn, market, entries, lists)


def declare(conn: Connection, market: Market, entries: Sequence[SourceEntry]) -> list[SourceEntry]:
    """Register the configured sources of a market; the sample's stocks are in its universe only while the sample is."""
    own = [entry for entry in entries if entry.market == market.code]
    today = market.local_date(database_now(conn))
    before = next((row for row in sources_of(conn, market.code) if row.kind == SAMPLE), None)
    declare_sources(conn, market.code, source_rows(market, own, today), today)
    is_wanted = any(entry.kind == SAMPLE for entry in own)
    if before and before.last_date is None and not is_wanted:
        pause_synthetic(conn, market.code, begin_change(conn, market.code))
    elif before and before.last_date and is_wanted:
        left_at, _ = market.day_bounds(before.last_date + timedelta(days=1))
        resume_synthetic(conn, market.code, begin_change(conn, market.code), left_at)
    return own


def _list_stocks(conn: Connection, market: Market, entries: Sequence[SourceEntry], lists: Mapping[str, Path]) -> None:
    own = declare(conn, market, entries)
    if any(entry.kind == SAMPLE for entry in own):
        source = sample_source(market, tuple(all_sessions(conn, market.code)))
        add_listings(conn, market, source.listings(), is_synthetic=True)
    if market.code in lists:
        listings = starting_stocks(lists[market.code], database_now(conn))
        add_listings(conn, market, listings, is_synthetic=False)


@dataclass
class Imported:
    """What an import did, in rows; `known` were there already."""

    added: dict[str, int] = field(default_factory=lambda: {"stock": 0, "news": 0, "price": 0})
    known: int = 0
    quarantined: int = 0


def import_archive(
    engine: Engine, market: Market, folder: Path, *, say: Say, lag: timedelta = timedelta(0)
) -> Imported:
    """Take a folder's rows in as a source of the market named after it; importing again changes nothing.

    Raises ArchiveError, with nothing written, when the folder cannot be used.
    """
    archive = ArchiveFolder(folder, market)
    archive.check()
    name, done = folder.resolve().name, Imported()
    with engine.begin() as conn:
        now = database_now(conn)
        listings, rejected = archive.listings()
        done.added["stock"] = add_listings(conn, market, listings, is_synthetic=False)
        done.quarantined += add_quarantine(conn, market.code, name, "stock", rejected)
        sessions = {s.session_date: s for s in all_sessions(conn, market.code)}
        _take_in(conn, market, name, "price", archive.price_rows(sessions, lag, now), done, say)
        if archive.has_news:
            _take_in(conn, market, name, "news", archive.news_rows(lag, now), done, say)
    return done


def _take_in(
    conn: Connection,
    market: Market,
    name: str,
    feed: Feed,
    rows: Iterable[RawItem | Bar | Rejected],
    done: Imported,
    say: Say,
) -> None:
    days: set[date] = set()
    for batch in _batches(rows):
        good = [row for row in batch if not isinstance(row, Rejected)]
        done.quarantined += add_quarantine(conn, market.code, name, feed, [r for r in batch if isinstance(r, Rejected)])
        fresh = add_archive_items(conn, market, name, feed, good)
        done.added[feed] += fresh
        done.known += len(good) - fresh
        days |= {r.session_date if isinstance(r, Bar) else market.local_date(r.available_at) for r in good}
        say(f"{name}: {done.added[feed]} {feed} rows taken in, {done.known} known, {done.quarantined} quarantined")
    first_date, last_date = min(days), max(days)
    row = SourceRow(market.code, name, feed, ARCHIVE, is_synthetic=False, first_date=first_date, last_date=last_date)
    register_source(conn, row)


def _batches(rows: Iterable[RawItem | Bar | Rejected]) -> Iterator[list[RawItem | Bar | Rejected]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch
