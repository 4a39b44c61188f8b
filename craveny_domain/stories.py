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
        self._kept: dict[str, _Worked] = {}

    def assign(self, items: Sequence[StoryItem], earlier: Sequence[StoryItem]) -> dict[int, int]:
        """As `assign_stories`; what texts of this call cost nothing in the next one, and no others are kept."""
        by_id = {item.news_id: item for item in (*earlier, *items)}
        known = sorted(by_id.values(), key=lambda item: (item.available_at, item.news_id))
        asked = {item.news_id for item in items}
        wanted = [at for at, item in enumerate(known) if item.news_id in asked]
        if not wanted:
            return {}
        worked = self._worked_out([item.text for item in known])
        told, oldest = [one.telling for one in worked], _oldest_in_reach(known)
        # Texts without a letter have one signature and nothing in common.
        lettered = [at for at in wanted if told[at].letters]
        keys, marks = np.stack([one.keys for one in worked]), np.array([one.telling.marks for one in worked])
        near = candidates(keys, marks, oldest, lettered)
        copies = _positions_by_text(told)
        stories: dict[int, int] = {}
        for at in wanted:
            same = copies[told[at].plain]
            exact = same[bisect_left(same, oldest[at])] if told[at].plain else at
            first = next((k for k in near.get(at, ()) if k < exact and is_rewrite(told[k], told[at])), exact)
            stories[known[at].news_id] = known[first].news_id
        return stories

    def _worked_out(self, texts: Sequence[str]) -> list["_Worked"]:
        fresh = [text for text in dict.fromkeys(texts) if text not in self._kept]
        tellings = [Telling(text, story_text(text)) for text in fresh]
        keys = band_keys([one.letters for one in tellings])
        self._kept.update(zip(fresh, map(_Worked, tellings, keys), strict=True))
        self._kept = {text: self._kept[text] for text in texts}
        return [self._kept[text] for text in texts]


class _Worked(NamedTuple):
    """What is worked out of a text: how it is judged, and the buckets it falls in."""

    telling: Telling
    keys: np.ndarray


def _oldest_in_reach(known: Sequence[StoryItem]) -> list[int]:
    """For each position the oldest one that is at most three days before it."""
    instants = [item.available_at for item in known]
    return [bisect_left(instants, instant - MAX_AGE) for instant in instants]


def _positions_by_text(told: Sequence[Telling]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = {}
    for at, one in enumerate(told):
        positions.setdefault(one.plain, []).append(at)
    return positions
