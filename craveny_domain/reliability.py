"""Stated probability against what came: a day's sums in hundredths of the scale, tenths of any span of days.

Figures of hits, scores and money are in `scoring`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from craveny_domain.intervals import DRAWS, SEED, Figure, ratio, resampling

BINS = 10
CELLS = 100
_EDGES = np.arange(1, CELLS) / CELLS


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


def cells_of(probability: np.ndarray) -> np.ndarray:
    """The hundredth [N] of the scale that each probability [N] is in, 0 to 99: cell c holds those from c/100 up to,
    but not, (c+1)/100, the last one 1 as well. Raises ValueError for one that is not from 0 to 1."""
    if not ((probability >= 0) & (probability <= 1)).all():
        raise ValueError("A stated probability is not from 0 to 1: leave out forecasts without one.")
    return np.searchsorted(_EDGES, probability, side="right")


class CellSums(NamedTuple):
    """Per group and cell that holds any [K], ascending: forecasts, how many rose, the sum of what was stated."""

    group: np.ndarray
    cell: np.ndarray
    answered: np.ndarray
    ups: np.ndarray
    probability_sum: np.ndarray


def cell_sums(group: np.ndarray, probability: np.ndarray, is_up: np.ndarray) -> CellSums:
    """What settled ok forecasts [N] of several groups add up to in each cell; their order does not matter."""
    order = np.lexsort((probability, group))
    codes, at = np.unique(group[order] * CELLS + cells_of(probability[order]), return_inverse=True)
    ups, stated = (np.bincount(at, values[order], len(codes)) for values in (is_up, probability))
    return CellSums(codes // CELLS, codes % CELLS, np.bincount(at, minlength=len(codes)), ups.astype(np.int64), stated)


def summarise_bins(
    scores: Sequence[BinScore], horizon: int, *, draws: int = DRAWS, seed: int = SEED
) -> list[ReliabilityBin]:
    """The bins of all days together, ascending, those that hold forecasts only; intervals resample whole days."""
    ordinals, position = np.unique([score.day.toordinal() for score in scores], return_inverse=True)
    sums = np.zeros((3, len(ordinals), BINS))
    place = np.array([score.bin for score in scores], dtype=np.int64)
    for row, name in zip(sums, ("answered", "ups", "probability_sum"), strict=True):
        np.add.at(row, (position, place), [getattr(score, name) for score in scores])
    answered, ups, probability = sums
    if not len(ordinals):
        return []
    drawn = resampling(len(ordinals), horizon, draws, seed)
    whole, part = np.hsplit(drawn.totals(np.hstack([answered, ups])), 2)
    shares = ratio(part, whole)
    return [
        ReliabilityBin(
            int(b),
            float(probability[:, b].sum() / answered[:, b].sum()),
            drawn.figure(shares[:, b], int(answered[:, b].sum()), int((answered[:, b] > 0).sum())),
        )
        for b in np.flatnonzero(answered.sum(axis=0))
    ]
