"""Matching: which stocks a text is about, by the names it uses or by what its source declares.

One rule per kind of alias, and no context: telling a company from the common word of the same spelling is not
attempted here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from craveny_domain.text import blank_links

AliasKind = Literal["name", "ticker", "code", "alias"]

DECLARED_SCORE = 1.0
CODE_SCORE = 1.0
CASHTAG_SCORE = 1.0
NAME_SCORE = 0.95
ALIAS_SCORE = 0.9
# An upper-case word may be an acronym of something else.
TICKER_SCORE = 0.9

_WORD_START = re.compile(r"(?<!\w)\S")
_WORD_END = re.compile(r"(?!\w)")
# A Korean particle hangs on the name without a space; a name followed by any other Hangul is another word.
_NAME_END = re.compile(
    r"(?:측|등|쪽)?"
    r"(?:은|는|이|가|을|를|의|에|에서|에게|께서|와|과|로|으로|도|만|부터|까지|보다|처럼|마저|조차|나|이나|랑|이랑|하고"
    r"|인|이다|이며|이란|라는|이라는|라고|이라고)?"
    r"(?:는|은|도|만|의)?(?!\w)"
)


@dataclass(frozen=True)
class Alias:
    """One way a text may name a stock: its name, its ticker, its code, or any other name."""

    stock_id: int
    alias: str
    kind: AliasKind


@dataclass(frozen=True)
class Link:
    """A text is about a stock: the evidence is text[start:end] == span; `score` is 0-1.

    `kind` is the alias's, or `cashtag` ($TSLA), or `declared` (named by the source; no span).
    """

    stock_id: int
    start: int
    end: int
    span: str
    score: float
    kind: str


@dataclass(frozen=True)
class _Entry:
    """A spelling to look for; `exact` compares case too, `end` must match right after it."""

    stock_id: int
    spelling: str
    kind: str
    score: float
    end: re.Pattern[str]
    exact: bool = False


class AliasTable:
    """All aliases of a universe, indexed for finding every stock a text names."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self._entries: dict[str, list[_Entry]] = {}
        for alias in aliases:
            for entry in filter(_is_findable, _entries(alias)):
                self._entries.setdefault(_folded(entry.spelling), []).append(entry)
        self._lengths: dict[str, set[int]] = {}
        for key in self._entries:
            self._lengths.setdefault(key[:2], set()).add(len(key))

    def links(self, text: str) -> list[Link]:
        """The stocks the text names, each by its best evidence, in order of appearance.

        A longer match takes its stretch from shorter ones; stocks sharing one spelling are all linked.
        """
        taken = bytearray(len(text))
        best: dict[int, Link] = {}
        stretches = sorted(self._stretches(text), key=lambda s: (s[0] - s[1], s[0]))
        for start, end, entries in stretches:
            if taken.find(1, start, end) >= 0:
                continue
            taken[start:end] = b"\x01" * (end - start)
            for entry in entries:
                link = Link(entry.stock_id, start, end, text[start:end], entry.score, entry.kind)
                best[link.stock_id] = min(best.get(link.stock_id, link), link, key=lambda n: (-n.score, n.start))
        return sorted(best.values(), key=lambda n: (n.start, n.stock_id))

    def _stretches(self, text: str) -> Iterator[tuple[int, int, list[_Entry]]]:
        """Every stretch that spells an alias, with the entries it satisfies."""
        visible = blank_links(text)
        folded = _folded(visible)
        for word in _WORD_START.finditer(visible):
            start = word.start()
            for length in self._lengths.get(folded[start : start + 2], ()):
                end = start + length
                spelled = self._entries.get(folded[start:end], ())
                entries = [entry for entry in spelled if _holds(entry, visible, start, end)]
                if entries:
                    yield start, end, entries


def declared_links(symbols: Iterable[str], by_symbol: Mapping[str, int]) -> tuple[list[Link], list[str]]:
    """Links to the stocks a source names itself, one per stock, and the symbols that nobody knows, both in order."""
    named = list(dict.fromkeys(symbols))
    ids = dict.fromkeys(by_symbol[symbol] for symbol in named if symbol in by_symbol)
    links = [Link(stock_id, 0, 0, "", DECLARED_SCORE, "declared") for stock_id in ids]
    return links, [symbol for symbol in named if symbol not in by_symbol]


def _entries(alias: Alias) -> list[_Entry]:
    """The spellings of an alias."""
    spelling = alias.alias.strip()
    match alias.kind:
        case "code":
            return [_Entry(alias.stock_id, spelling, "code", CODE_SCORE, _WORD_END, exact=True)]
        case "ticker":
            cashtag = _Entry(alias.stock_id, f"${spelling}", "cashtag", CASHTAG_SCORE, _NAME_END)
            bare = _Entry(alias.stock_id, spelling.upper(), "ticker", TICKER_SCORE, _NAME_END, exact=True)
            return [cashtag, bare]
        case "name" | "alias":
            score = NAME_SCORE if alias.kind == "name" else ALIAS_SCORE
            return [_Entry(alias.stock_id, spelling, alias.kind, score, _NAME_END)]


def _is_findable(entry: _Entry) -> bool:
    """One character alone is a word or a letter in most texts: a one-letter ticker is found as a cash-tag only."""
    return len(entry.spelling) > 1


def _holds(entry: _Entry, text: str, start: int, end: int) -> bool:
    """Whether the spelling at [start, end), equal but for case, stands there as a word of its own."""
    if entry.exact and text[start:end] != entry.spelling:
        return False
    # In U$D or A$AP the letters after the sign are slang or money, not a ticker.
    if entry.kind == "ticker" and text[max(start - 1, 0) : start] == "$":
        return False
    if entry.kind == "code" and _inside_number(text, start, end):
        return False
    return entry.end.match(text, end) is not None


def _inside_number(text: str, start: int, end: int) -> bool:
    """Whether digits go on behind a comma or point on either side, as in 1,005,930 or 005930.5."""
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    return bool(re.fullmatch(r"\d[.,]", before) or re.fullmatch(r"[.,]\d", after))


def _folded(text: str) -> str:
    """Lower case, character by character where that would change the length, so that positions hold."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)
