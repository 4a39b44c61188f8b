"""What the days of an A/B test add up to: how its two variants did and by how much they differ, with intervals.

The verdict is not made of these: intervals may not be read every day, bets may.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from craveny_domain.intervals import DRAWS, SEED, Figure, ratio, resampling
from craveny_domain.pairs import Metric, daily_difference


@dataclass(frozen=True)
class VariantSums:
    """What one variant's settled questions of one day add up to; what was not answered is scored as the climatology."""

    questions: int
    hits: int
    brier: float


@dataclass(frozen=True)
class VariantFigures:
    """One variant over all days: the share of right calls, and the mean Brier score."""

    hit_rate: Figure
    brier: Figure


@dataclass(frozen=True)
class ComparisonFigures:
    """Both variants, and the mean of the daily differences (a above b in what the metric calls good)."""

    a: VariantFigures
    b: VariantFigures
    difference: Figure


def summarise_test(
    days: Sequence[tuple[VariantSums, VariantSums]],
    metric: Metric,
    horizon: int,
    *,
    is_split: bool,
    draws: int = DRAWS,
    seed: int = SEED,
) -> ComparisonFigures:
    """The figures of a test's days, ascending; the intervals resample blocks of whole days.

    A difference is over the questions of both variants together when they are split, else over those that both had.
    """
    sums = np.array([[[v.questions, v.hits, v.brier] for v in pair] for pair in days], dtype=np.float64)
    # Each is by variant and day.
    questions, hits, brier = sums.reshape(-1, 2, 3).transpose(2, 1, 0)
    a, b = (_variant(questions[v], hits[v], brier[v], horizon, draws, seed) for v in (0, 1))
    good = hits if metric == "hit" else brier
    difference = daily_difference(metric, good[0], questions[0], good[1], questions[1])
    both = np.isfinite(difference)
    n = questions[:, both].sum() if is_split else questions[0, both].sum()
    return ComparisonFigures(a, b, _mean(difference[both], int(n), horizon, draws, seed))


def _variant(
    questions: np.ndarray, hits: np.ndarray, brier: np.ndarray, horizon: int, draws: int, seed: int
) -> VariantFigures:
    if not questions.sum():
        return VariantFigures(*[Figure(None, None, None, 0, 0)] * 2)
    drawn = resampling(len(questions), horizon, draws, seed)
    whole, *parts = drawn.totals(np.column_stack([questions, hits, brier])).T
    n, days = int(questions.sum()), int((questions > 0).sum())
    return VariantFigures(*(drawn.figure(ratio(part, whole), n, days) for part in parts))


def _mean(differences: np.ndarray, n: int, horizon: int, draws: int, seed: int) -> Figure:
    if not len(differences):
        return Figure(None, None, None, 0, 0)
    drawn = resampling(len(differences), horizon, draws, seed)
    return drawn.figure(drawn.totals(differences[:, None])[:, 0] / len(differences), n, len(differences))
