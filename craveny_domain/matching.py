"""Matching: which stocks a text is about, by the names it uses or by what its source declares.

One rule per kind of alias; a spelling that is a common word as well is linked only where its context says so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from craveny_domain.ambiguous_words import COMMON_TICKERS, COMMON_WORDS, COMMON_WORDS_KOREAN
from craveny_domain.contexts import context_score, is_of_another
from craveny_domain.passages import Mention, Passage, Span
from craveny_domain.text import blank_links

AliasKind = Literal["name", "ticker", "code", "alias"]

DECLARED_SCORE = 1.0
CODE_SCORE = 1.0
CASHTAG_SCORE = 1.0
NAME_SCORE = 0.95
ALIAS_SCORE = 0.9
# An upper-case word may be an acronym of something else.
TICKER_SCORE = 0.9

_SHORT_TICKER = 2
# The names of groups are this short (한화, SK, 신세계); their members' are longer.
_GROUP_LENGTH = 3

_WORD_START = re.compile(r"(?<!\w)\S")
_HANGUL = re.compile("[가-힣]")
# SK 하이닉스 is SK하이닉스.
_MEMBER = re.compile("(?=.{0,5}[가-힣]{2}).{4,}")
_SPACED = re.compile(r"([\w&]{2,6}) ([가-힣a-z]{2}[\w&]{0,12})")
_WORD_END = re.compile(r"(?!\w)")
# A Korean particle hangs on the name without a space; a name followed by any other Hangul is another word.
_NAME_END = re.compile(
    r"(?:측|등|쪽|공사)?"
    r"(?:은|는|이|가|을|를|의|에|에서|에게|께서|와|과|로|으로|도|만|부터|까지|보다|처럼|마저|조차|나|이나|랑|이랑|하고"
    r"|인|이다|이며|이란|라는|이라는|라고|이라고)?"
    r"(?:는|은|도|만|의)?(?!\w)"
)


@dataclass(frozen=True)
class Alias:
    """One way a text may name a stock: its name, its ticker, its code, or any other name.

    `needs_context` marks a spelling as ambiguous; the common words we know are so without it.
    """

    stock_id: int
    alias: str
    kind: AliasKind
    needs_context: bool = False


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
    is_ambiguous: bool = False

    @property
    def is_initials(self) -> bool:
        """A name such as SK: initials of anything, except where the rest is Korean."""
        return self.kind != "ticker" and len(self.spelling) <= _SHORT_TICKER and self.spelling.isascii()


class _Stretch(NamedTuple):
    """Where a text spells names, and whose."""

    span: Span
    entries: list[_Entry]


class AliasTable:
    """All aliases of a universe, indexed for finding every stock a text names."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self._entries: dict[str, list[_Entry]] = {}
        self._known: dict[int, set[str]] = {}
        for alias in aliases:
            self._known.setdefault(alias.stock_id, set()).update(_folded(alias.alias).split())
            for entry in filter(_is_findable, _entries(alias)):
                self._entries.setdefault(_folded(entry.spelling), []).append(entry)
        self._lengths = _lengths_by_opening(self._entries)

    def links(self, text: str) -> list[Link]:
        """The stocks the text names, each by its best evidence, in order of appearance.

        A longer match takes its stretch from shorter ones; stocks sharing one spelling are all linked. A link that
        rests on its context scores less; below `passages.REVIEW_BELOW` it is uncertain.
        """
        visible = blank_links(text).replace("’", "'")
        best: dict[int, Link] = {}
        for stretch, entry, score in self._judged(visible, self._untaken(visible)):
            start, end = stretch.span
            link = Link(entry.stock_id, start, end, text[start:end], score, entry.kind)
            best[link.stock_id] = min(best.get(link.stock_id, link), link, key=lambda n: (-n.score, n.start))
        return sorted(best.values(), key=lambda n: (n.start, n.stock_id))

    def _judged(self, visible: str, stretches: list[_Stretch]) -> Iterator[tuple[_Stretch, _Entry, float]]:
        """Every entry that holds in its context, with its score."""
        is_korean = _HANGUL.search(visible) is not None
        unsure = {
            id(e) for one in stretches for e in one.entries if e.is_ambiguous and not (is_korean and e.is_initials)
        }
        if not unsure:
            yield from ((one, entry, entry.score) for one in stretches for entry in one.entries)
            return
        sure = [one.span for one in stretches if any(id(entry) not in unsure for entry in one.entries)]
        passage = Passage(visible, sure, [one.span for one in stretches])
        for stretch in stretches:
            for entry in stretch.entries:
                if id(entry) not in unsure:
                    yield stretch, entry, entry.score
                    continue
                known = frozenset(self._known[entry.stock_id])
                found = context_score(
                    passage, Mention(stretch.span, entry.kind == "ticker" or entry.is_initials, known)
                )
                if found:
                    yield stretch, entry, min(found, entry.score)

    def _untaken(self, visible: str) -> list[_Stretch]:
        """The stretches left when longer ones have taken theirs, in order."""
        found = list(self._stretches(visible))
        if len(found) < 2:
            return found
        taken = bytearray(len(visible))
        kept = []
        for stretch in sorted(found, key=lambda s: (s.span[0] - s.span[1], s.span[0])):
            start, end = stretch.span
            if taken.find(1, start, end) < 0:
                taken[start:end] = b"\x01" * (end - start)
                kept.append(stretch)
        return sorted(kept, key=lambda s: s.span)

    def _stretches(self, visible: str) -> Iterator[_Stretch]:
        """Every stretch that spells an alias, with the entries it satisfies."""
        folded = _folded(visible)
        for word in _WORD_START.finditer(visible):
            start = word.start()
            lengths = self._lengths.get(folded[start : start + 2])
            if lengths is None:
                continue
            for length in lengths.plain:
                spelled = self._entries.get(folded[start : start + length])
                if spelled:
                    yield from self._held(spelled, visible, start, start + length)
            if lengths.spaced and (spaced := _SPACED.match(folded, start)):
                joined = spaced[1] + spaced[2]
                for length in lengths.spaced:
                    if length > len(spaced[1]):
                        spelled = self._entries.get(joined[:length], ())
                        yield from self._held(spelled, visible, start, start + length + 1)

    def _held(self, spelled: Sequence[_Entry], visible: str, start: int, end: int) -> Iterator[_Stretch]:
        entries = [entry for entry in spelled if self._holds(entry, visible, start, end)]
        if entries:
            yield _Stretch((start, end), entries)

    def _holds(self, entry: _Entry, visible: str, start: int, end: int) -> bool:
        if not _stands_alone(entry, visible, start, end):
            return False
        if entry.kind in ("code", "cashtag", "ticker"):
            return True
        return not is_of_another(visible, start, end, of_a_group=len(entry.spelling) <= _GROUP_LENGTH)


