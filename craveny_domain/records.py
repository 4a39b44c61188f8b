"""Point-in-time records of simple callers: how often up came, and how often each caller's call came true.

Everything is computed from one panel as known at a cut-off; nothing later is in it.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from craveny_domain.panel import HORIZONS, Panel, forward_returns, trailing_returns

SHRINK_DAYS = 60
"""A record of this many days counts as much as the base rate it is shrunk to."""

NO_CALL, DOWN, UP = -1, 0, 1


@dataclass(frozen=True)
class Frequency:
    """How often up followed: the share, shrunk; over n outcomes on `days` sessions."""

    share: float
    n: int
    days: int

    def as_list(self) -> list[float]:
        """[share, n, days], the share rounded to what is stored."""
        return [round(self.share, 6), self.n, self.days]


def base_rate(outcomes: np.ndarray) -> Frequency:
    """The share of up among known outcomes [T, S], by Laplace's rule; one half when nothing is known."""
    known = ~np.isnan(outcomes)
    n, ups = int(known.sum()), int((outcomes > 0).sum())
    return Frequency((ups + 1) / (n + 2), n, int(known.any(axis=1).sum()))


def record_of(call: int, calls: np.ndarray, outcomes: np.ndarray, base: Frequency) -> Frequency:
    """How often up came after this call, shrunk to the base rate by days: stocks of a day move together."""
    chosen = (calls == call) & ~np.isnan(outcomes)
    n, days = int(chosen.sum()), int(chosen.any(axis=1).sum())
    if not n:
        return Frequency(base.share, 0, 0)
    raw = float((outcomes[chosen] > 0).mean())
    return Frequency(base.share + (raw - base.share) * days / (days + SHRINK_DAYS), n, days)


def outcomes_by_horizon(panel: Panel) -> dict[int, np.ndarray]:
    """For each horizon the returns [T, S] of past sessions that closed within the panel."""
    return {h: forward_returns(panel.adjusted, h) for h in HORIZONS}


def price_calls(panel: Panel, symbols: Sequence[str], session: date) -> dict[str, np.ndarray]:
    """The floors' calls [T + 1, S], the last row for the session to forecast."""
    last, five = trailing_returns(panel.adjusted, 1), trailing_returns(panel.adjusted, 5)
    return {
        "always_up": np.full(last.shape, UP),
        "momentum": np.where(np.isnan(last), NO_CALL, np.where(last > 0, UP, DOWN)),
        "reversal": np.where(np.isnan(five), NO_CALL, np.where(five > 0, DOWN, UP)),
        "coin": coin_calls([*panel.sessions, session], symbols),
    }


def coin_calls(days: Sequence[date], symbols: Sequence[str], *, seed: int = 7) -> np.ndarray:
    """[days, symbols] fair coins, fixed by seed, day and symbol alone."""
    ordinals = np.array([d.toordinal() for d in days], dtype=np.uint64)
    names = np.array([zlib.crc32(s.encode()) for s in symbols], dtype=np.uint64)
    mixed = _splitmix(ordinals[:, None] * np.uint64(0x9E3779B97F4A7C15) ^ _splitmix(names + np.uint64(seed))[None, :])
    return (mixed >> np.uint64(63)).astype(np.int64)


def _splitmix(x: np.ndarray) -> np.ndarray:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def tone_calls(
    rows: np.ndarray, columns: np.ndarray, positive: np.ndarray, negative: np.ndarray, shape: tuple[int, int]
) -> np.ndarray:
    """The lexicon's calls [shape] from one entry per article and stock (session row, stock column, word counts)."""
    flat = rows * shape[1] + columns
    good = np.bincount(flat, weights=positive, minlength=shape[0] * shape[1]).reshape(shape)
    bad = np.bincount(flat, weights=negative, minlength=shape[0] * shape[1]).reshape(shape)
    return np.where(good > bad, UP, np.where(bad > good, DOWN, NO_CALL))
