"""Intervals for figures over days that depend on each other: a circular block bootstrap over whole days.

Knows nothing of forecasts; `scoring` says what is resampled.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import isfinite, sqrt
from statistics import NormalDist

import numpy as np

LEVEL = 0.95
"""How often an interval should hold the figure it is for."""

LEAST_BLOCKS = 5
DRAWS, SEED = 999, 7


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval, over n questions on `days` days; None where it is not defined."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    days: int


def block_length(horizon: int, n_days: int) -> int:
    """Days per block: at least two horizons (overlapping outcomes), growing as the cube root; at most n_days."""
    return max(1, min(n_days, max(2 * horizon, round(n_days ** (1 / 3)))))


def has_enough_days(n_days: int, block: int) -> bool:
    """Whether days suffice for an interval: fewer than five blocks of them tell too little about their spread."""
    return n_days >= LEAST_BLOCKS * block


def tail(n_days: int, block: int) -> float:
    """The share of a figure's resampled values that an interval over so many days leaves out at each end.

    Less than half of what LEVEL leaves, for resampled histories vary less than histories do: blocks are drawn from
    the days that were seen, and so few of them know their own spread badly. Hence a Student's t instead of a normal
    quantile, of 1.5 degrees of freedom per block but the first (as means of overlapping batches have), and a spread
    larger by what the days' own mean takes away.
    """
    freedom = 1.5 * (n_days / block - 1)
    farther = student_quantile((1 + LEVEL) / 2, freedom) / sqrt(1 - block / n_days)
    return NormalDist().cdf(-farther)


def student_quantile(share: float, freedom: float) -> float:
    """The quantile of Student's t by the expansion about the normal one; within 0.02 at 97.5 % from 4 degrees on."""
    z = NormalDist().inv_cdf(share)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))


# Quoted, as naming it loads numpy.random: 2.6 MiB that a process without an interval to state need not hold.
def block_starts(n_days: int, block: int, draws: int, rng: "np.random.Generator") -> np.ndarray:
    """The first day of every block of resampled histories [draws, blocks]; the last block is cut to n_days."""
    return rng.integers(n_days, size=(draws, -(-n_days // block)))


def percentile_interval(values: np.ndarray, cut: float) -> tuple[float, float] | None:
    """A figure's resampled values [draws] but for a share `cut` at each end, as `tail` says.

    None without values, or when over a twentieth of them are undefined (NaN): what remains would be a selection.
    """
    defined = values[np.isfinite(values)]
    if not len(defined) or len(defined) < LEVEL * len(values):
        return None
    ordered = np.sort(defined)
    return _quantile(ordered, cut), _quantile(ordered, 1 - cut)


def _quantile(ordered: np.ndarray, share: float) -> float:
    # As numpy's default has it, in a tenth of its time: pages state hundreds of intervals.
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (at - below) * (ordered[above] - ordered[below]))


@dataclass(frozen=True)
class Resampling:
    """H histories of n_days: the first is what happened, the others resample blocks of it.

    There are no others when the days are too few for an interval.
    """

    n_days: int
    horizon: int
    draws: int = DRAWS
    seed: int = SEED

    @property
    def block(self) -> int:
        """Days per block."""
        return block_length(self.horizon, self.n_days)

    @cached_property
    def starts(self) -> np.ndarray:
        """The first days of the blocks [H - 1, blocks]."""
        draws = self.draws if has_enough_days(self.n_days, self.block) else 0
        return block_starts(self.n_days, self.block, draws, np.random.default_rng(self.seed))

    def totals(self, sums: np.ndarray) -> np.ndarray:
        """What daily sums [n_days, K] add up to in each history [H, K]."""
        drawn, added = (np.zeros((len(self.starts), sums.shape[1])) for _ in range(2))
        last = self.starts.shape[1] - 1
        full, cut = (_block_sums(sums, length) for length in (self.block, self.n_days - last * self.block))
        for at, start in enumerate(self.starts.T):
            # Every start is a day: "clip" clips nothing, and spares numpy a copy.
            np.take(full if at < last else cut, start, axis=0, out=added, mode="clip")
            drawn += added
        return np.vstack([sums.sum(axis=0), drawn])

    def figure(self, series: np.ndarray, n: int, days: int) -> Figure:
        """The figure of every history [H], over n questions on `days` days."""
        value = float(series[0])
        if not isfinite(value):
            return Figure(None, None, None, n, days)
        is_enough = has_enough_days(days, self.block)
        cut = tail(days, self.block) if is_enough else 0.0
        low, high = (percentile_interval(series[1:], cut) if is_enough else None) or (None, None)
        return Figure(value, low, high, n, days)


def _block_sums(sums: np.ndarray, length: int) -> np.ndarray:
    """What the block of so many days from each day adds up to [n_days, K], wrapped."""
    running = np.cumsum(np.vstack([np.zeros((1, sums.shape[1])), sums, sums[:length]]), axis=0)
    return running[length : length + len(sums)] - running[: len(sums)]


@lru_cache(maxsize=8)
def resampling(n_days: int, horizon: int, draws: int = DRAWS, seed: int = SEED) -> Resampling:
    """The histories of so many days; those asked for last are kept, for models that have equally many days share them.

    So figures of two models over the same days are of the same histories."""
    return Resampling(n_days, horizon, draws, seed)


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part over whole [...]; NaN where the whole is not above zero."""
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)
