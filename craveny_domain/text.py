"""Text from outside made safe and comparable: hidden characters, markup, links, length and script.

Knows nothing of articles, stocks or sources. Every function takes any str, lone surrogates included, and
never raises; what `clean_text` returns encodes to UTF-8.
"""

import html
import re
import unicodedata
from typing import Literal

Language = Literal["ko", "en", "und"]

# Characters a reader cannot see: controls (whitespace ones excepted), soft hyphen and joiners, blank fillers,
# zero-width and bidi marks, variation selectors, annotations, tag characters, and lone surrogates.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]+"
)
# Numbers are bounded because int() refuses thousands of digits.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ANGLE = re.compile("([<>])")
_TAG = re.compile(r"(?=[A-Za-z/!?])/? ?(\w*)", re.ASCII)
# Dropping these joins what they stood between (<b>삼성</b>전자); any other tag leaves a space.
_INLINE = re.compile("a|abbr|b|big|em|font|i|mark|q|s|small|span|strike|strong|sub|sup|tt|u")
_UNSEEN = frozenset(("script", "style", "template"))
_EMPTY = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
_VALUE = re.compile(r"""=\s*(?:"[^"]*"|'[^']*'|\S+)""")
_HIDDEN_MARK = re.compile(r"\shidden\b")
_STYLE_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Styles under which a page shows nothing of what an element encloses.
_HIDING_STYLE = re.compile(
    r"""style\s*=.*?(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)
        |color\s*:\s*(?:transparent|white|\#fff(?:fff)?)\b|opacity\s*:\s*0*(?:\.0*)?\s*(?:[;"'!]|$)
        |font-size\s*:\s*(?:0(?:\.0*)?(?:px|pt|em|rem|%)?|0?\.\d+(?:px|pt)|1(?:px|pt))\s*(?:[;"'!]|$)
        |(?:text-indent|left|top)\s*:\s*-\d{3})""",
    re.VERBOSE,
)
_MOST_OF_A_TAG = 1_000

_LINK = re.compile(r"(?<![A-Za-z0-9])(?:https?://[!-~]*…?|www\.[!-~]+|ht(?:tps?|tp|t)?:?/{0,2}…)", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![A-Za-z0-9_.])@[A-Za-z0-9_]+:?")
_RETWEET = re.compile(r"^(?:\s*RT\b[\s:]*)+")

_HANGUL = re.compile("[가-힣ㄱ-ㆎᄀ-ᇿ]+")
_LATIN = re.compile("[A-Za-zÀ-ÖØ-öø-ɏ]+")
# A Hangul syllable says as much as two or three Latin letters, so a minority of them makes a Korean text.
_KOREAN_SHARE = 0.3


def clean_text(raw: str) -> str:
    """The visible words of a text: no markup or hidden characters, entities decoded once, NFC, single spaces.

    Idempotent on what it returns, unless that still spells an HTML entity (`&amp;amp;` becomes `&amp;`).
    """
    if raw.isascii() and raw.isprintable() and "&" not in raw and "<" not in raw:
        return " ".join(raw.split())
    seen = _HIDDEN.sub("", raw)
    decoded = _ENTITY.sub(lambda entity: html.unescape(entity[0]), seen)
    composed = unicodedata.normalize("NFC", _HIDDEN.sub("", decoded))
    # Composed before, for a stroke makes an angle bracket another character (≮, ≯); and after, for what now adjoins.
    return " ".join(unicodedata.normalize("NFC", _without_tags(composed)).split())


def excerpt(text: str, limit: int = 100) -> str:
    """The opening of a cleaned text, at most `limit` characters, cut at a word end and closed by an ellipsis.

    A text without a space in the second half of the limit is cut inside the word.
    """
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    head = text[: limit - 1]
    if text[limit - 1] != " ":
        space = head.rfind(" ")
        head = head[:space] if space >= limit // 2 else head
    return head.rstrip(" ,.;:·-") + "…"


