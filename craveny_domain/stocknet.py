"""The protocol of the StockNet paper (Xu and Cohen, ACL 2018): which stock days are labelled, and how.

Counts pairs in a stock's adjusted closes, as the paper's released code does. Only for comparing with published
figures: Craveny's own forecasts are asked and settled by `questions` and `settlement`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

TRAIN = (date(2014, 1, 1), date(2015, 8, 1))
DEV = (date(2015, 8, 1), date(2015, 10, 1))
"""Half-open spans of the days to be labelled; the paper's test span is not part of the data we keep."""

SMALL_FALL, SMALL_RISE = -0.005, 0.0055
"""Movements from the first up to, but not including, the second are dropped."""
DECIMALS = 6
"""Movements are compared as so many decimals: with all of them one real day (CHL of 2014-04-11) would count."""
LAG = timedelta(days=4)


@dataclass(frozen=True)
class Pair:
    """A labelled stock day: its movement is adjusted close over the previous row's, less one."""

    day: date
    movement: float

    @property
    def is_up(self) -> bool:
        """The paper's label."""
        return self.movement > 1e-7


def labelled_pairs(series: Sequence[tuple[date, float]], span: tuple[date, date]) -> Iterator[Pair]:
    """The labelled days of one stock within a span, from its ascending (day, adjusted close).

    A day counts when a day with a movement lies before its lag window [day - 4, day], so the first rows of a newly
    listed stock fall out.
    """
    first_with_movement = series[1][0] if len(series) > 1 else date.max
    for (_, before), (day, adjusted) in pairwise(series):
        movement = round(adjusted / before - 1, DECIMALS)
        is_small = SMALL_FALL <= movement < SMALL_RISE
        if span[0] <= day < span[1] and first_with_movement < day - LAG and not is_small:
            yield Pair(day, movement)


@dataclass(frozen=True)
class Count:
    """How many pairs a span has, and how many of them are up: the hits of always-up."""

    pairs: int
    ups: int


def count_pairs(stocks: Iterable[Sequence[tuple[date, float]]], span: tuple[date, date]) -> Count:
    """The pairs of all stocks in a span."""
    labels = [pair.is_up for series in stocks for pair in labelled_pairs(series, span)]
    return Count(len(labels), sum(labels))
