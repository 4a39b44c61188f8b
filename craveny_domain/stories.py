"""Stories: which articles are copies or light rewrites of an earlier one, looking back only.

Decides from texts and instants alone; which articles are handed in, and where a story's id is kept, is the
caller's business.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from craveny_domain.minhash import band_keys, candidates
from craveny_domain.rewrites import Telling, is_rewrite, story_text

MAX_AGE = timedelta(days=3)


class StoryItem(NamedTuple):
    """An article as far as stories care: its id, when it could first be known, and its cleaned text."""

    news_id: int
    available_at: datetime
    text: str


def assign_stories(items: Sequence[StoryItem], earlier: Sequence[StoryItem]) -> dict[int, int]:
    """Each item's story: the id of its earliest near-duplicate within the three days before it, else its own.

    Near-duplicates are sought among the items and `earlier` alike; order is by `available_at`, then `news_id`.
    """
    return Storyteller().assign(items, earlier)


class Storyteller:
    """Assigns stories day after day, and works each text out once: what one day looks back on the next does too."""

    def __init__(self) -> None:
        self._told: dict[str, Telling] = {}
        # As bytes, for a row of an array would hold all the array.
        self._keys: dict[str, bytes] = {}

    def assign(self, items: Sequence[StoryItem], earlier: Sequence[StoryItem]) -> dict[int, int]:
        """As `assign_stories`; what texts of this call cost nothing in the next one, and no others are kept."""
        by_id = {item.news_id: item for item in (*earlier, *items)}
        known = sorted(by_id.values(), key=lambda item: (item.available_at, item.news_id))
        asked = {item.news_id for item in items}
        wanted = [at for at, item in enumerate(known) if item.news_id in asked]
        if not wanted:
            return {}
        texts = [item.text for item in known]
        told, oldest = self._worked_out(texts), _oldest_in_reach(known)
        # Texts without a letter have one signature and nothing in common.
        lettered = [at for at in wanted if told[at].letters]
        keys = np.frombuffer(b"".join(map(self._keys.__getitem__, texts)), dtype=np.uint64).reshape(len(texts), -1)
        near = candidates(keys, np.array([one.marks for one in told], dtype=np.uint64), oldest, lettered)
        copies = _Copies(told)
        stories: dict[int, int] = {}
        for at in wanted:
            exact = copies.first(at, oldest[at])
            first = next((k for k in near.get(at, ()) if k < exact and is_rewrite(told[k], told[at])), exact)
            stories[known[at].news_id] = known[first].news_id
        return stories

    def _worked_out(self, texts: Sequence[str]) -> list[Telling]:
        fresh = [text for text in dict.fromkeys(texts) if text not in self._told]
        tellings = [Telling(text, story_text(text)) for text in fresh]
        keys = band_keys([one.letters for one in tellings])
        self._told.update(zip(fresh, tellings, strict=True))
        self._keys.update(zip(fresh, map(np.ndarray.tobytes, keys), strict=True))
        self._told = {text: self._told[text] for text in texts}
        self._keys = {text: self._keys[text] for text in texts}
        return [self._told[text] for text in texts]


class _Copies:
    """Who else tells the same `plain` text: asked in ascending order of position, and of the oldest in reach."""

    def __init__(self, told: Sequence[Telling]) -> None:
        self._plain = [one.plain for one in told]
        self._first: dict[str, int] = {}
        self._next = list(range(len(told)))
        for at in reversed(range(len(told))):
            self._next[at] = self._first.get(self._plain[at], at)
            self._first[self._plain[at]] = at

    def first(self, at: int, oldest: int) -> int:
        """The position of the first copy from `oldest` on; a text of nothing is a copy of none."""
        plain = self._plain[at]
        if not plain:
            return at
        first = self._first[plain]
        while first < oldest:
            first = self._next[first]
        self._first[plain] = first
        return first


def _oldest_in_reach(known: Sequence[StoryItem]) -> list[int]:
    """For each position the oldest one that is at most three days before it."""
    instants = [item.available_at for item in known]
    return [bisect_left(instants, instant - MAX_AGE) for instant in instants]
