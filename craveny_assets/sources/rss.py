"""RSS and Atom: any feed at a web address, read in small pieces by feedparser, which is never given an address."""

import hashlib
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from craveny_assets.fetching.failures import FetchFailed
from craveny_assets.sources import Answer, Asked
from craveny_assets.sources.feed_entries import CUT_OFF, FeedEntry, feed_entries
from craveny_assets.sources.news_readers import AHEAD, LINK_BYTES, TEXT_CHARACTERS, NewsReader
from craveny_domain.articles import TITLE_LIMIT
from craveny_domain.decoding import choose_charset, decoded_pieces, http_charset
from craveny_domain.facts import RawItem, Rejected
from craveny_domain.feed_dates import parse_date
from craveny_domain.feed_pieces import FeedPiece, feed_pieces
from craveny_domain.text import clean_text, excerpt, without_hidden
from craveny_store.source_entries import SourceEntry

MAX_ITEMS = 2_000
"""Items of one answer that are read, the first ones: feeds list the newest first."""
MAX_TAGS = 100_000
"""Tags of one answer that are read, which bounds the time it takes; 2,000 items have 30,000."""
MAX_HELD_BYTES = 4_000_000
"""What the items of one answer may hold in memory; reached only by feeds of very long texts."""
WHOLE_FEED = "(feed)"
"""The key under which something is refused that is no single item."""
NO_FEED = "The answer is no RSS or Atom feed. Open the address in a browser; it may have moved or ask for a login."
TOO_MANY = "The feed holds more than is read of one answer; what stands first in it counts."

_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"
_KEPT_HEADERS = ("content-type", "date", "etag", "expires", "last-modified", "server")
_BREAKS = re.compile(r"[\t\r\n]")
_ID_CHARACTERS = 500
"""Of an item's own id, which may be its key."""


@dataclass(frozen=True)
class RssSource(NewsReader):
    """A feed as a source of news; it tells what is in it now and cannot be asked for a past day."""

    answers_past_days = False

    def news(self, asked: Asked) -> Answer:
        """What the feed holds now; nothing for a past day. Raises FetchFailed when there is no feed to read."""
        if not asked.is_live:
            return Answer()
        address = self.entry.address or ""
        fetched = self.fetcher.get(
            address,
            source=self.name,
            headers={"accept": _ACCEPT},
            etag=asked.etag,
            last_modified=asked.last_modified,
        )
        if fetched.status == 304:
            return Answer(etag=asked.etag, last_modified=asked.last_modified, is_unchanged=True)
        answer = feed_items(fetched.body, fetched.headers, self.entry, asked, fetched.fetched_at)
        if answer.refused and answer.refused[0].reason == NO_FEED:
            raise FetchFailed("unreadable", f"{self.name}: {NO_FEED}")
        return answer


def feed_items(
    body: bytes, headers: Mapping[str, str], entry: SourceEntry, asked: Asked, fetched_at: datetime
) -> Answer:
    """What the bytes of a feed say; header names are lower case. Never raises, whatever the bytes.

    Items dated more than an hour after `fetched_at` are refused. Those dated after `asked.now` or cut off are left
    for the next time, and the answer then has no validators, so that the feed is read again.
    """
    charset = choose_charset(body, http_charset(headers.get("content-type")))
    pieces = feed_pieces(decoded_pieces(body, charset))
    root = next(pieces, None)
    if root is None:
        shown = clean_text(next(decoded_pieces(body, charset), "")[:1_000])
        return Answer(refused=[Rejected(WHOLE_FEED, NO_FEED, excerpt(shown))], bytes_read=len(body))
    reading = _Reading(entry, asked, fetched_at, _kept(headers))
    for item in feed_entries(root.text, filter(reading.affords, pieces)):
        reading.take(item)
    return reading.answer(headers, len(body))


