"""The invented news of a local day: planned as drafts with their tone, told as raw items only when asked for.

Prices follow the drafts' tones (see `prices`), so nothing here may depend on prices, or on what day it is.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from craveny_assets.sources.sample.seeds import generator
from craveny_assets.sources.sample.universe import Universe
from craveny_assets.sources.sample.wording import CopyStyle, Topic, with_particles
from craveny_domain.clocks import Market
from craveny_domain.facts import RawItem

WEEKDAY_ORIGINALS = (14, 19)  # fewest and most; the copies come on top
WEEKEND_ORIGINALS = (5, 9)
COPIES = (2, 3)
COPY_LAG = (timedelta(minutes=5), timedelta(hours=5))
_WEEKEND_RUSH = ((0.0, 8.0, 0.1), (8.0, 24.0, 0.9))
_ABOUT_NONE, _ABOUT_TWO = 0.18, 0.14  # shares of the originals; the rest is about one stock
_GOOD, _BAD = 0.37, 0.33  # shares of the articles about one stock; the rest is neutral
_ALIAS = 0.25  # share of the titles that use another name of the stock
_DRAWS = 16


class Draft(NamedTuple):
    """An article before it is told; `stocks` are positions in the universe, `draws` uniform numbers for the words."""

    item_key: str
    published_at: datetime
    stocks: tuple[int, ...]
    topic: Topic
    outlet: int
    draws: tuple[float, ...]
    style: CopyStyle | None


def plan_day(market: Market, universe: Universe, seed: int, day: date) -> list[Draft]:
    """The originals of a local day and their copies, by time; a copy can fall on the day after."""
    random = generator(seed, market.code, "news", day.toordinal())
    fewest, most = WEEKDAY_ORIGINALS if day.weekday() < 5 else WEEKEND_ORIGINALS
    count, copies = (int(n) for n in random.integers((fewest, COPIES[0]), (most + 1, COPIES[1] + 1)))
    draws = random.random((count + copies, _DRAWS)).tolist()
    drafts = [_original(market, universe, day, n, row) for n, row in enumerate(draws[:count])]
    copied = random.choice(count, copies, replace=False).tolist()
    for n, row in enumerate(draws[count:]):
        drafts.append(_copy(drafts[copied[n]], f"{market.code}-{day}-{count + n:02d}", universe, row))
    return sorted(drafts, key=lambda draft: (draft.published_at, draft.item_key))


def tell(draft: Draft, market: Market, universe: Universe) -> RawItem:
    """The draft as a source would hand it in."""
    title, text = _words(draft, universe)
    if draft.style:
        title, text = draft.style.prefix + title, text.replace(*draft.style.ending) + draft.style.addition
    payload = {
        "id": draft.item_key,
        "title": title,
        "text": text,
        "link": f"https://sample.invalid/{market.code}/{draft.item_key}",
        "published_at": f"{draft.published_at:%Y-%m-%dT%H:%M:%SZ}",
        "outlet": universe.wording.outlets[draft.outlet],
        "synthetic": True,
    }
    return RawItem(draft.item_key, json.dumps(payload, ensure_ascii=False), draft.published_at, "declared")


def _original(market: Market, universe: Universe, day: date, number: int, draws: Sequence[float]) -> Draft:
    when, hour, about, tone, subject, first, second, outlet, *rest = draws
    rush = universe.wording.rush if day.weekday() < 5 else _WEEKEND_RUSH
    companies = len(universe.companies)
    stock = int(first * companies)
    other = (stock + 1 + int(second * (companies - 1))) % companies
    if about < _ABOUT_NONE:
        stocks, topics = (), universe.wording.about(0)
    elif about < _ABOUT_NONE + _ABOUT_TWO:
        stocks, topics = (stock, other), universe.wording.about(2)
    else:
        stocks, topics = (stock,), universe.wording.about(1, 1 if tone < _GOOD else -1 if tone < _GOOD + _BAD else 0)
    return Draft(
        item_key=f"{market.code}-{day}-{number:02d}",
        published_at=_local_instant(market, day, _hour(rush, when, hour)),
        stocks=stocks,
        topic=topics[int(subject * len(topics))],
        outlet=int(outlet * len(universe.wording.outlets)),
        draws=tuple(rest),
        style=None,
    )


def _copy(original: Draft, item_key: str, universe: Universe, draws: Sequence[float]) -> Draft:
    later, outlet, style, *_ = draws
    outlets, styles = universe.wording.outlets, universe.wording.copies
    shortest, longest = COPY_LAG
    lag = timedelta(seconds=int((shortest + (longest - shortest) * later**2).total_seconds()))
    return original._replace(
        item_key=item_key,
        published_at=original.published_at + lag,
        outlet=(original.outlet + 1 + int(outlet * (len(outlets) - 1))) % len(outlets),
        style=styles[int(style * len(styles))],
    )


def _hour(rush: Sequence[tuple[float, float, float]], when: float, within: float) -> float:
    """A local hour: a stretch of the day by its weight, then any moment of it."""
    for first, last, weight in rush:
        if when < weight:
            return first + (last - first) * within
        when -= weight
    return rush[-1][0] + (rush[-1][1] - rush[-1][0]) * within


def _local_instant(market: Market, day: date, hour: float) -> datetime:
    # By the wall clock, so that the rush before the open stays there when the clocks change.
    return (datetime.combine(day, time.min, market.zone) + timedelta(seconds=int(hour * 3_600))).astimezone(UTC)


def _words(draft: Draft, universe: Universe) -> tuple[str, str]:
    title, lead, context, alias, percent, amount, count, quarter = draft.draws
    companies = [universe.companies[stock] for stock in draft.stocks]
    named = [company.name for company in companies]
    titled = [_pick((c.name, *(c.aliases if alias < _ALIAS else ())), alias / _ALIAS % 1) for c in companies]
    contexts = universe.wording.stock_contexts if companies else universe.wording.other_contexts
    numbers = _numbers(percent, amount, count, quarter)
    told = _filled(_pick(draft.topic.leads, lead), named, numbers)
    # The same draws in another order: the context must not repeat the figures of the lead.
    background = _filled(_two_of(contexts, context), named, _numbers(amount, quarter, percent, count))
    return _filled(_pick(draft.topic.titles, title), titled, numbers), f"{told} {background}"


def _numbers(percent: float, amount: float, count: float, quarter: float) -> dict[str, int]:
    return {
        "n": 3 + int(percent * 45),
        "m": 21 + int(amount * 940),
        "k": 2 + int(count * 7),
        "q": 1 + int(quarter * 4),
    }


def _filled(template: str, names: Sequence[str], numbers: dict[str, int]) -> str:
    return with_particles(template.format(**dict(zip("ab", names, strict=False)), **numbers))


def _pick(choices: Sequence[str], draw: float) -> str:
    return choices[int(draw * len(choices))]


def _two_of(choices: Sequence[str], draw: float) -> str:
    """Two different ones of the choices, in any order; one draw decides both."""
    first, rest = divmod(int(draw * len(choices) * (len(choices) - 1)), len(choices) - 1)
    return f"{choices[first]} {choices[(first + 1 + rest) % len(choices)]}"
