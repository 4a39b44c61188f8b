"""Intervals for figures over days that depend on each other: a circular block bootstrap over whole days.

Knows nothing of forecasts or figures; `scoring` says what is resampled.
"""

import numpy as np

LEVEL = 0.95
"""How often an interval should hold the figure it is for."""

CELLS = 2**16


def block_length(horizon: int, n_days: int) -> int:
    """Days per block: at least two horizons (overlapping outcomes), growing as the cube root; at most n_days."""
    return max(1, min(n_days, max(2 * horizon, round(n_days ** (1 / 3)))))


def has_enough_days(n_days: int, block: int) -> bool:
    """Whether days suffice for an interval: fewer than two blocks of them say nothing about their spread."""
    return n_days >= 2 * block


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


def percentile_interval(values: np.ndarray) -> tuple[float, float] | None:
    """The middle 95 % of a figure's resampled values [draws].

    None without values, or when over a twentieth of them are undefined (NaN): what remains would be a selection.
    """
    defined = values[np.isfinite(values)]
    if not len(defined) or len(defined) < LEVEL * len(values):
        return None
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