def language(text: str) -> Language:
    """The language by share of script among the letters: `ko` Hangul, `en` Latin of any language, else `und`."""
    words = without_links(text)
    if words.isascii():
        return "en" if _LATIN.search(words) else "und"
    hangul = sum(map(len, _HANGUL.findall(words)))
    # Counting letters is dear, and there are at most as many as there are characters.
    if hangul and hangul >= _KOREAN_SHARE * len(words):
        return "ko"
    letters = sum(map(str.isalpha, words))
    if not letters:
        return "und"
    if hangul >= _KOREAN_SHARE * letters:
        return "ko"
    return "en" if 2 * sum(map(len, _LATIN.findall(words))) > letters else "und"


def without_links(text: str) -> str:
    """The text without web links (whole or cut off), @handles and the `RT` that opens a retweet."""
    if "://" in text or "…" in text or "www." in text.lower():
        text = _LINK.sub(" ", text)
    if "@" in text:
        text = _HANDLE.sub(" ", text)
    return _RETWEET.sub("", text)


def without_hidden(text: str) -> str:
    """The text without characters a reader cannot see: zero-width and bidi marks, controls, lone surrogates."""
    return _HIDDEN.sub("", text)


def blank_links(text: str) -> str:
    """The text with every web link overwritten by spaces, so that positions stay what they were."""
    return _LINK.sub(lambda link: " " * len(link[0]), text)


def _without_tags(text: str) -> str:
    """Drop every `<tag>`, also one that dropping another completes, and what comments and hidden elements enclose.

    One pass over the brackets, so that nesting cannot make it slow; a `<` not followed by a name is text.
    """
    if "<" not in text:
        return text
    kept: list[str] = []
    opened: list[int] = []
    unseen = _Unseen()
    for piece in filter(None, _ANGLE.split(_without_comments(text))):
        if piece == ">" and opened:
            start = opened.pop()
            if tag := _TAG.match("".join(kept[start + 1 : start + 2])):
                inside = "".join(kept[start + 1 :])[:_MOST_OF_A_TAG].lower()
                del kept[start:]
                if unseen.ends_or_begins(tag[1].lower(), inside, kept, opened):
                    continue
                if not _INLINE.fullmatch(tag[1].lower()):
                    kept.append(" ")
                continue
        if piece == "<":
            opened.append(len(kept))
        kept.append(piece)
    return "".join(kept if unseen.since is None else kept[: unseen.since])


def _without_comments(text: str) -> str:
    pieces, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        pieces.append(text[at:start])
        end = text.find("-->", start + 2)
        at = end + 3 if end >= 0 else len(text)
    return " ".join([*pieces, text[at:]])


class _Unseen:
    """Inside which element nothing is seen, from which piece on; that of its own name may stand in it again."""

    def __init__(self) -> None:
        self.since: int | None = None
        self._name = ""
        self._depth = 0

    def ends_or_begins(self, name: str, inside: str, kept: list[str], opened: list[int]) -> bool:
        """Whether a tag begins such an element or ends the one that was begun, which forgets what it enclosed."""
        is_closing = inside.startswith("/")
        if self.since is None:
            if is_closing or not _hides(name, inside):
                return False
            self.since, self._name, self._depth = len(kept), name, 1
            return True
        if name != self._name or (not is_closing and name in ("script", "style")):
            return False
        self._depth += -1 if is_closing else 1
        if self._depth:
            return False
        since, self.since = self.since, None
        del kept[since:]
        opened[:] = [at for at in opened if at < since]
        kept.append(" ")
        return True


def _hides(name: str, inside: str) -> bool:
    if name in _UNSEEN:
        return True
    if name in _EMPTY or inside.endswith("/"):
        return False
    if "hidden" in inside and _HIDDEN_MARK.search(_VALUE.sub("", inside)):
        return True
    return "style" in inside and _HIDING_STYLE.search(_STYLE_COMMENT.sub("", inside)) is not None
