"""Daily bars as they are shown: the observation that counts, what corrected it, and closes comparable across splits
and dividends. Prices are kept as traded; whatever is adjusted is so by the actions among the rows handed in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby


@dataclass(frozen=True)
class Observation:
    """One observation of a bar: prices in currency as traded, `split_ratio` new shares per old at its open, `dividend`
    cash per share, ex at its open."""

    price_id: int
    session_date: date
    source: str
    open: float
    high: float
    low: float
    close: float
    volume: int
    split_ratio: float
    available_at: datetime
    dividend: float = 0.0

    @property
    def said(self) -> tuple[float, ...]:
        """What it says of the session."""
        return self.open, self.high, self.low, self.close, self.volume, self.split_ratio, self.dividend


@dataclass(frozen=True)
class Later:
    """What the splits and dividends after a bar make of it: shares per share, and the part of its price that is left
    when the dividends are taken as reinvested."""

    splits: float = 1.0
    kept: float = 1.0

    def before(self, split_ratio: float, dividend: float, close_before: float | None) -> "Later":
        """The same for the bars before a session with these actions; `close_before` is the last close before it."""
        cash = dividend * split_ratio
        kept = 1 - cash / close_before if close_before and cash < close_before else 1.0
        return Later(self.splits * split_ratio, self.kept * kept)


NOTHING_LATER = Later()


@dataclass(frozen=True)
class ShownBar:
    """An observation, its close with later splits applied, the same with later dividends as well, and whether its
    source had said otherwise before."""

    observation: Observation
    adjusted_close: float
    total_return_close: float
    is_corrected: bool


def shown_bars(observations: Iterable[Observation], later: Later = NOTHING_LATER) -> list[ShownBar]:
    """The bars of one stock, ascending, from all their observations in any order.

    Of a session the source counts that told of it first, with its latest word, as in `panel`; a source that tells of
    no split is silent on it. `later` is what came after the last of them.
    """
    ordered = sorted(observations, key=_when)
    sessions = [list(group) for _, group in groupby(ordered, key=lambda o: o.session_date)]
    counting = [_counting(seen) for seen in sessions]
    bars = []
    for at in range(len(sessions) - 1, -1, -1):
        bars.append(shown_bar(counting[at], sessions[at], later))
        latest = _latest_words(sessions[at])
        ratio = max((o.split_ratio for o in latest if o.split_ratio != 1), default=1.0)
        later = later.before(ratio, max(o.dividend for o in latest), counting[at - 1].close if at else None)
    return bars[::-1]


def shown_bar(chosen: Observation, seen: Sequence[Observation], later: Later) -> ShownBar:
    """One observation among those of its session; the same questions answered for it."""
    earlier = [o for o in seen if o.source == chosen.source and _when(o) < _when(chosen)]
    adjusted = chosen.close / later.splits
    return ShownBar(chosen, adjusted, adjusted * later.kept, any(o.said != chosen.said for o in earlier))


def _counting(seen: Sequence[Observation]) -> Observation:
    return [o for o in seen if o.source == seen[0].source][-1]


def _latest_words(seen: Sequence[Observation]) -> Iterable[Observation]:
    return {o.source: o for o in seen}.values()


def _when(observation: Observation) -> tuple[date, datetime, int]:
    return observation.session_date, observation.available_at, observation.price_id
