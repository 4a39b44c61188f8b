"""Passages: one text as names are judged in it, with what stands around each; no rule of any one language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from craveny_domain.ambiguous_words import MARKET_WORDS, MARKET_WORDS_KOREAN

STRONG = 0.85
"""The score of a link whose evidence stands right beside the name."""
WEAK = 0.7
"""The score of a link that rests on a capital in mid-sentence, or on market words further away."""
REVIEW_BELOW = 0.8
"""A link of a lower score is uncertain: a reviewer's queue shows it."""

Span = tuple[int, int]

# Names further away than this say nothing, and a text of ten thousand names costs no more for them.
_REACH = 60
_LIST_REACH = 12

_HANGUL = re.compile("[가-힣]")
_LATIN_WORD = re.compile(r"[A-Za-z](?:[\w&.'-]*\w)?")
_KOREAN_WORD = re.compile(r"[가-힣A-Za-z0-9&%.]+")
_PARTICLE = re.compile(r"(?<=..)(?:은|는|이|가|을|를|의|에|와|과|도|로|으로|에서|서|만)$")
_SEPARATOR = re.compile(r"(?:'s)?(?: ?[,/·] ?(?:and |or |& )?| and | & | or | vs\.? |(?:와|과|랑|및|,|·|/|&| 및)+ ?)")


@dataclass(frozen=True)
class Mention:
    """A stretch that spells a name; `known` are the words of all that stock's names."""

    span: Span
    is_ticker: bool
    known: frozenset[str]


class Passage:
    """A text in which some stretches spell names for `sure`, and some words that may be names.

    `text` has ' for every apostrophe and spaces for every link, so that positions are those of the article.
    """

    def __init__(self, text: str, sure: Sequence[Span], unsure: Sequence[Span]) -> None:
        self.text = text
        self.sure = frozenset(sure)
        self._named = sorted({*sure, *unsure})
        self._place = {span: at for at, span in enumerate(self._named)}

    def before(self, span: Span) -> str:
        """What stands right before a span."""
        return self.text[max(span[0] - _REACH, 0) : span[0]]

    def after(self, span: Span) -> str:
        """What stands right after a span."""
        return self.text[span[1] : span[1] + _REACH]

    def listed_with(self, span: Span) -> list[Span]:
        """The names that stand in one list with the span (A, B and C), itself included."""
        first = last = self._place[span]
        while first > 0 and last - first < _LIST_REACH and self._are_listed(first - 1):
            first -= 1
        while last + 1 < len(self._named) and last - first < 2 * _LIST_REACH and self._are_listed(last):
            last += 1
        return self._named[first : last + 1]

    def has_any(self, wanted: frozenset[str]) -> bool:
        """Whether one of the words stands anywhere in the text."""
        return bool(wanted) and not wanted.isdisjoint(self._words)

    @cached_property
    def is_korean(self) -> bool:
        """Whether any of it is Hangul."""
        return _HANGUL.search(self.text) is not None

    @cached_property
    def tells_of_markets(self) -> bool:
        """Whether it has words that texts about listed companies have."""
        return self.has_any(MARKET_WORDS_KOREAN if self.is_korean else MARKET_WORDS)

    @cached_property
    def is_title_case(self) -> bool:
        """Whether capitals say nothing, as in Most Words Of A Headline."""
        long = [word for word in _LATIN_WORD.findall(self.text)[1:] if len(word) > 3]
        return len(long) > 1 and sum(word[0].isupper() for word in long) >= 0.75 * len(long)

    @cached_property
    def is_upper_case(self) -> bool:
        """Whether nearly all letters are capitals."""
        letters = [letter for letter in self.text if letter.isalpha()]
        return sum(map(str.isupper, letters)) > 0.7 * len(letters)

    def _are_listed(self, at: int) -> bool:
        return _SEPARATOR.fullmatch(self.text, self._named[at][1], self._named[at + 1][0]) is not None

    @cached_property
    def _words(self) -> frozenset[str]:
        if self.is_korean:
            return frozenset(korean_words(self.text))
        return frozenset(re.findall(r"[\w&-]+", self.text.lower()))


def korean_words(text: str) -> list[str]:
    """Its words without the particles at their ends, where two letters and more stay."""
    return [bare(word) for word in _KOREAN_WORD.findall(text)]


def bare(word: str) -> str:
    """A Korean word without the particle at its end, where two letters and more stay."""
    return _PARTICLE.sub("", word.rstrip("."))
