"""Which reader speaks for a source, and why one that is configured may be off."""

import os
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from craveny_assets.sources import NewsSource, PriceSource
from craveny_assets.sources.imported import ImportedArchive
from craveny_assets.sources.sample import FIRST_DAY, SampleSource
from craveny_domain.clocks import Market, Session
from craveny_store.source_entries import SourceEntry
from craveny_store.sources import SourceRow
from craveny_store.universe import CrawledStock

if TYPE_CHECKING:
    from craveny_assets.fetching.client import Fetcher

SAMPLE = "sample"
NETWORK_NEWS = ("rss", "naver", "dart")
"""Kinds of news that come over the network."""
ANSWERS_PAST_DAYS = ("dart", "files", "yfinance", "alpha_vantage", "kis")
"""Kinds that can be asked for days before this installation knew of them."""


def source_rows(market: Market, entries: Sequence[SourceEntry], today: date) -> list[SourceRow]:
    """The market's configured sources as they are registered."""
    return [
        SourceRow(
            market=market.code,
            name=entry.name,
            feed=entry.feed,
            kind=entry.kind,
            is_synthetic=entry.kind == SAMPLE,
            first_date=_first_date(market, entry, today),
            last_date=None,
            every_minutes=None if entry.kind == SAMPLE else round(entry.every.total_seconds() / 60),
            off_reason=off_reason(entry),
        )
        for entry in entries
        if entry.market == market.code
    ]


def _first_date(market: Market, entry: SourceEntry, today: date) -> date:
    if entry.kind == SAMPLE:
        return FIRST_DAY
    return market.first_date if entry.kind in ANSWERS_PAST_DAYS else today


def off_reason(entry: SourceEntry) -> str | None:
    """Why a configured source is not asked, one sentence with the cure; None when it is."""
    missing = [key for key in entry.keys if not os.environ.get(key)]
    if missing:
        return f"{' and '.join(missing)} not set; set it where the code server runs and start that again."
    if entry.kind == "yfinance" and find_spec("yfinance") is None:
        return "The package yfinance is not installed; install craveny[yfinance]."
    return None


def network_news(entry: SourceEntry, market: Market, fetcher: "Fetcher", stocks: Sequence[CrawledStock]) -> NewsSource:
    """The reader of a news source that is asked over the network."""
    match entry.kind:
        case "rss":
            from craveny_assets.sources.rss import RssSource

            return RssSource(entry, market, fetcher)
        case "naver":
            from craveny_assets.sources.naver import NaverSource

            return NaverSource(entry, market, fetcher, stocks)
        case "dart":
            from craveny_assets.sources.dart import DartSource

            return DartSource(entry, market, fetcher)
        case _:
            raise LookupError(f"No reader of news is called {entry.kind}; choose among {', '.join(NETWORK_NEWS)}.")


def news_reader(conn: Connection, market: Market, row: SourceRow, sessions: Sequence[Session]) -> NewsSource:
    """The reader of a news source."""
    return _reader(conn, market, row, sessions)


def price_reader(conn: Connection, market: Market, row: SourceRow, sessions: Sequence[Session]) -> PriceSource:
    """The reader of a price source."""
    return _reader(conn, market, row, sessions)


def _reader(
    conn: Connection, market: Market, row: SourceRow, sessions: Sequence[Session]
) -> SampleSource | ImportedArchive:
    if row.kind == SAMPLE:
        return sample_source(market, tuple(sessions))
    return ImportedArchive(conn, row)


@lru_cache(maxsize=4)
def sample_source(market: Market, sessions: tuple[Session, ...]) -> SampleSource:
    """The market's sample, computed once per process."""
    return SampleSource(market, sessions)