@dataclass
class _Reading:
    """The items of one answer as they are read, each once."""

    entry: SourceEntry
    asked: Asked
    fetched_at: datetime
    headers: Mapping[str, str]
    items: dict[tuple[str, str | None], RawItem] = field(default_factory=dict)
    refused: list[Rejected] = field(default_factory=list)
    seen: int = 0
    tags: int = 0
    held: int = 0
    left: int = 0
    must_wait: bool = False

    def affords(self, piece: FeedPiece) -> bool:
        """Whether a piece is within what is read of one answer; counts those that are not."""
        self.seen += 1
        self.tags += piece.tags
        is_within = self.seen <= MAX_ITEMS and self.tags <= MAX_TAGS and self.held <= MAX_HELD_BYTES
        self.left += not is_within
        return is_within

    def take(self, item: FeedEntry) -> None:
        """Keep an item, refuse it, or leave it for the next time."""
        if item.fault:
            key = hashlib.sha256(item.text.encode("utf-8", "replace")).hexdigest()
            self.refused.append(Rejected(key, item.fault, excerpt(clean_text(item.text[:1_000]))))
            self.must_wait = self.must_wait or item.fault == CUT_OFF
            return
        date, published_at = self._dated(item)
        raw, has_words = self._raw(item, date, published_at)
        if not has_words:
            reason = "The item has no title." if self.entry.terms == "link" else "The item has no title and no text."
            self.refused.append(Rejected(raw.item_key, reason, raw.payload))
        elif published_at and published_at > self.fetched_at + AHEAD:
            reason = "The item is dated more than an hour after it was fetched."
            self.refused.append(Rejected(raw.item_key, reason, raw.payload))
        elif published_at and published_at > self.asked.now:
            self.must_wait = True
        else:
            self.items.setdefault((raw.item_key, raw.identity), raw)
            self.held += sys.getsizeof(raw.payload)

    def answer(self, headers: Mapping[str, str], bytes_read: int) -> Answer:
        """All of it, with the validators byte for byte unless something was left for the next time."""
        refused = list(self.refused)
        if self.left:
            refused.append(Rejected(WHOLE_FEED, TOO_MANY, f"{self.left} items were left out."))
        return Answer(
            items=list(self.items.values()),
            refused=refused,
            etag=None if self.must_wait else headers.get("etag"),
            last_modified=None if self.must_wait else headers.get("last-modified"),
            bytes_read=bytes_read,
        )

    def _dated(self, item: FeedEntry) -> tuple[str, datetime | None]:
        """The first date that can be read, as written and in UTC; else the first as written."""
        zone = self.entry.timezone
        read = [(raw, parse_date(raw, zone, self.fetched_at)) for raw in item.dates]
        raw, published_at = next((pair for pair in read if pair[1]), read[0] if read else ("", None))
        return without_hidden(raw)[:100], published_at

    def _raw(self, item: FeedEntry, date: str, published_at: datetime | None) -> tuple[RawItem, bool]:
        """The item within the source's terms, and whether that leaves any words of it."""
        title, text = excerpt(clean_text(item.title), TITLE_LIMIT), clean_text(item.text)
        text = {"link": "", "excerpt": excerpt(text), "full": excerpt(text, TEXT_CHARACTERS)}[self.entry.terms]
        link = _web_link(item.link, self.entry.address or "")
        entry_id = without_hidden(item.entry_id).strip()[:_ID_CHARACTERS]
        fields = {"id": entry_id, "title": title, "text": text, "link": link, "date": date}
        if published_at:
            fields["published_at"] = published_at.isoformat()
        raw = RawItem(
            item_key=_item_key(link, entry_id, title or text, date),
            payload=json.dumps({name: value for name, value in fields.items() if value}, ensure_ascii=False),
            available_at=self.asked.now,
            basis="observed",
            fetched_at=self.fetched_at,
            headers=self.headers,
            # A digest: the text itself would be held twice.
            identity=hashlib.sha256(json.dumps([title, text, link]).encode()).hexdigest(),
        )
        return raw, bool(title or text)


def _item_key(link: str | None, entry_id: str, words: str, date: str) -> str:
    """What an item is known by from one reading to the next.

    The link first: ids are given anew at each reading by some feeds, and one for all by others. The address of a
    front page names no item.
    """
    if link and _names_page(link):
        return link
    return entry_id or hashlib.sha256(json.dumps([words, date]).encode()).hexdigest()


def _names_page(link: str) -> bool:
    parts = urlsplit(link)
    return parts.path not in ("", "/") or bool(parts.query or parts.fragment)


def _web_link(written: str, base: str) -> str | None:
    """The http(s) address that is meant; None for other schemes, credentials, the feed itself, and no address."""
    try:
        # As browsers do: breaks within an address are nothing, spaces are part of it.
        link = urljoin(base, without_hidden(_BREAKS.sub("", written)).strip().replace(" ", "%20"))
        parts = urlsplit(link)
        is_web = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    except ValueError:
        return None
    return link if is_web and link != base and len(link.encode()) <= LINK_BYTES else None


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: without_hidden(headers[name])[:300] for name in _KEPT_HEADERS if name in headers}
