"""The sources an operator configured: one TOML file, read and judged here, each fault with its line.

Knows no reader: what a kind does is the business of whoever builds it from an entry.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from craveny_domain.clocks import Market
from craveny_store.sources import Feed

FOLDER = Path(__file__).with_name("source_files")
BUNDLED = ("sample", "live")
"""The files that come with Craveny, by the name CRAVENY_SOURCES gives them."""
NEWS_KINDS = ("sample", "rss", "naver", "dart")
PRICE_KINDS = ("sample", "files", "yfinance", "alpha_vantage", "kis")
KEYS = {"naver": 2, "dart": 1, "alpha_vantage": 1, "kis": 2}
"""How many keys the kinds need that need any."""
DEFAULT_DEPTH = (100, 50, 30, 20, 10)

Terms = Literal["link", "excerpt", "full"]
"""What of an item may be stored: title and link; an excerpt of at most 100 characters as well; or all of its text."""


@dataclass(frozen=True)
class SourceEntry:
    """One source as configured. `timezone` is that of its dates without one, `lag` how long after publication an item
    counts as known when the source is asked for a past day, `keys` the environment variables it needs, `depth` the
    items asked for per stock of priority 1 to 5, `tolerance` the fraction by which its closes may differ from others'.
    """

    market: str
    feed: Feed
    name: str
    kind: str
    line: int
    address: str | None
    timezone: ZoneInfo
    language: str | None
    lag: timedelta
    every: timedelta
    terms: Terms
    keys: tuple[str, ...]
    depth: tuple[int, ...]
    suffix: str
    folder: Path | None
    tolerance: float


class SourcesError(ValueError):
    """The sources file cannot be used; the message names the file, the line, the reason and the cure."""


_Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class _Written(BaseModel):
    """An entry as an operator writes it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,59}$")]
    kind: Literal["sample", "rss", "naver", "dart", "files", "yfinance", "alpha_vantage", "kis"]
    address: _Text | None = None
    timezone: _Text | None = None
    language: Literal["ko", "en"] | None = None
    lag_minutes: Annotated[int, Field(ge=0, le=10_080)] = 0
    every_minutes: Annotated[int, Field(ge=1, le=1_440)] = 10
    terms: Terms = "excerpt"
    keys: list[Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]] = []
    depth: Annotated[list[Annotated[int, Field(ge=0, le=1_000)]], Field(min_length=5, max_length=5)] | None = None
    suffix: Annotated[str, StringConstraints(max_length=10)] = ""
    folder: _Text | None = None
    tolerance_percent: Annotated[float, Field(gt=0, le=50)] = 0.5

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                ZoneInfo(name)
            except (KeyError, ValueError, OSError):
                raise ValueError(f"there is no time zone {name}; write one like Asia/Seoul") from None
        return name

    @field_validator("address")
    @classmethod
    def _web_address(cls, address: str | None) -> str | None:
        if address is not None and not re.fullmatch(r"https?://[^\s/?#@]+([/?#]\S*)?", address):
            raise ValueError("it is no web address; write it from http:// or https:// on, without a user or password")
        return address

    @model_validator(mode="after")
    def _complete(self) -> "_Written":
        if self.kind == "rss" and self.address is None:
            raise ValueError("an rss source needs its address")
        if self.kind == "files" and self.folder is None:
            raise ValueError("a files source needs its folder")
        return self


def sources_path(chosen: str) -> Path:
    """The file that CRAVENY_SOURCES means: one that comes with Craveny by its name, else a path."""
    return FOLDER / f"{chosen}.toml" if chosen in BUNDLED else Path(chosen)


def load_entries(path: Path, markets: Mapping[str, Market]) -> list[SourceEntry]:
    """The configured sources in the order written; SourcesError for the first entry that is wrong.

    An entry of a market that is not configured is wrong, except in the files that come with Craveny.
    """
    try:
        written = path.read_text(encoding="utf-8")
        tables = tomllib.loads(written)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourcesError(
            f"The sources file {path} cannot be read: {error}. Correct it or unset CRAVENY_SOURCES."
        ) from error
    places = _Places(path, written)
    if path.parent == FOLDER:
        tables = {code: feeds for code, feeds in tables.items() if code in markets}
    entries = [
        _entry(places, code, feed, number, entry, markets)
        for code, feed, number, entry in _listed(places, tables, markets)
    ]
    for (market, feed, name), times in Counter((e.market, e.feed, e.name) for e in entries).items():
        if times > 1:
            twice = [e.line for e in entries if (e.market, e.feed, e.name) == (market, feed, name)][1]
            raise places.error(twice, f"{market}.{feed} has two sources named {name}. Give each its own name")
    return entries


