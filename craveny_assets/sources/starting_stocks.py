"""The stocks a market starts with, from a list beside the sources file; afterwards people manage them."""

from datetime import datetime
from pathlib import Path

from craveny_assets.sources.archive_files import ArchiveError, Row, read_table
from craveny_domain.facts import Listing

COLUMNS = ("symbol", "name")
OPTIONAL = ("name_en", "sector", "kind", "priority", "aliases")


def starting_stocks(path: Path, known_at: datetime) -> list[Listing]:
    """The listings of a CSV file; several aliases have a | between them, the priority is 3 where none is given.

    They count as known from `known_at` on, not earlier: whoever writes such a list knows which companies lasted.
    Raises ArchiveError, naming the line, when a row cannot be used.
    """
    return [_listing(path, row, known_at) for row in read_table(path, COLUMNS, OPTIONAL)]


def _listing(path: Path, row: Row, known_at: datetime) -> Listing:
    if row.line.fault:
        raise ArchiveError(f"{path} line {row.line.number}: {row.line.fault} Correct it.")
    symbol, name, name_en, sector, kind, priority, aliases = row.values
    if not symbol or not name or not all(value.isprintable() for value in row.values):
        raise ArchiveError(f"{path} line {row.line.number}: a stock needs a symbol and a name in printable letters.")
    if kind not in ("", "stock", "index") or priority not in ("", "1", "2", "3", "4", "5"):
        raise ArchiveError(f"{path} line {row.line.number}: kind is stock or index, priority is 1 to 5.")
    return Listing(
        symbol=symbol,
        name=name,
        name_en=name_en or None,
        kind="index" if kind == "index" else "stock",
        sector=sector or None,
        aliases=tuple(filter(None, map(str.strip, aliases.split("|")))),
        available_at=known_at,
        priority=int(priority or 3),
    )
