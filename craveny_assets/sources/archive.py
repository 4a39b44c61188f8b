"""An archive folder (stocks.csv, prices.csv.gz and, where there is news, news.jsonl.gz) as facts with declared clocks.

Parses and judges single rows, streaming; stores nothing. Bytes, gzip and commas are `archive_files`' business.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from craveny_assets.sources.archive_files import (
    SHOWN_CHARACTERS,
    ArchiveError,
    Line,
    Row,
    read_lines,
    read_table,
    read_to_end,
)
from craveny_assets.sources.archive_rows import (
    UnusableRowError,
    check_adjusted,
    check_prices,
    instant,
    json_object,
    key_field,
    readable_values,
    shortened,
    text_field,
    volume,
    with_aliases,
)
from craveny_domain.clocks import Market, Session
from craveny_domain.facts import Bar, Listing, RawItem, Rejected

STOCK_COLUMNS = ("symbol", "name")
PRICE_COLUMNS = ("symbol", "date", "open", "high", "low", "close", "volume")

_FUTURE = "The row is dated in the future; import it again when its time has come."
_Fact = TypeVar("_Fact", RawItem, Bar)


@dataclass(frozen=True)
class ArchiveFolder:
    """An archive folder of one market."""

    path: Path
    market: Market

    @property
    def has_news(self) -> bool:
        """Whether the folder holds a news file."""
        return self._news_file.exists()

    def check(self) -> None:
        """Raise ArchiveError unless the files are there, have their columns and unpack to the end."""
        if not self.path.is_dir():
            raise ArchiveError(f"{self.path} is not a folder; name the folder that holds stocks.csv and prices.csv.gz.")
        for file, columns in ((self._stock_file, STOCK_COLUMNS), (self._price_file, PRICE_COLUMNS)):
            next(read_table(file, columns), None)
            read_to_end(file)
        if self.has_news:
            read_to_end(self._news_file)

    def listings(self) -> tuple[list[Listing], list[Rejected]]:
        """The stocks of the folder, known from the start of the market's first day, and the rows refused."""
        listings: dict[str, Listing] = {}
        rejected: list[Rejected] = []
        for row in read_table(self._stock_file, STOCK_COLUMNS, ("name_en", "sector")):
            try:
                listing = _listing(row, self._first_instant, listings)
                listings[listing.symbol] = listing
            except UnusableRowError as reason:
                rejected.append(_rejected(self._stock_file, row.line, reason))
        if not listings:
            raise _nothing_usable(self._stock_file, rejected[0] if rejected else None)
        return with_aliases(list(listings.values())), rejected

    def news_rows(self, lag: timedelta, now: datetime) -> Iterator[RawItem | Rejected]:
        """One fact per line, in file order, available `lag` after publication; nothing where there is no news file.

        Keys are `id:symbol`, with `#2`, `#3` ... for repeats in file order. Raises ArchiveError when no row is usable.
        """
        if not self.has_news:
            return
        times_seen: Counter[str] = Counter()
        yield from _some_usable(self._news_file, self._judged_news(lag, now, times_seen))

    def price_rows(self, sessions: Mapping[date, Session], lag: timedelta, now: datetime) -> Iterator[Bar | Rejected]:
        """One bar per line, in file order, available `lag` after its session's close.

        `sessions` are those of the market by local day. Raises ArchiveError when no row is usable.
        """
        yield from _some_usable(self._price_file, self._judged_prices(sessions, lag, now))

    def _judged_news(self, lag: timedelta, now: datetime, times_seen: Counter[str]) -> Iterator[RawItem | Rejected]:
        for line in read_lines(self._news_file):
            try:
                yield self._news_item(line, lag, now, times_seen)
            except UnusableRowError as reason:
                yield _rejected(self._news_file, line, reason)

    def _news_item(self, line: Line, lag: timedelta, now: datetime, times_seen: Counter[str]) -> RawItem:
        fields = json_object(line)
        symbol = "" if fields.get("symbol") is None else text_field(fields, "symbol")
        key = f"{key_field(fields, 'id')}:{symbol}"
        # Counted before the row is judged: whether a row is refused today must not rename its repeats.
        times_seen[key] += 1
        text_field(fields, "text")
        published_at = instant(text_field(fields, "published_at"))
        if symbol:
            self._known(symbol)
        if published_at > now:
            raise UnusableRowError(_FUTURE)
        if published_at + lag < self._first_instant:
            raise self._too_early()
        repeat = f"#{times_seen[key]}" if times_seen[key] > 1 else ""
        return RawItem(key + repeat, line.text, published_at + lag, "declared")

    def _judged_prices(
        self, sessions: Mapping[date, Session], lag: timedelta, now: datetime
    ) -> Iterator[Bar | Rejected]:
        seen: set[tuple[str, date]] = set()
        for row in read_table(self._price_file, PRICE_COLUMNS, ("adj_close",)):
            try:
                yield _not_repeated(self._bar(row, sessions, lag, now), seen)
            except UnusableRowError as reason:
                yield _rejected(self._price_file, row.line, reason)

    def _bar(self, row: Row, sessions: Mapping[date, Session], lag: timedelta, now: datetime) -> Bar:
        symbol, day, first, high, low, last, shares, adj_close = readable_values(row)
        self._known(symbol)
        session = self._session(day, sessions, now)
        check_prices(low, high, first, last)
        check_adjusted(adj_close)
        return Bar(
            symbol=symbol,
            session_date=session.session_date,
            open=first,
            high=high,
            low=low,
            close=last,
            adj_close=adj_close or None,
            volume=volume(shares),
            split_ratio="1",
            available_at=session.close_at + lag,
            basis="declared",
        )

    def _session(self, day: str, sessions: Mapping[date, Session], now: datetime) -> Session:
        try:
            session_date = date.fromisoformat(day)
        except ValueError:
            raise UnusableRowError(f"The date {shortened(day)} is not written YYYY-MM-DD.") from None
        if session_date < self.market.first_date:
            raise self._too_early()
        if session_date > self.market.local_date(now):
            raise UnusableRowError(_FUTURE)
        session = sessions.get(session_date)
        if session is None:
            raise UnusableRowError(f"{session_date} is not a session of the market {self.market.code}.")
        if session.close_at > now:
            raise UnusableRowError("The session has not closed yet; import it again after its close.")
        return session

    def _known(self, symbol: str) -> None:
        if symbol not in self._symbols:
            raise UnusableRowError(f"The stock {shortened(symbol)} is not in stocks.csv; add it there.")

    def _too_early(self) -> UnusableRowError:
        return UnusableRowError(
            f"The row lies before {self.market.first_date}, the first day of the market {self.market.code}."
        )

    @cached_property
    def _symbols(self) -> frozenset[str]:
        return frozenset(listing.symbol for listing in self.listings()[0])

    @cached_property
    def _first_instant(self) -> datetime:
        return self.market.day_bounds(self.market.first_date)[0]

    @property
    def _stock_file(self) -> Path:
        return self.path / "stocks.csv"

    @property
    def _price_file(self) -> Path:
        return self.path / "prices.csv.gz"

    @property
    def _news_file(self) -> Path:
        return self.path / "news.jsonl.gz"


