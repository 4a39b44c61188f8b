"""Stated probability against what came: a day's sums in hundredths of the scale, tenths of any span of days.

Figures of hits, scores and money are in `scoring`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from craveny_domain.intervals import DRAWS, SEED, Figure, ratio, resampling

BINS = 10
CELLS = 100
EDGES = np.arange(1, CELLS) / CELLS
"""Where one hundredth of the scale ends and the next one begins."""


@dataclass(frozen=True)
class ReliabilityBin:
    """One tenth of the scale over many days: the mean stated probability, and the share that rose."""

    bin: int
    mean_probability: float
    up_share: Figure


@dataclass(frozen=True)
class Stated:
    """How honest stated probabilities were: by tenths, those that hold any; the expected calibration error, which is
    the mean distance of what was stated from what came, by tenths; the mean Brier score of the answered."""

    bins: list[ReliabilityBin]
    ece: Figure
    brier: Figure


def cells_of(probability: np.ndarray) -> np.ndarray:
    """The hundredth [N] of the scale that each probability [N] is in, 0 to 99: cell c holds those from c/100 up to,
    but not, (c+1)/100, the last one 1 as well. Raises ValueError for one that is not from 0 to 1."""
    if not ((probability >= 0) & (probability <= 1)).all():
        raise ValueError("A stated probability is not from 0 to 1: leave out forecasts without one.")
    return np.searchsorted(EDGES, probability, side="right")


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


def summarise_stated(
    day: np.ndarray,
    tenth: np.ndarray,
    probability: np.ndarray,
    answered: np.ndarray,
    ups: np.ndarray,
    horizon: int,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Stated:
    """Groups of forecasts [N] of a day (ordinal) and tenth of the scale: the mean probability each states,
    how many they are and how many rose. Intervals resample blocks of whole days."""
    if not len(day):
        return Stated([], *[Figure(None, None, None, 0, 0)] * 2)
    days, at = _distinct(day)
    missed = ups * (1 - probability) ** 2 + (answered - ups) * probability**2
    # Most models keep to a few tenths: what is resampled is only these.
    held, place = _distinct(tenth)
    n, up, stated = (
        np.bincount(at * len(held) + place, weights, len(days) * len(held)).reshape(len(days), len(held))
        for weights in (answered, ups, answered * probability)
    )
    drawn = resampling(len(days), horizon, draws, seed)
    totals = drawn.totals(np.hstack([n, up, stated, np.bincount(at, missed, len(days))[:, None]]))
    whole, rose, meant = np.split(totals[:, :-1], 3, axis=1)
    every = whole.sum(axis=1)
    support = int(n.sum()), int((n.sum(axis=1) > 0).sum())
    return Stated(
        bins=[
            ReliabilityBin(
                int(tenth_of_scale),
                float(meant[0, b] / whole[0, b]),
                drawn.figure(ratio(rose[:, b], whole[:, b]), int(n[:, b].sum()), int((n[:, b] > 0).sum())),
            )
            for b, tenth_of_scale in enumerate(held)
        ],
        ece=drawn.figure(_unshifted(ratio(np.abs(rose - meant).sum(axis=1), every)), *support),
        brier=drawn.figure(ratio(totals[:, -1], every), *support),
    )


def _distinct(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct integers of some [N] that lie near each other, ascending, and which of them each is [N]."""
    near = values - values.min()
    is_held = np.bincount(near) > 0
    return np.flatnonzero(is_held) + values.min(), (np.cumsum(is_held) - 1)[near]


def _unshifted(distance: np.ndarray) -> np.ndarray:
    """Mean distances in every history [H], without what resampling alone adds to them: noise moves bins away from what
    was stated and never nearer, so that an interval of them as they are may not even hold what happened."""
    if len(distance) > 1:
        distance[1:] = np.maximum(distance[1:] - (np.nanmean(distance[1:]) - distance[0]), 0)
    return distance
