"""The files of an archive folder as numbered lines and table rows, and what makes a file unusable.

Knows bytes, gzip and commas; what a row means is `archive`'s business.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

MAX_LINE_BYTES = 1_000_000
SHOWN_CHARACTERS = 4_000  # of a rejected line
_CHUNK_BYTES = 1 << 20


class ArchiveError(Exception):
    """The folder or a file of it cannot be used at all; says which, why, and what to do."""


class Line(NamedTuple):
    """A line without its end; `fault` says in one sentence why it cannot be read, else None."""

    number: int
    text: str
    fault: str | None


class Row(NamedTuple):
    """A table line with its values in the order asked for; `line.fault` is set and `values` empty if unreadable."""

    line: Line
    values: Sequence[str]


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a UTF-8 file, gzip where its name ends in .gz; blank ones are left out but counted.

    Raises ArchiveError when the file is absent, unreadable or damaged.
    """
    with _faults_named(path), _opened(path) as file:
        number = 0
        while raw := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            whole = len(raw) <= MAX_LINE_BYTES or _skip_line(file, raw)
            line = _line(number, raw, whole=whole)
            if line.fault or line.text.strip():
                yield line


def read_to_end(path: Path) -> None:
    """Read a file through, keeping nothing; raises ArchiveError when it is absent, unreadable or damaged."""
    with _faults_named(path), _opened(path) as file:
        while file.read(_CHUNK_BYTES):
            pass


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Row]:
    """The rows of a CSV file with a header: the required, then the optional columns ("" where absent).

    One line is one row. Raises ArchiveError as `read_lines` does, and for a missing column.
    """
    lines = read_lines(path)
    head = next(lines, None)
    header = [] if head is None or head.fault else _split(head.text)
    missing = [name for name in required if name not in header]
    if missing:
        raise ArchiveError(
            f"{path} has no column {', '.join(missing)}; its first line must name {', '.join(required)}, with commas."
        )
    places = [header.index(name) if name in header else None for name in (*required, *optional)]
    for line in lines:
        yield _row(line, places, len(header))


def _row(line: Line, places: Sequence[int | None], width: int) -> Row:
    if line.fault:
        return Row(line, ())
    try:
        fields = _split(line.text)
    except csv.Error as error:
        return Row(line._replace(fault=f"The line is not valid CSV ({error})."), ())
    if len(fields) != width:
        return Row(line._replace(fault=f"The line has {len(fields)} fields where the header has {width}."), ())
    return Row(line, ["" if place is None else fields[place].strip() for place in places])


def _split(text: str) -> list[str]:
    return next(csv.reader([text], strict=True), [])


def _line(number: int, raw: bytes, *, whole: bool) -> Line:
    if not whole:
        return Line(number, shown(raw), f"The line is longer than {MAX_LINE_BYTES:,} bytes.")
    bare = raw.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf" if number == 1 else b"")
    try:
        text = bare.decode()
    except UnicodeDecodeError:
        return Line(number, shown(bare), "The line is not UTF-8.")
    if "\0" in text:
        return Line(number, shown(bare), "The line holds a NUL character.")
    return Line(number, text, None)


def shown(raw: bytes) -> str:
    """The beginning of an unreadable line as text that any log and table takes."""
    return raw[: 4 * SHOWN_CHARACTERS].decode(errors="replace").replace("\0", "\ufffd")[:SHOWN_CHARACTERS]


def _skip_line(file: io.BufferedIOBase, raw: bytes) -> bool:
    """Move to the next line; always False, for the line is not whole."""
    while raw and not raw.endswith(b"\n"):
        raw = file.readline(_CHUNK_BYTES)
    return False


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedIOBase]:
    if path.suffix != ".gz":
        with path.open("rb") as plain:
            yield plain
        return
    with gzip.open(path, "rb") as unpacked, io.BufferedReader(unpacked, _CHUNK_BYTES) as buffered:
        yield buffered


@contextmanager
def _faults_named(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise ArchiveError(
            f"{path} does not exist; an archive folder holds stocks.csv and prices.csv.gz, and news.jsonl.gz if any."
        ) from None
    except gzip.BadGzipFile as error:
        raise ArchiveError(f"{path} is not sound gzip ({error}); compress the file with gzip again.") from error
    except (EOFError, zlib.error) as error:
        raise ArchiveError(f"{path} is cut off or damaged ({error}); copy the file again.") from error
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read ({error.strerror}); make it a readable file.") from error
