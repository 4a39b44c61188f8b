"""Daily bars as they are shown: the observation that counts, what corrected it, and closes comparable across splits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby


@dataclass(frozen=True)
class Observation:
    """One observation of a bar: prices in currency as traded, `split_ratio` new shares per old at its open."""

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

    @property
    def said(self) -> tuple[float, float, float, float, int, float]:
        """What it says of the session."""
        return self.open, self.high, self.low, self.close, self.volume, self.split_ratio


@dataclass(frozen=True)
class ShownBar:
    """An observation, its close with later splits applied, and whether its source had said otherwise before."""

    observation: Observation
    adjusted_close: float
    is_corrected: bool


def shown_bars(observations: Iterable[Observation], later_splits: float = 1.0) -> list[ShownBar]:
    """The bars of one stock, ascending, from all their observations in any order.

    The latest observation of a session counts, whatever its source, as in `panel`. `later_splits` is the product
    of the ratios of splits after the last of them.
    """
    ordered = sorted(observations, key=_when)
    sessions = [list(group) for _, group in groupby(ordered, key=lambda o: o.session_date)]
    bars, growth = [], later_splits
    for seen in reversed(sessions):
        bars.append(shown_bar(seen[-1], seen, growth))
        growth *= seen[-1].split_ratio
    return bars[::-1]


def shown_bar(chosen: Observation, seen: Sequence[Observation], later_splits: float) -> ShownBar:
    """One observation among those of its session; the same two questions answered for it."""
    earlier = [o for o in seen if o.source == chosen.source and _when(o) < _when(chosen)]
    return ShownBar(chosen, chosen.close / later_splits, any(o.said != chosen.said for o in earlier))


def _when(observation: Observation) -> tuple[date, datetime, int]:
    return observation.session_date, observation.available_at, observation.price_id
