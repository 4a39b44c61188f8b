"""Vendors' keyed JSON interfaces for news: asking one, reading its answer, and its rows as items.

Holds what the adapters share; what a vendor's fields and codes mean is the adapter's business.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from craveny_assets.fetching.answers import Limits
from craveny_assets.fetching.client import Fetched, Fetcher
from craveny_assets.fetching.failures import FetchFailed
from craveny_assets.sources import Answer, Asked
from craveny_assets.sources.archive_rows import UnusableRowError, shortened
from craveny_assets.sources.news_readers import AHEAD, LINK_BYTES, TEXT_CHARACTERS
from craveny_domain.articles import TITLE_LIMIT
from craveny_domain.decoding import decode, http_charset
from craveny_domain.facts import RawItem, Rejected
from craveny_domain.text import clean_text, excerpt
from craveny_store.source_entries import SourceEntry

Row = Mapping[str, object]
KEPT_HEADERS = ("content-type", "date")
_LIMITS = Limits(body_bytes=1_000_000)
_DATE_CHARACTERS = 100


@dataclass(frozen=True)
class ToldItem:
    """What a row tells of one item: clean texts, `date` as the vendor wrote it.

    `identity` is what tells it from another version of it. `available_at` is set when the vendor was asked for a past
    day: what it declares, else the item is known now.
    """

    key: str
    identity: str
    title: str
    text: str
    link: str
    date: str
    published_at: datetime | None = None
    available_at: datetime | None = None
    symbols: tuple[str, ...] = ()


def key_of(entry: SourceEntry, number: int) -> str:
    """The entry's key, by its place among them; FetchFailed when the environment holds none."""
    name = entry.keys[number]
    value = os.environ.get(name, "").strip()
    if value and value.isascii() and value.isprintable():
        return value
    raise FetchFailed("status", f"{name} holds no key. Set it to one, or remove the source {entry.name}.")


def ask(
    fetcher: Fetcher, entry: SourceEntry, address: str, params: Mapping[str, str], headers: Mapping[str, str] | None
) -> tuple[Fetched, Row]:
    """The answer and the JSON object in it; FetchFailed when there is none."""
    fetched = fetcher.get(
        address, source=entry.name, params=params, headers=headers, obeys_robots=False, limits=_LIMITS
    )
    text, _ = decode(fetched.body, http_charset(fetched.headers.get("content-type")))
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict):
        return fetched, answer
    raise unreadable(fetched, "is no JSON object")


def unreadable(fetched: Fetched, reason: str) -> FetchFailed:
    """The failure of an answer that is not what the protocol promises."""
    return FetchFailed(
        "unreadable", f"The answer of {fetched.address} {reason}. Check the address; the protocol may have changed."
    )


def text_of(row: Row, name: str) -> str:
    """A field's visible text, empty when it is missing; UnusableRowError when it is no text."""
    match row.get(name):
        case None:
            return ""
        case str() as value:
            return clean_text(value)
        case value:
            raise UnusableRowError(f"The field {name} is of type {type(value).__name__}; it must be text.")


class Gathered:
    """The items of one asking: each once, as first told; what is dated after the asking is left for the next."""

    def __init__(self, entry: SourceEntry, asked: Asked) -> None:
        self._entry = entry
        self._asked = asked
        self._items: dict[str, RawItem] = {}
        self._refused: dict[str, Rejected] = {}
        self._bytes = 0

    def take(self, fetched: Fetched, rows: Sequence[object], tell: Callable[[Row], ToldItem | None]) -> None:
        """Add an answer's rows; `tell` reads one, gives None for one that is not wanted, raises UnusableRowError."""
        self._bytes += len(fetched.body)
        for row in rows:
            try:
                if told := tell(_object(row)):
                    self._keep(fetched, told)
            except UnusableRowError as reason:
                shown = json.dumps(row)
                key = hashlib.sha256(shown.encode()).hexdigest()
                self._refused[key] = Rejected(key, str(reason), shown)

    def answer(self) -> Answer:
        """What was gathered."""
        return Answer([*self._items.values()], [*self._refused.values()], bytes_read=self._bytes)

    def _keep(self, fetched: Fetched, told: ToldItem) -> None:
        if not told.title:
            raise UnusableRowError("The row has no title.")
        if len(told.link.encode()) > LINK_BYTES:
            raise UnusableRowError(f"The link is longer than {LINK_BYTES} bytes.")
        if told.published_at and told.published_at > fetched.fetched_at + AHEAD:
            raise UnusableRowError(f"The date {shortened(told.date)} lies in the future.")
        known_at = told.available_at or told.published_at
        if known_at is None or known_at <= self._asked.now:
            self._items.setdefault(told.key, self._item(fetched, told))

    def _item(self, fetched: Fetched, told: ToldItem) -> RawItem:
        payload = {
            "id": told.key,
            "title": excerpt(told.title, TITLE_LIMIT),
            "text": {"link": "", "excerpt": excerpt(told.text), "full": told.text[:TEXT_CHARACTERS]}[self._entry.terms],
            "link": told.link,
            "date": told.date[:_DATE_CHARACTERS],
            "published_at": told.published_at and told.published_at.isoformat(),
            "symbols": told.symbols,
        }
        return RawItem(
            item_key=told.key,
            payload=json.dumps({name: value for name, value in payload.items() if value}, ensure_ascii=False),
            available_at=told.available_at or self._asked.now,
            basis="declared" if told.available_at else "observed",
            fetched_at=fetched.fetched_at,
            headers={name: fetched.headers[name] for name in KEPT_HEADERS if name in fetched.headers},
            identity=told.identity,
        )


def _object(row: object) -> Row:
    if isinstance(row, dict):
        return row
    raise UnusableRowError("The row is no JSON object.")
