"""What a market's invented news is made of: topics, context sentences, outlets, and how copies differ.

Types and Korean particles only; the words are in `words_krx` and `words_us`.
"""

import re
from dataclasses import dataclass

_PARTICLES = re.compile(r"([가-힣])(은/는|이/가|을/를|과/와)")


@dataclass(frozen=True)
class Topic:
    """Something news is about: one tone (-1, 0, 1) per stock named, ways to title it and to tell it.

    Texts may hold {a} and {b} (the stocks), {n} (a percentage), {m} (an amount), {k} (a count), {q} (a quarter).
    """

    tones: tuple[int, ...]
    titles: tuple[str, ...]
    leads: tuple[str, ...]


@dataclass(frozen=True)
class CopyStyle:
    """How a wire copy differs: a title prefix, an ending exchanged for another, a sentence added."""

    prefix: str
    ending: tuple[str, str]
    addition: str


@dataclass(frozen=True)
class Wording:
    """Everything a market's news can say; `rush` are (first hour, last hour, weight) of a weekday, local time."""

    topics: tuple[Topic, ...]
    stock_contexts: tuple[str, ...]
    other_contexts: tuple[str, ...]
    outlets: tuple[str, ...]
    copies: tuple[CopyStyle, ...]
    rush: tuple[tuple[float, float, float], ...]

    def about(self, stocks: int, tone: int | None = None) -> list[Topic]:
        """The topics that name that many stocks and, if given, have that tone for the first."""
        return [t for t in self.topics if len(t.tones) == stocks and tone in (None, *t.tones[:1])]


def with_particles(text: str) -> str:
    """Korean text with each choice such as 은/는 settled by the final sound of the syllable before it."""
    return _PARTICLES.sub(lambda found: found[1] + found[2].split("/")[0 if _has_final(found[1]) else 1], text)


def _has_final(syllable: str) -> bool:
    return (ord(syllable) - ord("가")) % 28 != 0