def declared_links(symbols: Iterable[str], by_symbol: Mapping[str, int]) -> tuple[list[Link], list[str]]:
    """Links to the stocks a source names itself, one per stock, and the symbols that nobody knows, both in order."""
    named = list(dict.fromkeys(symbols))
    ids = dict.fromkeys(by_symbol[symbol] for symbol in named if symbol in by_symbol)
    links = [Link(stock_id, 0, 0, "", DECLARED_SCORE, "declared") for stock_id in ids]
    return links, [symbol for symbol in named if symbol not in by_symbol]


class _Lengths(NamedTuple):
    """How long the spellings of one opening are; `spaced` are those that may stand with a space inside."""

    plain: set[int]
    spaced: set[int]


def _lengths_by_opening(keys: Iterable[str]) -> dict[str, _Lengths]:
    """By the first two characters; of a one-letter ticker the second is what may follow it in a list."""
    lengths: dict[str, _Lengths] = {}
    for key in keys:
        for opening in [key[:2]] if len(key) > 1 else [key + mark for mark in ("", *" ,.;:)/'")]:
            of_opening = lengths.setdefault(opening, _Lengths(set(), set()))
            of_opening.plain.add(len(key))
            if _MEMBER.fullmatch(key):
                of_opening.spaced.add(len(key))
    return lengths


def _entries(alias: Alias) -> list[_Entry]:
    """The spellings of an alias."""
    spelling = alias.alias.strip()
    unsure = alias.needs_context or _is_common(spelling, alias.kind)
    match alias.kind:
        case "code":
            return [_Entry(alias.stock_id, spelling, "code", CODE_SCORE, _WORD_END, exact=True)]
        case "ticker":
            cashtag = _Entry(alias.stock_id, f"${spelling}", "cashtag", CASHTAG_SCORE, _NAME_END)
            bare = spelling.upper()
            return [
                cashtag,
                _Entry(alias.stock_id, bare, "ticker", TICKER_SCORE, _NAME_END, exact=True, is_ambiguous=unsure),
            ]
        case "name" | "alias":
            score = NAME_SCORE if alias.kind == "name" else ALIAS_SCORE
            return [_Entry(alias.stock_id, spelling, alias.kind, score, _NAME_END, is_ambiguous=unsure)]


def _is_common(spelling: str, kind: AliasKind) -> bool:
    """Whether the spelling alone does not tell a company: a common word, or a ticker of one or two letters."""
    if kind == "ticker":
        return len(spelling) <= _SHORT_TICKER or spelling.lower() in COMMON_TICKERS
    folded = _folded(spelling)
    is_initials = len(folded) <= _SHORT_TICKER and folded.isascii()
    return is_initials or folded in COMMON_WORDS or folded in COMMON_WORDS_KOREAN


def _is_findable(entry: _Entry) -> bool:
    """One character alone is a word or a letter in most texts; a ticker of one letter counts in a list of tickers."""
    return len(entry.spelling) > 1 or entry.kind == "ticker"


def _stands_alone(entry: _Entry, text: str, start: int, end: int) -> bool:
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
    """Whether digits go on behind a mark on either side, as in 1,005,930, 005930.5 or the telephone's 02-000660."""
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    return bool(re.fullmatch(r"\d[.,-]", before) or re.fullmatch(r"[.,-]\d", after))


def _folded(text: str) -> str:
    """Lower case, character by character where that would change the length, so that positions hold."""
    text = text.replace("’", "'")
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)
