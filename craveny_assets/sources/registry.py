"""Which reader speaks for a registered source."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Connection

from craveny_assets.sources import NewsSource, PriceSource
from craveny_assets.sources.imported import ImportedArchive
from craveny_assets.sources.sample import SampleSource
from craveny_domain.clocks import Market, Session
from craveny_store.sources import SourceRow

SAMPLE = "sample"


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
