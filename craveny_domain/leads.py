"""Who tells a story first, and how long before the others: from the tellings alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

WINDOW = timedelta(days=30)
"""Sources are compared over the stories of the last days."""


@dataclass(frozen=True)
class Telling:
    """An article as one telling of a story; `story_id` is an earlier telling's id, of the first one its own."""

    news_id: int
    story_id: int
    source: str
    available_at: datetime


@dataclass(frozen=True)
class Lead:
    """A source among the stories that it and others told: how many, which share it told before all others, by how much.

    `median_minutes` is over the stories it told first, None without one.
    """

    stories: int
    median_minutes: float | None
    first_share: float


def leads(tellings: Iterable[Telling]) -> dict[str, Lead]:
    """Each source's lead over the stories among these that two or more sources told.

    A story whose beginning is not among them is left out. Two that tell in the same instant are both not first.
    """
    told: Counter[str] = Counter()
    ahead: dict[str, list[float]] = defaultdict(list)
    for times in _first_tellings(tellings):
        if len(times) < 2:
            continue
        told.update(times.keys())
        (first, at), (_, second_at) = sorted(times.items(), key=lambda pair: pair[1])[:2]
        if at < second_at:
            ahead[first].append((second_at - at) / timedelta(minutes=1))
    return {
        name: Lead(count, median(ahead[name]) if ahead[name] else None, len(ahead[name]) / count)
        for name, count in told.items()
    }


def _first_tellings(tellings: Iterable[Telling]) -> Iterable[Mapping[str, datetime]]:
    """When each source first told each story that begins among the tellings."""
    beginnings: dict[int, int] = {}
    stories: dict[int, dict[str, datetime]] = defaultdict(dict)
    known = {telling.news_id: telling for telling in tellings}
    for told in sorted(known.values(), key=lambda t: (t.available_at, t.news_id)):
        first = told.news_id if told.story_id == told.news_id else beginnings.get(told.story_id)
        if first is not None:
            beginnings[told.news_id] = first
            stories[first].setdefault(told.source, told.available_at)
    return stories.values()
