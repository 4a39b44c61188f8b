"""Stated probability against what came: one day's sums in tenths of the scale, and the bins of any span of days.

Figures of hits, scores and money are in `scoring`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum

import numpy as np

from craveny_domain.intervals import day_counts, in_parts
from craveny_domain.scoring import Figure, figure_of, resampled_days

BINS = 10
_EDGES = np.arange(1, BINS) / BINS


@dataclass(frozen=True)
class BinScore:
    """What one model's settled ok forecasts of one tenth of the scale add up to on one day.

    Bin b holds probabilities from b/10 up to, but not, (b+1)/10; the last one holds 1 as well.
    """

    day: date
    bin: int
    answered: int
    ups: int
    probability_sum: float


@dataclass(frozen=True)
class ReliabilityBin:
    """One tenth of the scale over many days: the mean stated probability, and the share that rose."""

    bin: int
    mean_probability: float
    up_share: Figure


def bins_of(probability: np.ndarray) -> np.ndarray:
    """The bin [N] of each probability [N]; raises ValueError for one that is not from 0 to 1."""
    if not ((probability >= 0) & (probability <= 1)).all():
        raise ValueError("A stated probability is not from 0 to 1: leave out forecasts without one.")
    return np.searchsorted(_EDGES, probability, side="right")


def bin_day(day: date, probability: np.ndarray, is_up: np.ndarray) -> list[BinScore]:
    """The bins that hold any of a day's settled ok forecasts [N], ascending; their order does not matter."""
    place = bins_of(probability)
    return [
        BinScore(day, int(b), int((place == b).sum()), int(is_up[place == b].sum()), fsum(probability[place == b]))
        for b in np.unique(place)
    ]


def summarise_bins(
    scores: Sequence[BinScore], horizon: int, *, draws: int = 999, seed: int = 7
) -> list[ReliabilityBin]:
    """The bins of all days together, ascending, those that hold forecasts only; intervals resample whole days."""
    ordinals, position = np.unique([score.day.toordinal() for score in scores], return_inverse=True)
    sums = np.zeros((3, len(ordinals), BINS))
    place = np.array([score.bin for score in scores], dtype=np.int64)
    for row, name in zip(sums, ("answered", "ups", "probability_sum"), strict=True):
        np.add.at(row, (position, place), [getattr(score, name) for score in scores])
    answered, ups, probability = sums
    histories, block = resampled_days(len(ordinals), horizon, draws, seed)
    counted = [day_counts(part, len(ordinals)) @ np.hstack([answered, ups]) for part in in_parts(histories)]
    whole, part = np.hsplit(np.vstack(counted), 2)
    shares = np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
    return [
        ReliabilityBin(
            int(b),
            float(probability[:, b].sum() / answered[:, b].sum()),
            figure_of(shares[:, b], int(answered[:, b].sum()), int((answered[:, b] > 0).sum()), block),
        )
        for b in np.flatnonzero(answered.sum(axis=0))
    ]
