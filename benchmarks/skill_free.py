"""Histories of models that know nothing, made by chance: what verdicts and intervals are tried on.

Stocks share a daily shock, so that their outcomes move together, and a model leans all its calls of a day the same way.
No call knows anything of a return that is still to come. Arrays are [runs, sessions, stocks] unless said otherwise.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

SESSIONS, STOCKS = 250, 88
HORIZONS = (1, 3, 5)
BEFORE = 20
"""Sessions before the first look: what the floors look back on."""

SHARED = float(np.sin(np.pi / 2 * 0.40))
"""Correlation of two stocks' returns on a day: whether they rose then correlates by 0.40, as measured on StockNet."""

FLOORS = 5
CANDIDATES = ((0.0, 0.0), (0.3, 0.0), (0.6, 0.0), (1.0, 0.0), (0.6, 0.97), (1.0, 0.97), (1.0, 0.97))
"""Tilt and memory of a board's seven candidates."""

CASES = {
    "tilt 0.3": (0.3, 0.0),
    "tilt 0.6": (0.6, 0.0),
    "tilt 1.0": (1.0, 0.0),
    "persistent tilt 0.6": (0.6, 0.97),
    "persistent tilt 1.0": (1.0, 0.97),
    "always up against a coin": None,
}
"""Two models without skill: the tilt and memory of both, each with a lean of its own."""


class Contest(NamedTuple):
    """Two models' right calls and the questions on which they called differently: counts [runs, sessions]."""

    right_a: np.ndarray
    right_b: np.ndarray
    disagreed: np.ndarray


def contests(rng: np.random.Generator, case: str, runs: int, points: float = 0.0) -> dict[int, Contest]:
    """One of CASES at each horizon, from the same calls; of model a some are made true, so that `points` (a fraction)
    more of its calls are right."""
    made, tilt = returns(rng, runs), CASES[case]
    a = calls(rng, runs, *tilt) if tilt else np.ones((runs, SESSIONS, STOCKS), dtype=bool)
    b = calls(rng, runs, *tilt) if tilt else calls(rng, runs, 0.0)
    told = rng.random(a.shape, dtype=np.float32) < 2 * points
    return {horizon: _contest(np.where(told, up, a), b, up) for horizon in HORIZONS for up in [rose(made, horizon)]}


def board(rng: np.random.Generator, runs: int) -> dict[int, np.ndarray]:
    """The right calls [models, runs, sessions] of a board's five floors, then of its candidates, at each horizon."""
    made = returns(rng, runs)
    candidates = [calls(rng, runs, *tilt) for tilt in CANDIDATES]
    return {
        horizon: np.stack([(called == up).sum(axis=-1) for called in (*floor_calls(rng, made, horizon), *candidates)])
        for horizon in HORIZONS
        for up in [rose(made, horizon)]
    }


def returns(rng: np.random.Generator, runs: int) -> np.ndarray:
    """Each session's returns, with BEFORE sessions ahead and what the longest horizon needs behind."""
    sessions = BEFORE + SESSIONS + max(HORIZONS) - 1
    together = rng.standard_normal((runs, sessions, 1), dtype=np.float32)
    apart = rng.standard_normal((runs, sessions, STOCKS), dtype=np.float32)
    return np.float32(np.sqrt(SHARED)) * together + np.float32(np.sqrt(1 - SHARED)) * apart


def rose(made: np.ndarray, horizon: int, *, since: int = BEFORE) -> np.ndarray:
    """Whether each stock rises over `horizon` sessions from each of those since; neighbours share sessions."""
    last = BEFORE + SESSIONS
    return np.add.reduce([made[:, since + ahead : last + ahead] for ahead in range(horizon)]) > 0


def calls(rng: np.random.Generator, runs: int, tilt: float, memory: float = 0.0) -> np.ndarray:
    """Calls up of a model whose chance to say so on a day is, in probits, normal with standard deviation `tilt`."""
    lean = tilt * leaning(rng, runs, memory)[..., None]
    return rng.standard_normal((runs, SESSIONS, STOCKS), dtype=np.float32) < lean


def leaning(rng: np.random.Generator, runs: int, memory: float) -> np.ndarray:
    """A standard normal lean of each session [runs, sessions] that keeps `memory` of the day before's."""
    lean = rng.standard_normal((runs, SESSIONS), dtype=np.float32)
    for day in range(1, SESSIONS):
        lean[:, day] = memory * lean[:, day - 1] + np.sqrt(1 - memory**2) * lean[:, day]
    return lean


def floor_calls(rng: np.random.Generator, made: np.ndarray, horizon: int) -> Iterator[np.ndarray]:
    """The floors' calls from returns closed before each session: climatology, always up, last day's direction,
    against the last five days, coin."""
    # Outcomes still open at a session are those of the `horizon` sessions before it.
    balance = np.cumsum(2 * rose(made, horizon, since=0).astype(np.int16) - 1, axis=1)
    yield balance[:, BEFORE - horizon : -horizon] > 0
    yield np.ones((len(made), SESSIONS, STOCKS), dtype=bool)
    yield made[:, BEFORE - 1 : BEFORE + SESSIONS - 1] > 0
    yield np.add.reduce([made[:, BEFORE - back : BEFORE + SESSIONS - back] for back in range(1, 6)]) < 0
    yield calls(rng, len(made), 0.0)


def _contest(a: np.ndarray, b: np.ndarray, up: np.ndarray) -> Contest:
    right_a, right_b = (called == up for called in (a, b))
    return Contest(*(np.count_nonzero(what, axis=-1) for what in (right_a, right_b, right_a != right_b)))
