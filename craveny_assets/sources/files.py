"""Prices out of a folder that an operator drops tables into, in the format of an archive's prices.csv or .csv.gz.

Prices are as traded. A table whose name sorts later corrects what an earlier one says of the same bar.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from craveny_assets.fetching.failures import FetchFailed
from craveny_assets.sources import AnsweredBars, AskedBars
from craveny_assets.sources.archive_files import ArchiveError
from craveny_assets.sources.archive_prices import PriceTable
from craveny_assets.sources.price_readers import PriceReader
from craveny_domain.facts import Bar, Rejected


@dataclass
class Tables:
    """What the folder holds from a day on, by day and symbol, and the rows that cannot be used; None: not read yet."""

    first: date | None = None
    bars: dict[date, dict[str, Bar]] = field(default_factory=dict)
    refused: list[Rejected] = field(default_factory=list)


@dataclass(frozen=True)
class PriceFiles(PriceReader):
    """Reads the folder once a run."""

    kept: Tables = field(default_factory=Tables)

    def bars(self, asked: AskedBars) -> AnsweredBars:
        """The session's bars in all tables."""
        if self.kept.first is None or asked.since < self.kept.first:
            self._read(asked)
        found: Mapping[str, Bar] = self.kept.bars.get(asked.session.session_date, {})
        return AnsweredBars(list(found.values()), self.kept.refused)

    def _read(self, asked: AskedBars) -> None:
        folder = self.entry.folder or Path()
        if not folder.is_dir():
            raise FetchFailed("unreadable", f"{folder} is not a folder: make it, or correct the folder of {self.name}.")
        tables = Tables(asked.since)
        sessions = {session.session_date: session for session in asked.sessions}
        symbols = {instrument.symbol for instrument in asked.instruments}
        for path in sorted(p for p in folder.iterdir() if p.name.endswith((".csv", ".csv.gz"))):
            try:
                for row in PriceTable(path, self.market, symbols).rows(sessions, self.entry.lag, asked.now):
                    if isinstance(row, Rejected):
                        tables.refused.append(row)
                    elif row.session_date >= asked.since:
                        tables.bars.setdefault(row.session_date, {})[row.symbol] = row
            except ArchiveError as error:
                tables.refused.append(Rejected(path.name, str(error), path.name))
        self.kept.first, self.kept.bars, self.kept.refused = tables.first, tables.bars, tables.refused
