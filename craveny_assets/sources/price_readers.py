"""What the readers of live prices have in common; what a vendor's answers mean is the business of its own reader."""

from dataclasses import dataclass, field

from craveny_assets.fetching.failures import FetchFailed
from craveny_assets.sources import AnsweredBars, AskedBars, Instrument
from craveny_assets.sources.kept_bars import History, Kept, answer
from craveny_domain.clocks import Market
from craveny_store.source_entries import SourceEntry


@dataclass(frozen=True)
class PriceReader:
    """A configured live source of a market's prices."""

    entry: SourceEntry
    market: Market

    answers_past_sessions = True

    @property
    def name(self) -> str:
        """As configured."""
        return self.entry.name

    @property
    def currency(self) -> str:
        """The market's; a reader whose answers say otherwise refuses them."""
        return self.market.currency


@dataclass(frozen=True)
class HistoryReader(PriceReader):
    """Asks for the history of one instrument after the other, each once as long as `kept` is kept."""

    kept: Kept = field(default_factory=dict, kw_only=True)

    def bars(self, asked: AskedBars) -> AnsweredBars:
        """The session's bars; raises FetchFailed where the market is in another currency than the source."""
        if self.market.currency != self.currency:
            where = f"the market {self.market.code} is in {self.market.currency}"
            raise FetchFailed("unreadable", f"{self.name} gives prices in {self.currency}, {where}: remove its entry.")
        return answer(asked, self.kept, self.entry.lag, self._read)

    def _read(self, instrument: Instrument, asked: AskedBars) -> History:
        raise NotImplementedError
