"""Resampled histories written out day by day: the plain way that figures are held against."""

import numpy as np

from craveny_domain.intervals import block_starts


def histories(n_days: int, block: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Day positions [draws, n_days]: runs of `block` days from random starts, wrapped, the last one cut."""
    days = (block_starts(n_days, block, draws, rng)[:, :, None] + np.arange(block)) % n_days
    return days.reshape(draws, -(-n_days // block) * block)[:, :n_days]
