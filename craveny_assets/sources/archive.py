"""An archive folder (stocks.csv, prices.csv.gz and, where there is news, news.jsonl.gz) as facts with declared clocks.

Parses and judges single rows, streaming; stores nothing. Bytes, gzip and commas are `archive_files`' business.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from craveny_assets.sources.archive_files import (
    ArchiveError,
    Line,
    Row,
    read_lines,
    read_table,
    read_to_end,
)
from craveny_assets.sources.archive_prices import (
    FUTURE,
    PRICE_COLUMNS,
    PriceTable,
    nothing_usable,
    rejected_line,
    some_usable,
    too_early,
    unknown_stock,
)
from craveny_assets.sources.archive_rows import (
    UnusableRowError,
    instant,
    json_object,
    key_field,
    readable_values,
    shortened,
    text_field,
    with_aliases,
)
from craveny_domain.clocks import Market, Session
from craveny_domain.facts import Bar, Listing, RawItem, Rejected

STOCK_COLUMNS = ("symbol", "name")


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
                rejected.append(rejected_line(self._stock_file, row.line, reason))
        if not listings:
            raise nothing_usable(self._stock_file, rejected[0] if rejected else None)
        return with_aliases(list(listings.values())), rejected

    def news_rows(self, lag: timedelta, now: datetime) -> Iterator[RawItem | Rejected]:
        """One fact per line, in file order, available `lag` after publication; nothing where there is no news file.

        Keys are `id:symbol`, with `#2`, `#3` ... for repeats in file order. Raises ArchiveError when no row is usable.
        """
        if not self.has_news:
            return
        times_seen: Counter[str] = Counter()
        yield from some_usable(self._news_file, self._judged_news(lag, now, times_seen))

    def price_rows(self, sessions: Mapping[date, Session], lag: timedelta, now: datetime) -> Iterator[Bar | Rejected]:
        """One bar per line, in file order, available `lag` after its session's close.

        `sessions` are those of the market by local day. Raises ArchiveError when no row is usable.
        """
        yield from PriceTable(self._price_file, self.market, self._symbols).rows(sessions, lag, now)

    def _judged_news(self, lag: timedelta, now: datetime, times_seen: Counter[str]) -> Iterator[RawItem | Rejected]:
        for line in read_lines(self._news_file):
            try:
                yield self._news_item(line, lag, now, times_seen)
            except UnusableRowError as reason:
                yield rejected_line(self._news_file, line, reason)

    def _news_item(self, line: Line, lag: timedelta, now: datetime, times_seen: Counter[str]) -> RawItem:
        fields = json_object(line)
        symbol = "" if fields.get("symbol") is None else text_field(fields, "symbol")
        key = f"{key_field(fields, 'id')}:{symbol}"
        # Counted before the row is judged: whether a row is refused today must not rename its repeats.
        times_seen[key] += 1
        text_field(fields, "text")
        published_at = instant(text_field(fields, "published_at"))
        if symbol and symbol not in self._symbols:
            raise unknown_stock(symbol)
        if published_at > now:
            raise UnusableRowError(FUTURE)
        if published_at + lag < self._first_instant:
            raise too_early(self.market)
        repeat = f"#{times_seen[key]}" if times_seen[key] > 1 else ""
        return RawItem(key + repeat, line.text, published_at + lag, "declared")

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
