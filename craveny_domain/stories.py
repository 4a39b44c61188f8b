"""Stories: which articles are copies or light rewrites of an earlier one, looking back only.

Decides from texts and instants alone; which articles are handed in, and where a story's id is kept, is the
caller's business.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from craveny_domain.minhash import candidates
from craveny_domain.rewrites import Telling, is_rewrite, story_text

MAX_AGE = timedelta(days=3)


@dataclass(frozen=True)
class StoryItem:
    """An article as far as stories care: its id, when it could first be known, and its cleaned text."""

    news_id: int
    available_at: datetime
    text: str


def assign_stories(items: Sequence[StoryItem], earlier: Sequence[StoryItem]) -> dict[int, int]:
    """Each item's story: the id of its earliest near-duplicate within the three days before it, else its own.

    Near-duplicates are sought among the items and `earlier` alike; order is by `available_at`, then `news_id`.
    """
    by_id = {item.news_id: item for item in (*earlier, *items)}
    known = sorted(by_id.values(), key=lambda item: (item.available_at, item.news_id))
    asked = {item.news_id for item in items}
    oldest = _oldest_in_reach(known)
    told = [Telling(item.text, story_text(item.text)) for item in known]
    copies = _positions_by_text(told)
    stories: dict[int, int] = {}
    wanted = {at for at, item in enumerate(known) if item.news_id in asked}
    for at, near in candidates([one.letters for one in told], oldest, wanted):
        same = copies[told[at].plain]
        exact = same[bisect_left(same, oldest[at])] if told[at].plain else at
        first = next((k for k in near if k < exact and is_rewrite(told[k], told[at])), exact)
        stories[known[at].news_id] = known[first].news_id
    return stories


def _oldest_in_reach(known: Sequence[StoryItem]) -> list[int]:
    """For each position the oldest one that is at most three days before it."""
    instants = [item.available_at for item in known]
    return [bisect_left(instants, instant - MAX_AGE) for instant in instants]


def _positions_by_text(told: Sequence[Telling]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = {}
    for at, one in enumerate(told):
        positions.setdefault(one.plain, []).append(at)
    return positions
