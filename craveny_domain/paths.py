"""What prices did on the way: which of a target and a stop the highs and lows touched, when, and which came first.

A forecast's target lies the expected move away from its entry close, its stop as far the other way; a report names its
own. Nobody knows the order of prices within a bar but that the open came first: where a bar touches both and opened
between them, the stop counts.
"""

from dataclasses import dataclass

import numpy as np

from craveny_domain.day_scores import STOP, TARGET
from craveny_domain.panel import Panel
from craveny_domain.settlement import Settlement

TOUCHES = {0: None, TARGET: "target", STOP: "stop"}
"""What `first_touch` is called where it is kept."""
_SLACK = 1e-9
"""Prices that are equal as decimals may differ by less than this, as fractions, once they are divided."""


@dataclass(frozen=True)
class Paths:
    """What became of targets, arrays [N].

    `target_row` and `stop_row` are the panel's rows of the first bars that touched each (-1: none did),
    `first_touch` is 0, TARGET or STOP. `path_return` runs from the session's open to the target, the stop or the
    settling close, as a plain price return (a fraction, not signed by the call); NaN where the session had no open.
    """

    target_row: np.ndarray
    stop_row: np.ndarray
    first_touch: np.ndarray
    path_return: np.ndarray


def target_of(outcome_class: str, direction: str | None, expected_move: float | None) -> float | None:
    """The target that a forecast names, as a return from its entry close; None when it names none.

    It does when it is answered and its expected move is not zero and goes the way it calls.
    """
    if outcome_class != "ok" or not expected_move:
        return None
    return expected_move if (expected_move > 0) == (direction == "up") else None


def follow(
    panel: Panel,
    row: int,
    settlement: Settlement,
    column: np.ndarray,
    target_return: np.ndarray,
    stop_return: np.ndarray,
) -> Paths:
    """The paths of N targets and stops from the open of the session in `row` to the close that settled them.

    `column` [N] says whose bars, settled ones by `settlement`. Both returns [N] are from its entry close, one above
    and one below zero; NaN where there is none, but never both. A missing bar touches nothing.
    """
    exit_row = settlement.exit_row[column]
    rows = np.arange(row, exit_row.max(initial=row) + 1)[:, None]
    factor = np.where(rows > exit_row, np.nan, panel.growth[rows, column] / settlement.entry_close[column])
    way = np.where(np.isnan(target_return), -np.sign(stop_return), np.sign(target_return))
    # Returns from the entry close, positive towards the target.
    target, stop = way * target_return, way * stop_return
    opened, one, other = (way * (prices[rows, column] * factor - 1) for prices in (panel.open, panel.high, panel.low))
    best, worst = np.fmax(one, other), np.fmin(one, other)
    opened_on_target, opened_on_stop = opened >= target - _SLACK, opened <= stop + _SLACK
    on_target, on_stop = opened_on_target | (best >= target - _SLACK), opened_on_stop | (worst <= stop + _SLACK)
    touched = np.where(on_stop & ~opened_on_target, STOP, np.where(on_target, TARGET, 0))
    first = _first(touched > 0)
    across = np.arange(len(column))
    first_touch = np.where(first < 0, 0, touched[first, across])
    is_target = first_touch == TARGET
    is_gap = np.where(is_target, opened_on_target[first, across], opened_on_stop[first, across])
    moved = np.where(is_gap, opened[first, across], np.where(is_target, target, stop))
    filled = (1 + way * moved) / (1 + way * opened[0]) - 1
    return Paths(
        target_row=_row_of(on_target, row),
        stop_row=_row_of(on_stop, row),
        first_touch=first_touch,
        path_return=np.where(first < 0, settlement.tradable_return[column], filled),
    )


def _first(holds: np.ndarray) -> np.ndarray:
    """In each column [N] the first of the rows where it holds; -1 where in none."""
    return np.where(holds.any(axis=0), holds.argmax(axis=0), -1)


def _row_of(holds: np.ndarray, row: int) -> np.ndarray:
    first = _first(holds)
    return np.where(first < 0, -1, first + row)