def _listing(row: Row, available_at: datetime, earlier: Mapping[str, Listing]) -> Listing:
    symbol, name, name_en, sector = readable_values(row)
    if not (symbol and name):
        raise UnusableRowError("The row has no symbol or no name.")
    if not all(text.isprintable() for text in (symbol, name, name_en, sector)):
        raise UnusableRowError("The row holds control characters.")
    if symbol in earlier:
        raise UnusableRowError(f"The stock {shortened(symbol)} stands in the file twice; the first row counts.")
    return Listing(symbol, name, name_en or None, "stock", sector or None, (), available_at)


def _not_repeated(bar: Bar, seen: set[tuple[str, date]]) -> Bar:
    if (bar.symbol, bar.session_date) in seen:
        raise UnusableRowError("The stock already has a bar on this date; the first row counts.")
    seen.add((bar.symbol, bar.session_date))
    return bar


def _rejected(file: Path, line: Line, reason: UnusableRowError) -> Rejected:
    return Rejected(f"{file.name}:{line.number}", str(reason), line.text[:SHOWN_CHARACTERS])


def _some_usable(file: Path, rows: Iterator[_Fact | Rejected]) -> Iterator[_Fact | Rejected]:
    """The rows; raises ArchiveError at their end when every one was refused."""
    usable, first = False, None
    for row in rows:
        if isinstance(row, Rejected):
            first = first or row
        else:
            usable = True
        yield row
    if not usable:
        raise _nothing_usable(file, first)


def _nothing_usable(file: Path, first: Rejected | None) -> ArchiveError:
    why = f"its first fault is at {first.item_key}: {first.reason}" if first else "it is empty; fill it or remove it."
    return ArchiveError(f"{file} has no usable row; {why}")
