"""What each member is worth to its ensemble over a window: the ensemble with it against the ensemble without it."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import TypeVar

import numpy as np

from craveny_domain.intervals import day_counts, in_parts
from craveny_domain.scoring import Figure, figure_of, resampled_days

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
    days: Mapping[Member, Sequence[MemberDay]], horizon: int, *, draws: int = 999, seed: int = 7
) -> dict[Member, dict[str, Figure]]:
    """Leave-one-out worth of each member over all its days, by name as in WORTHS.

    `brier`: the mean score without the member less that with it; `hit_rate`: that with it less that without. The
    interval resamples blocks of the days on which any of them has questions.
    """
    if not days:
        return {}
    table = _table(days)
    histories, block = resampled_days(table.shape[1], horizon, draws, seed)
    parts = []
    for part in in_parts(histories):
        sums = np.tensordot(day_counts(part, table.shape[1]), table, axes=(1, 1))
        parts.append(_worth_series(sums))
    series = np.concatenate(parts, axis=1)
    found = {}
    for at, member in enumerate(days):
        questions = table[at, :, 0]
        n, on = int(questions.sum()), int((questions > 0).sum())
        found[member] = {name: figure_of(series[i, :, at], n, on, block) for i, name in enumerate(WORTHS)}
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
    return np.divide(gained, questions, out=np.full(gained.shape, np.nan), where=questions > 0)
