"""The items of a feed as feedparser reads them, a few at a time; what becomes of them is not decided here.

feedparser is given bytes that we made, never an address: it would fetch it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import feedparser

from craveny_domain.feed_pieces import ITEM_CHARACTERS, ITEM_TAGS, FeedPiece, small_feed

CUT_OFF = "The item is cut off; it is read when the feed comes whole."
_FAULTS = {
    "too_long": f"The item is longer than {ITEM_CHARACTERS:,} characters or has more than {ITEM_TAGS:,} tags.",
    "cut_off": CUT_OFF,
}
_AT_ONCE = 50
_AT_ONCE_CHARACTERS = 50_000
# feedparser would believe a text's own word about its charset, which was true of the bytes we decoded.
_CONTENT_TYPE = "application/xml; charset=utf-8"


@dataclass(frozen=True)
class FeedEntry:
    """An item's own words, unclean, empty where it has none; `dates` in the order in which they count.

    With a `fault` it could not be read, and `text` is how it begins.
    """

    text: str
    title: str = ""
    link: str = ""
    entry_id: str = ""
    dates: tuple[str, ...] = ()
    fault: str | None = None


def feed_entries(root: str, items: Iterable[FeedPiece]) -> Iterator[FeedEntry]:
    """The items of a feed in its order; links and ids as written, or resolved against what the feed calls its base."""
    batch: list[str] = []
    characters = 0
    for item in items:
        if item.kind in _FAULTS:
            yield from _read(root, batch)
            batch, characters = [], 0
            yield FeedEntry(item.text, fault=_FAULTS[item.kind])
            continue
        batch.append(item.text)
        characters += len(item.text)
        if len(batch) == _AT_ONCE or characters > _AT_ONCE_CHARACTERS:
            yield from _read(root, batch)
            batch, characters = [], 0
    yield from _read(root, batch)


def _read(root: str, items: list[str]) -> Iterator[FeedEntry]:
    """Read items together; one by one when they are not all well formed, so that a bad one spoils no other."""
    parsed = _parsed(small_feed(root, items)) if items else None
    if parsed is not None and len(parsed.entries) == len(items) and (len(items) == 1 or not parsed.bozo):
        yield from map(_entry, parsed.entries)
    elif len(items) > 1:
        for item in items:
            yield from _read(root, [item])
    elif items:
        yield FeedEntry(items[0], fault="The item is not readable as RSS or Atom.")


def _parsed(feed: str) -> Any:  # noqa: ANN401 - feedparser has no types
    headers = {"content-type": _CONTENT_TYPE}
    stream = BytesIO(feed.encode("utf-8", "replace"))
    try:
        # Markup and links in texts are ours to clean: feedparser leaves them in titles.
        return feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except Exception:  # noqa: BLE001 - its reader of broken markup can fail in any way on hostile text
        return None


def _entry(entry: Any) -> FeedEntry:  # noqa: ANN401 - feedparser has no types
    contents = [part.get("value") for part in entry.get("content") or ()]
    # By keys: asked for its date of change, feedparser makes up one from the others.
    dates = (dict.get(entry, name) for name in ("published", "updated", "created"))
    link, entry_id = _text(entry.get("link")), _text(entry.get("id"))
    if link == entry_id and "://" not in link:
        # feedparser takes any id for a link unless told otherwise.
        link = ""
    return FeedEntry(
        text=next(filter(None, map(_text, (entry.get("summary"), *contents))), ""),
        title=_text(entry.get("title")),
        link=link,
        entry_id=entry_id,
        dates=tuple(filter(None, map(_text, dates))),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
