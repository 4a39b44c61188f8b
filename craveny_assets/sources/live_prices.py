"""Which reader speaks for a live price source. A module of its own, for what readers need is dear to import."""

from typing import TYPE_CHECKING, Any

from craveny_assets.sources import LivePriceSource
from craveny_domain.clocks import Market
from craveny_store.source_entries import SourceEntry

if TYPE_CHECKING:
    from craveny_assets.fetching.client import Fetcher

LIVE_PRICES = ("files", "yfinance", "alpha_vantage", "kis")
"""Kinds of price sources that tell what they have now; all of them answer for past sessions."""


def live_price_source(entry: SourceEntry, market: Market, fetcher: "Fetcher", kept: dict[str, Any]) -> LivePriceSource:
    """The reader of a live price source; `kept` holds by name what sources have told, for as long as a run lasts."""
    match entry.kind:
        case "files":
            from craveny_assets.sources.files import PriceFiles, Tables

            return PriceFiles(entry, market, kept.setdefault(entry.name, Tables()))
        case "yfinance":
            from craveny_assets.sources.yfinance_prices import YahooPrices

            return YahooPrices(entry, market, kept=kept.setdefault(entry.name, {}))
        case "alpha_vantage":
            from craveny_assets.sources.alpha_vantage import AlphaVantagePrices

            return AlphaVantagePrices(entry, market, fetcher, kept=kept.setdefault(entry.name, {}))
        case "kis":
            from craveny_assets.sources.kis import KisPrices

            return KisPrices(entry, market, fetcher, kept=kept.setdefault(entry.name, {}))
        case _:
            raise LookupError(f"No reader of prices is called {entry.kind}; choose among {', '.join(LIVE_PRICES)}.")