def starting_lists(path: Path, markets: Collection[str]) -> dict[str, Path]:
    """The file of the stocks each market starts with, where the sources file names one beside itself."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    named = {code: tables[code].get("stocks") for code in markets if code in tables}
    return {code: path.parent / name for code, name in named.items() if name}


@dataclass(frozen=True)
class _Places:
    """Where in the file an entry and its fields stand."""

    path: Path
    written: str

    def line_of(self, market: str, feed: str, number: int, key: str | None = None) -> int:
        """The line of an entry's field, or of its header where no field is named or it is not written; else 1."""
        header = re.compile(rf"\s*\[\[\s*\"?{re.escape(market)}\"?\s*\.\s*{re.escape(feed)}\s*\]\]")
        lines = self.written.splitlines()
        starts = [at for at, line in enumerate(lines) if header.match(line)]
        if number >= len(starts):
            return 1
        start = starts[number]
        for at in range(start + 1, len(lines)):
            if lines[at].lstrip().startswith("["):
                break
            if key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", lines[at]):
                return at + 1
        return start + 1

    def error(self, line: int, reason: str) -> SourcesError:
        """The refusal of a line; the reason goes without its last full stop."""
        return SourcesError(f"{self.path} line {line}: {reason}.")


def _listed(
    places: _Places, tables: Mapping[str, Any], markets: Collection[str]
) -> Iterator[tuple[str, Feed, int, dict[str, Any]]]:
    for code, feeds in tables.items():
        if code not in markets or not isinstance(feeds, dict):
            known = ", ".join(markets)
            line = _first_mention(places.written, code)
            raise places.error(line, f"there is no market {code}. Configured are {known}")
        for feed, entries in feeds.items():
            if feed == "stocks" and isinstance(entries, str):
                continue
            if feed not in ("news", "price") or not isinstance(entries, list):
                line = _first_mention(places.written, code)
                raise places.error(
                    line, f"{code}.{feed} is nothing a source can speak of. Write [[{code}.news]] or [[{code}.price]]"
                )
            for number, entry in enumerate(entries):
                if not isinstance(entry, dict):
                    raise places.error(
                        1, f"an entry of {code}.{feed} is no table. Write [[{code}.{feed}]] above its fields"
                    )
                yield code, feed, number, entry


def _first_mention(written: str, code: str) -> int:
    lines = written.splitlines()
    return next((at for at, line in enumerate(lines, 1) if re.match(rf"\s*\[+\s*\"?{re.escape(code)}\b", line)), 1)


def _entry(
    places: _Places, market: str, feed: Feed, number: int, written: dict[str, Any], markets: Mapping[str, Market]
) -> SourceEntry:
    line = places.line_of(market, feed, number)
    try:
        entry = _Written.model_validate(written)
    except ValidationError as error:
        fault = error.errors()[0]
        key = str(fault["loc"][0]) if fault["loc"] else None
        raise places.error(places.line_of(market, feed, number, key), _reason(key, fault)) from None
    if entry.kind not in (kinds := NEWS_KINDS if feed == "news" else PRICE_KINDS):
        at = places.line_of(market, feed, number, "kind")
        raise places.error(at, f"kind {entry.kind} gives no {feed}. Choose among {', '.join(kinds)}")
    if len(entry.keys) != (needed := KEYS.get(entry.kind, 0)):
        at = places.line_of(market, feed, number, "keys")
        reason = f"keys are {len(entry.keys)} in number, kind {entry.kind} needs {needed}"
        raise places.error(at, f"{reason}. Name just as many environment variables")
    return SourceEntry(
        market=market,
        feed=feed,
        name=entry.name,
        kind=entry.kind,
        line=line,
        address=entry.address,
        timezone=ZoneInfo(entry.timezone) if entry.timezone else markets[market].zone,
        language=entry.language,
        lag=timedelta(minutes=entry.lag_minutes),
        every=timedelta(minutes=entry.every_minutes),
        terms=entry.terms,
        keys=tuple(entry.keys),
        depth=tuple(entry.depth or DEFAULT_DEPTH),
        suffix=entry.suffix,
        folder=Path(entry.folder) if entry.folder else None,
        tolerance=entry.tolerance_percent / 100,
    )


def _reason(key: str | None, fault: Any) -> str:  # noqa: ANN401 - pydantic's own description of a fault
    said = fault["msg"].removeprefix("Value error, ")
    match fault["type"]:
        case "extra_forbidden":
            return f"there is no field {key}. The fields are {', '.join(_Written.model_fields)}"
        case "missing":
            return f"the entry has no {key}. Add it"
        case _ if key is None:
            return f"{said}. Add it"
        case _:
            return f"{key} is {fault['input']!r:.80}: {said[0].lower()}{said[1:]}"
