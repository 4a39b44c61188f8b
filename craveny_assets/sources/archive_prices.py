"""A table of daily bars: what its rows mean, and which of them may enter. An archive has one, an operator drops more.

Bytes, gzip and commas are `archive_files`' business.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from craveny_assets.sources.archive_files import SHOWN_CHARACTERS, ArchiveError, Line, Row, read_table
from craveny_assets.sources.archive_rows import (
    UnusableRowError,
    check_adjusted,
    check_currency,
    check_prices,
    dividend,
    ratio,
    readable_values,
    shortened,
    volume,
)
from craveny_domain.clocks import Market, Session
from craveny_domain.facts import Bar, RawItem, Rejected

PRICE_COLUMNS = ("symbol", "date", "open", "high", "low", "close", "volume")
OPTIONAL_COLUMNS = ("adj_close", "split_ratio", "dividend", "currency")
FUTURE = "The row is dated in the future; import it again when its time has come."

_Fact = TypeVar("_Fact", RawItem, Bar)


class ClosedDayError(UnusableRowError):
    """A bar of a day on which the market was closed."""

    def __init__(self, day: date, market: Market) -> None:
        super().__init__(f"{day} is not a session of the market {market.code}.")
        self.day = day


@dataclass(frozen=True)
class PriceTable:
    """A CSV file of bars in the market's currency, gzip where its name ends in .gz, and the symbols it may name."""

    path: Path
    market: Market
    symbols: Collection[str]

    def rows(self, sessions: Mapping[date, Session], lag: timedelta, now: datetime) -> Iterator[Bar | Rejected]:
        """One bar per line, in file order, available `lag` after its session's close.

        `sessions` are those of the market by local day. Raises ArchiveError when no row is usable.
        """
        yield from some_usable(self.path, self._judged(sessions, lag, now))

    def _judged(self, sessions: Mapping[date, Session], lag: timedelta, now: datetime) -> Iterator[Bar | Rejected]:
        seen: set[tuple[str, date]] = set()
        for row in read_table(self.path, PRICE_COLUMNS, OPTIONAL_COLUMNS):
            try:
                yield _not_repeated(self._bar(row, sessions, lag, now), seen)
            except ClosedDayError as closed:
                yield rejected_line(self.path, row.line, closed, closed.day)
            except UnusableRowError as reason:
                yield rejected_line(self.path, row.line, reason)

    def _bar(self, row: Row, sessions: Mapping[date, Session], lag: timedelta, now: datetime) -> Bar:
        symbol, day, first, high, low, last, shares, adj_close, split, cash, currency = readable_values(row)
        if symbol not in self.symbols:
            raise unknown_stock(symbol)
        session = self._session(day, sessions, now)
        check_prices(low, high, first, last)
        check_adjusted(adj_close)
        check_currency(currency, self.market.currency)
        return Bar(
            symbol=symbol,
            session_date=session.session_date,
            open=first,
            high=high,
            low=low,
            close=last,
            adj_close=adj_close or None,
            volume=volume(shares),
            split_ratio=ratio(split),
            available_at=session.close_at + lag,
            basis="declared",
            dividend=dividend(cash),
        )

    def _session(self, day: str, sessions: Mapping[date, Session], now: datetime) -> Session:
        try:
            session_date = date.fromisoformat(day)
        except ValueError:
            raise UnusableRowError(f"The date {shortened(day)} is not written YYYY-MM-DD.") from None
        if session_date < self.market.first_date:
            raise too_early(self.market)
        if session_date > self.market.local_date(now):
            raise UnusableRowError(FUTURE)
        session = sessions.get(session_date)
        if session is None:
            raise ClosedDayError(session_date, self.market)
        if session.close_at > now:
            raise UnusableRowError("The session has not closed yet; import it again after its close.")
        return session


def unknown_stock(symbol: str) -> UnusableRowError:
    """A row of a stock that the folder does not list."""
    return UnusableRowError(f"The stock {shortened(symbol)} is not in stocks.csv; add it there.")


def too_early(market: Market) -> UnusableRowError:
    """A row of a day before the market's history."""
    return UnusableRowError(f"The row lies before {market.first_date}, the first day of the market {market.code}.")


def rejected_line(file: Path, line: Line, reason: UnusableRowError, closed_date: date | None = None) -> Rejected:
    """A line of a file that cannot be used."""
    return Rejected(f"{file.name}:{line.number}", str(reason), line.text[:SHOWN_CHARACTERS], closed_date)


def some_usable(file: Path, rows: Iterator[_Fact | Rejected]) -> Iterator[_Fact | Rejected]:
    """The rows; raises ArchiveError at their end when every one was refused."""
    usable, first = False, None
    for row in rows:
        if isinstance(row, Rejected):
            first = first or row
        else:
            usable = True
        yield row
    if not usable:
        raise nothing_usable(file, first)


def nothing_usable(file: Path, first: Rejected | None) -> ArchiveError:
    """The error of a file without one good row."""
    why = f"its first fault is at {first.item_key}: {first.reason}" if first else "it is empty; fill it or remove it."
    return ArchiveError(f"{file} has no usable row; {why}")


def _not_repeated(bar: Bar, seen: set[tuple[str, date]]) -> Bar:
    if (bar.symbol, bar.session_date) in seen:
        raise UnusableRowError("The stock already has a bar on this date; the first row counts.")
    seen.add((bar.symbol, bar.session_date))
    return bar
