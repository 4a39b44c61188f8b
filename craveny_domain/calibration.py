"""What stated probabilities have come to mean: walk-forward isotonic regression over hundredths of the scale.

A session's forecasts are read by a regression on outcomes that closed before its cut-off, and by nothing later.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from craveny_domain.reliability import CELLS

MIN_OUTCOMES = 200
"""Of fewer outcomes nothing is learnt: what was stated stays as it is."""
Record = tuple[str, int, str]
"""Whose forecasts are counted together: a model's, of one horizon, on one board."""


def isotonic(ups: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """The share [C] that rose in each cell of so many answered [C], made never to fall from one cell to the next.

    The least-squares fit weighted by what was answered (pool adjacent violators); between cells that hold any it
    goes straight, beyond them it stays. NaN everywhere when none holds any.
    """
    cells = np.flatnonzero(answered)
    if not len(cells):
        return np.full(len(answered), np.nan)
    pools: list[list[float]] = []  # rose, of how many, in so many cells
    for up, of in zip(ups[cells].tolist(), answered[cells].tolist(), strict=True):
        pools.append([up, of, 1])
        while len(pools) > 1 and pools[-2][0] * pools[-1][1] >= pools[-1][0] * pools[-2][1]:
            pools[-2:] = [[left + right for left, right in zip(*pools[-2:], strict=True)]]
    share = np.repeat([up / of for up, of, _ in pools], [int(width) for *_, width in pools])
    return np.interp(np.arange(len(answered)), cells, share)


@dataclass(frozen=True)
class Cells:
    """Settled ok forecasts by hundredth [CELLS]: how many there were, and how many of them rose."""

    answered: np.ndarray
    ups: np.ndarray

    def __add__(self, other: "Cells") -> "Cells":
        return Cells(self.answered + other.answered, self.ups + other.ups)


def no_cells() -> Cells:
    """What is known before the first outcome."""
    return Cells(np.zeros(CELLS, dtype=np.int64), np.zeros(CELLS, dtype=np.int64))


@dataclass(frozen=True)
class Calibration:
    """What the stated probabilities of a session's forecasts had come to mean [CELLS], by so many outcomes.

    `meaning` is NaN where too few outcomes are known to say anything else than what was stated.
    """

    meaning: np.ndarray
    fitted_on: int


@dataclass(frozen=True)
class Outcomes:
    """Outcomes as the sessions go: `known` by record are those before the newest sessions' closes, which wait in
    `newest`, ascending, for forecasts that were made after them."""

    known: Mapping[Record, Cells] = field(default_factory=dict)
    newest: tuple[Mapping[Record, Cells], ...] = ()

    def before(self, record: Record, sessions: int) -> Calibration:
        """The calibration of forecasts made when the closes of so many newest sessions were still to come."""
        cells = self.known.get(record, no_cells())
        for day in self.newest[: max(0, len(self.newest) - sessions)]:
            cells = cells + day[record] if record in day else cells
        total = int(cells.answered.sum())
        if total < MIN_OUTCOMES:
            return Calibration(np.full(CELLS, np.nan), total)
        return Calibration(isotonic(cells.ups, cells.answered), total)

    def after(self, day: Mapping[Record, Cells], longest: int) -> "Outcomes":
        """The same one session later; so many newest sessions are kept apart."""
        waiting = deque([*self.newest, day])
        known = dict(self.known)
        while len(waiting) > longest:
            for record, cells in waiting.popleft().items():
                known[record] = known.get(record, no_cells()) + cells
        return Outcomes(known, tuple(waiting))
