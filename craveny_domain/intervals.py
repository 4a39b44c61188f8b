"""Intervals for figures over days that depend on each other: a circular block bootstrap over whole days.

Knows nothing of forecasts or figures; `scoring` says what is resampled.
"""

from math import sqrt
from statistics import NormalDist

import numpy as np

LEVEL = 0.95
"""How often an interval should hold the figure it is for."""

LEAST_BLOCKS = 4
CELLS = 2**16


def block_length(horizon: int, n_days: int) -> int:
    """Days per block: at least two horizons (overlapping outcomes), growing as the cube root; at most n_days."""
    return max(1, min(n_days, max(2 * horizon, round(n_days ** (1 / 3)))))


def has_enough_days(n_days: int, block: int) -> bool:
    """Whether days suffice for an interval: fewer than four blocks of them tell too little about their spread."""
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


def block_indices(n_days: int, block: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Day positions [draws, n_days] of resampled histories: runs of `block` days from random starts, wrapped."""
    blocks = -(-n_days // block)
    starts = rng.integers(n_days, size=(draws, blocks, 1))
    return ((starts + np.arange(block)) % n_days).reshape(draws, blocks * block)[:, :n_days]


def in_parts(histories: np.ndarray) -> list[np.ndarray]:
    """The histories [H, any] in groups of rows: what is computed for all of them need not be in memory at once."""
    return np.array_split(histories, max(1, -(-histories.size // CELLS)))


def day_counts(indices: np.ndarray, n_days: int) -> np.ndarray:
    """How often each day occurs in each resampled history: [draws, n_days] from positions [draws, any]."""
    draws = len(indices)
    flat = indices + n_days * np.arange(draws)[:, None]
    return np.bincount(flat.ravel(), minlength=draws * n_days).reshape(draws, n_days)


def percentile_interval(values: np.ndarray, cut: float) -> tuple[float, float] | None:
    """A figure's resampled values [draws] but for a share `cut` at each end, as `tail` says.

    None without values, or when over a twentieth of them are undefined (NaN): what remains would be a selection.
    """
    defined = values[np.isfinite(values)]
    if not len(defined) or len(defined) < LEVEL * len(values):
        return None
    low, high = np.quantile(defined, [cut, 1 - cut])
    return float(low), float(high)
