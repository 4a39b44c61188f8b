"""What live price sources have told, kept for a run: one answer per instrument covers a range of days.

Judges single bars by the rules of archive rows; asks nobody itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from json import dumps

from craveny_assets.fetching.failures import FetchFailed
from craveny_assets.sources import AnsweredBars, AskedBars, Instrument
from craveny_assets.sources.archive_rows import UnusableRowError, check_adjusted, check_prices, dividend, ratio, volume
from craveny_domain.clocks import Session
from craveny_domain.facts import Bar, Rejected

OF_ONE = ("status", "unreadable", "too_large")
"""Failures that say something of the instrument asked for, and nothing of the source, until there are many in a row."""
IN_A_ROW = 20


@dataclass(frozen=True)
class Quote:
    """A day of one instrument as a source gave it, decimal text; `fault` is why its adapter already refuses it."""

    open: str
    high: str
    low: str
    close: str
    volume: str
    adj_close: str = ""
    split_ratio: str = "1"
    dividend: str = "0"
    fault: str | None = None


@dataclass(frozen=True)
class History:
    """What a source said of one instrument's days from first to last, when it was read."""

    first: date
    last: date
    read_at: datetime
    quotes: Mapping[date, Quote]

    def answers(self, asked: AskedBars) -> bool:
        """Whether it holds all there is to say of the session: it was read after the close."""
        within = self.first <= asked.since and asked.session.session_date <= self.last
        return within and self.read_at >= asked.session.close_at


Kept = dict[str, History]
Read = Callable[[Instrument, AskedBars], History]


def answer(asked: AskedBars, kept: Kept, lag: timedelta, read: Read) -> AnsweredBars:
    """The session's bars out of what is kept, reading each instrument's history where it is not.

    What goes wrong for one instrument is refused; what goes wrong with the source ends the asking.
    """
    bars: list[Bar] = []
    refused: list[Rejected] = []
    unread = 0
    for instrument in asked.instruments:
        history = kept.get(instrument.symbol)
        if history is None or not history.answers(asked):
            try:
                history = kept[instrument.symbol] = read(instrument, asked)
            except FetchFailed as failed:
                refused.append(_unread(instrument, asked, failed))
                unread += 1
                if failed.error_class not in OF_ONE or unread >= IN_A_ROW:
                    return AnsweredBars(bars, refused, failed)
                continue
            unread = 0
        refused += _closed_days(instrument, asked, history)
        quote = history.quotes.get(asked.session.session_date)
        if quote:
            judged = _judged(instrument.symbol, asked.session, lag, quote)
            (bars if isinstance(judged, Bar) else refused).append(judged)  # type: ignore[arg-type]
    return AnsweredBars(bars, refused)


def _unread(instrument: Instrument, asked: AskedBars, failed: FetchFailed) -> Rejected:
    return Rejected(f"{instrument.symbol}:{asked.session.session_date}", failed.message, instrument.symbol)


def _closed_days(instrument: Instrument, asked: AskedBars, history: History) -> list[Rejected]:
    closed = [day for day in history.quotes if asked.since <= day < asked.session.session_date]
    return [
        Rejected(f"{instrument.symbol}:{day}", f"{day} is no session of the market.", _shown(history.quotes[day]), day)
        for day in sorted(closed)
    ]


def _judged(symbol: str, session: Session, lag: timedelta, quote: Quote) -> Bar | Rejected:
    key = f"{symbol}:{session.session_date}"
    if quote.fault:
        return Rejected(key, quote.fault, _shown(quote))
    try:
        check_prices(quote.low, quote.high, quote.open, quote.close)
        check_adjusted(quote.adj_close)
        return Bar(
            symbol=symbol,
            session_date=session.session_date,
            open=quote.open,
            high=quote.high,
            low=quote.low,
            close=quote.close,
            adj_close=quote.adj_close or None,
            volume=volume(quote.volume),
            split_ratio=ratio(quote.split_ratio),
            available_at=session.close_at + lag,
            basis="declared",
            dividend=dividend(quote.dividend),
        )
    except UnusableRowError as reason:
        return Rejected(key, str(reason), _shown(quote))


def _shown(quote: Quote) -> str:
    return dumps(asdict(quote))
