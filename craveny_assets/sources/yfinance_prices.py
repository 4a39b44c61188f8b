"""Yahoo's daily bars through the package yfinance, an optional extra: unofficial, may be cut off at any time.

Yahoo divides a stock's whole history by each split as it comes; here what was traded is put back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite
from typing import Any

from craveny_assets.fetching.failures import FetchFailed
from craveny_assets.sources import AskedBars, Instrument
from craveny_assets.sources.kept_bars import History, Quote
from craveny_assets.sources.price_readers import HistoryReader

INDICES = {"KOSPI": "^KS11", "KOSDAQ": "^KQ11", "KOSPI200": "^KS200", "SPX": "^GSPC", "DJI": "^DJI", "IXIC": "^IXIC"}
"""What Yahoo calls indices; one that is not named here is asked for by its own symbol."""
SECONDS = 15.0
Rows = Mapping[Any, Mapping[str, float]]
"""By day: Open, High, Low, Close, Adj Close, Volume, Dividends, Stock Splits (0: none)."""


@dataclass(frozen=True)
class YahooPrices(HistoryReader):
    """Asks one instrument after the other, from the first session wanted to today: later splits must be known."""

    def _read(self, instrument: Instrument, asked: AskedBars) -> History:
        table, currency = self._asked(self._symbol(instrument), asked.since)
        fault = f"Its prices are in {currency}, the market's in {self.currency}." if currency != self.currency else None
        return History(asked.since, self.market.local_date(asked.now), asked.now, _quotes(table, fault))

    def _symbol(self, instrument: Instrument) -> str:
        if instrument.kind == "index":
            return INDICES.get(instrument.symbol, instrument.symbol)
        return instrument.symbol.replace(".", "-") + self.entry.suffix

    def _asked(self, symbol: str, since: date) -> tuple[Rows, str | None]:
        """Yahoo's rows and their currency, through the package; its failures as ours."""
        import yfinance
        from curl_cffi.requests.exceptions import HTTPError, RequestException
        from yfinance.exceptions import YFException, YFRateLimitError

        yfinance.config.debug.hide_exceptions = False
        ticker = yfinance.Ticker(symbol)
        try:
            frame = ticker.history(
                start=since.isoformat(), interval="1d", auto_adjust=False, actions=True, timeout=SECONDS
            )
            return frame.sort_index().to_dict("index"), ticker.get_history_metadata().get("currency")
        except YFRateLimitError:
            raise FetchFailed("rate_limited", f"{self.name} was asked too often: it is asked again later.") from None
        except (YFException, HTTPError):
            raise FetchFailed("status", f"{self.name} has nothing of {symbol}: correct the symbol or suffix.") from None
        except RequestException as error:
            kind = type(error).__name__
            reason = f"{self.name} could not be reached ({kind}): it is asked again later."
            raise FetchFailed("refused", reason) from None
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise FetchFailed("unreadable", f"{self.name} answered for {symbol} with no daily bars.") from None


def _quotes(rows: Rows, fault: str | None) -> dict[date, Quote]:
    quotes: dict[date, Quote] = {}
    # From the last day back: what was traded before a split was `later` times what Yahoo now says.
    later, after = 1.0, None
    for at, row in reversed(list(rows.items())):
        split = row["Stock Splits"] or 1.0
        if isfinite(row["Close"]):
            after = at.date()
            quotes[after] = _quote(row, split, later, fault)
        elif after and split != 1:
            # A split on a day without a bar takes effect with the next one.
            quotes[after] = replace(quotes[after], split_ratio=_text(float(quotes[after].split_ratio) * split))
        later *= split
    return quotes


def _quote(row: Mapping[str, float], split: float, later: float, fault: str | None) -> Quote:
    open_, high, low, close = (_text(row[name] * later) for name in ("Open", "High", "Low", "Close"))
    return Quote(
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=str(round(row["Volume"] / later)) if isfinite(row["Volume"]) else "",
        adj_close=_text(row["Adj Close"]),
        split_ratio=_text(split),
        dividend=_text(row["Dividends"] * later),
        fault=fault,
    )


def _text(value: float) -> str:
    # Yahoo's figures are single precision: seven digits are meant, the rest is noise that would pass for corrections.
    return f"{float(f'{value:.7g}'):.4f}" if isfinite(value) else ""
