"""A feed cut into its items before anything parses it, so that one bad item spoils no other and none is held long.

Finds where items begin and end in text that comes in pieces; what an item says is not read here. The document type
and all that stands outside of items is left out: no entity is ever declared.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

ITEM_CHARACTERS = 100_000
"""The longest item that is read; an announcement is a hundredth of it."""

ITEM_TAGS = 2_000
"""The most tags of an item that are read, those of quoted HTML left aside: each costs as much as a line of text."""

_TAG_CHARACTERS = 8_000
_SHOWN_CHARACTERS = 1_000
_TOKEN = re.compile(
    r"<!--|<!\[CDATA\[|<\?|<(?P<end>/?)"
    r"(?P<tag>(?:[a-z_][\w.-]*:)?(?P<name>rss|rdf|feed|item|entry))(?=[\s/>])[^<>]{0,8000}>",
    re.IGNORECASE,
)
_CLOSERS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_ITEM_OF = {"rss": "item", "rdf": "item", "feed": "entry"}
_CDATA = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
# What XML 1.0 allows nowhere; one such character would make the whole document unreadable.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,8})|([0-9]{1,8}));", re.IGNORECASE)
_PLAIN_ROOTS = {
    "item": '<rss version="2.0">',
    "entry": '<feed xmlns="http://www.w3.org/2005/Atom">',
}


@dataclass(frozen=True)
class FeedPiece:
    """The root element as written, once and first; an item from its first tag to its last; or one that is none.

    `tags` are counted outside of CDATA sections; of an item that is too long or cut off `text` is the beginning.
    """

    kind: Literal["root", "item", "too_long", "cut_off"]
    text: str
    tags: int = 0


def feed_pieces(text: Iterable[str]) -> Iterator[FeedPiece]:
    """The pieces of a feed in its order; nothing for what is no feed.

    Items without a root get the plain one of their kind. What the text ends in the midst of is cut off.
    """
    cutter = _Cutter()
    for piece in text:
        yield from cutter.feed(_ILLEGAL.sub("", piece))
    yield from cutter.end()


def small_feed(root: str, items: Iterable[str]) -> str:
    """A feed of these items alone, under the root's own names."""
    name = root[1:].split(None, 1)[0].rstrip(">")
    inside = "".join(items)
    if name.lower().endswith("rss"):
        inside = f"<channel>{inside}</channel>"
    return f"{root}{inside}</{name}>"


def _legal(reference: re.Match[str]) -> str:
    """The character reference, or nothing where it names no character that XML allows."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return reference[0] if number <= sys.maxunicode and not _ILLEGAL.match(chr(number)) else ""


class _Cutter:
    """What was fed and is not decided yet."""

    def __init__(self) -> None:
        self.text = ""
        self.at = 0  # up to here the text is scanned
        self.closer: str | None = None  # of the comment, CDATA section or instruction that is open
        self.item_name: str | None = None  # of the feed's items, known with its root
        self.start: int | None = None  # of the open item
        self.is_too_long = False

    def feed(self, piece: str) -> Iterator[FeedPiece]:
        """Take more text; the pieces that are whole by now."""
        self.text += piece
        while self._skipped():
            token = _TOKEN.search(self.text, self.at)
            if token is None:
                self._wait()
                break
            self.at = token.end()
            self.closer = _CLOSERS.get(token[0].upper())
            if self.closer is None:
                yield from self._tag(token)
        self._forget()

    def end(self) -> Iterator[FeedPiece]:
        """The item that the text ends in, if any."""
        if self.start is not None:
            yield FeedPiece("cut_off", self.text[self.start : self.start + _SHOWN_CHARACTERS])

    def _skipped(self) -> bool:
        """Whether the text goes on after what is open; a comment or CDATA section may end in a later piece."""
        if self.closer is None:
            return True
        found = self.text.find(self.closer, self.at)
        if found < 0:
            self.at = max(self.at, len(self.text) - len(self.closer) + 1)
            return False
        self.at = found + len(self.closer)
        self.closer = None
        return True

    def _wait(self) -> None:
        """Go to the end, or before the tag that the end of the piece may have cut."""
        end = len(self.text)
        tag = self.text.rfind("<", self.at)
        self.at = tag if tag >= 0 and end - tag <= _TAG_CHARACTERS else end

    def _tag(self, token: re.Match[str]) -> Iterator[FeedPiece]:
        name, is_end = token["name"].lower(), bool(token["end"])
        if name in _ITEM_OF:
            if is_end:
                yield from self._close(token.start())
            if self.item_name is None and not is_end:
                self.item_name = _ITEM_OF[name]
                is_usable = len(token[0]) <= _TAG_CHARACTERS and not token[0].endswith("/>")
                yield FeedPiece("root", token[0] if is_usable else _PLAIN_ROOTS[self.item_name])
            return
        if self.item_name is None:
            self.item_name = name
            yield FeedPiece("root", _PLAIN_ROOTS[name])
        if name != self.item_name:
            return
        if is_end:
            yield from self._close(token.end())
        else:
            # An item that was never closed ends where the next begins.
            yield from self._close(token.start())
            self.start = token.start()
            if token[0].endswith("/>"):
                yield from self._close(token.end())

    def _close(self, end: int) -> Iterator[FeedPiece]:
        if self.start is not None:
            item = _REFERENCE.sub(_legal, self.text[self.start : end])
            tags = _CDATA.sub("", item).count("<")
            if self.is_too_long or len(item) > ITEM_CHARACTERS or tags > ITEM_TAGS:
                yield FeedPiece("too_long", item[:_SHOWN_CHARACTERS])
            else:
                yield FeedPiece("item", item, tags)
        self.start, self.is_too_long = None, False

    def _forget(self) -> None:
        """Let go of all text but the open item, and of that what is beyond the limit."""
        if self.start is not None and self.at - self.start > ITEM_CHARACTERS:
            self.is_too_long = True
            self.text = self.text[self.start : self.start + _SHOWN_CHARACTERS] + self.text[self.at :]
            self.start, self.at = 0, _SHOWN_CHARACTERS
        keep = self.at if self.start is None else self.start
        self.text = self.text[keep:]
        self.at -= keep
        self.start = None if self.start is None else 0
