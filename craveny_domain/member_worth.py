"""What each member is worth to its ensemble over a window: the ensemble with it against the ensemble without it."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import TypeVar

import numpy as np

from craveny_domain.intervals import DRAWS, SEED, Figure, ratio, resampling

WORTHS = ("brier", "hit_rate")
"""What a member can be worth: both are positive where it helps."""
Member = TypeVar("Member")


@dataclass(frozen=True)
class MemberDay:
    """One day's sums of an ensemble with and without a member, as `ensembles.MemberSums` has them."""

    day: date
    questions: int
    hits: int
    hits_without: int
    brier: float
    brier_without: float


def member_worths(
    days: Mapping[Member, Sequence[MemberDay]], horizon: int, *, draws: int = DRAWS, seed: int = SEED
) -> dict[Member, dict[str, Figure]]:
    """Leave-one-out worth of each member over all its days, by name as in WORTHS.

    `brier`: the mean score without the member less that with it; `hit_rate`: that with it less that without. The
    interval resamples blocks of the days on which any of them has questions.
    """
    if not days:
        return {}
    table = _table(days)
    members, n_days, sums = table.shape
    drawn = resampling(n_days, horizon, draws, seed)
    totals = drawn.totals(table.transpose(1, 0, 2).reshape(n_days, members * sums))
    series = _worth_series(totals.reshape(-1, members, sums))
    found = {}
    for at, member in enumerate(days):
        questions = table[at, :, 0]
        n, on = int(questions.sum()), int((questions > 0).sum())
        found[member] = {name: drawn.figure(series[i, :, at], n, on) for i, name in enumerate(WORTHS)}
    return found


def _table(days: Mapping[Member, Sequence[MemberDay]]) -> np.ndarray:
    """Each member's sums by day: [members, days, 5]."""
    when = sorted({each.day for own in days.values() for each in own})
    position = {day: at for at, day in enumerate(when)}
    table = np.zeros((len(days), len(when), 5))
    for at, own in enumerate(days.values()):
        for each in own:
            table[at, position[each.day]] = astuple(each)[1:]
    return table


def _worth_series(sums: np.ndarray) -> np.ndarray:
    """The worths [2, H, members] of sums [H, members, 5]; NaN without a question."""
    questions, hits, hits_without, brier, brier_without = np.moveaxis(sums, 2, 0)
    gained = np.stack([brier_without - brier, hits - hits_without])
    return ratio(gained, np.broadcast_to(questions, gained.shape))
