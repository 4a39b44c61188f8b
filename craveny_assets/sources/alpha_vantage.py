"""Alpha Vantage's daily bars (TIME_SERIES_DAILY), as traded: one answer per stock holds its last sessions.

It tells neither splits nor dividends nor a currency; it answers 200 whatever goes wrong.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from craveny_assets.fetching.client import Fetcher
from craveny_assets.fetching.failures import FetchFailed
from craveny_assets.sources import AnsweredBars, AskedBars, Instrument
from craveny_assets.sources.kept_bars import History, Quote
from craveny_assets.sources.price_readers import HistoryReader

ADDRESS = "https://www.alphavantage.co/query"
SERIES = "Time Series (Daily)"
COMPACT = timedelta(days=130)
"""A compact answer holds the last 100 sessions; for more it is asked for everything."""
PAUSE = timedelta(hours=1)
"""How long it is left alone after it said that a quota is used up; it does not say when there is more."""


@dataclass(frozen=True)
class AlphaVantagePrices(HistoryReader):
    """Asks one stock after the other; indices it does not have."""

    fetcher: Fetcher

    @property
    def currency(self) -> str:
        """Dollars, without saying so."""
        return "USD"

    def bars(self, asked: AskedBars) -> AnsweredBars:
        """The session's bars of the stocks; raises FetchFailed where the market is not in dollars."""
        stocks = [instrument for instrument in asked.instruments if instrument.kind == "stock"]
        return super().bars(replace(asked, instruments=stocks))

    def _read(self, instrument: Instrument, asked: AskedBars) -> History:
        today = self.market.local_date(asked.now)
        size = "compact" if today - asked.since < COMPACT else "full"
        fetched = self.fetcher.get(
            self.entry.address or ADDRESS,
            source=self.name,
            params={
                "function": "TIME_SERIES_DAILY",
                "symbol": instrument.symbol.replace("-", ".") + self.entry.suffix,
                "outputsize": size,
                "apikey": os.environ[self.entry.keys[0]],
            },
            obeys_robots=False,
        )
        days = _series(self.name, instrument.symbol, fetched.body, asked.now)
        quotes = {day: _quote(bar) for day, bar in days.items() if day >= asked.since}
        return History(asked.since, today, fetched.fetched_at, quotes)


def _series(name: str, symbol: str, body: bytes, now: datetime) -> dict[date, Mapping[str, str]]:
    try:
        said: Any = json.loads(body)
        if SERIES in said:
            return {date.fromisoformat(day): bar for day, bar in said[SERIES].items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        said = None
    if isinstance(said, dict) and ("Note" in said or "Information" in said):
        # Both words stand for a used-up quota or a refused key, and what follows quotes the key.
        raise FetchFailed("rate_limited", f"{name} gives no more for now: check its key and its quota.", now + PAUSE)
    if isinstance(said, dict) and "Error Message" in said:
        raise FetchFailed("status", f"{name} does not know {symbol}: correct the symbol or the entry's suffix.")
    raise FetchFailed("unreadable", f"{name} answered for {symbol} with no daily series: ask again later.")


def _quote(bar: object) -> Quote:
    said = bar if isinstance(bar, dict) else {}
    values = [said.get(field, "") for field in ("1. open", "2. high", "3. low", "4. close", "5. volume")]
    if not all(isinstance(value, str) for value in values):
        return Quote("", "", "", "", "", fault="Its prices are not written as text.")
    return Quote(*values)
