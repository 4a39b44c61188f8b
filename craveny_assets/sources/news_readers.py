"""What the readers of live news have in common, and how much of an item any of them takes."""

from dataclasses import dataclass, field
from datetime import timedelta

from craveny_assets.fetching.client import Fetcher
from craveny_domain.clocks import Market
from craveny_store.source_entries import SourceEntry

AHEAD = timedelta(hours=1)
"""By how much the clock of a publisher may be ahead of ours; what is dated later is refused."""
LINK_BYTES = 2_000
"""A link is an item's key, or most of it; an index takes no key much longer."""
TEXT_CHARACTERS = 20_000
"""What is kept of an item's text where the terms allow all of it."""


@dataclass(frozen=True)
class NewsReader:
    """A configured live source of a market's news."""

    entry: SourceEntry
    market: Market
    fetcher: Fetcher = field(repr=False)

    synthetic = False

    @property
    def name(self) -> str:
        """As configured."""
        return self.entry.name
