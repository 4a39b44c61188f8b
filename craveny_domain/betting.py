"""Betting e-processes: whether one of two is better, readable every day without a false winner more than agreed.

A bettor who starts with 1 stakes on the daily difference being positive. If it is not positive on average, given the
past, the wealth is a supermartingale: the chance that it ever reaches 1 / alpha is at most alpha, however often and
whenever it is looked at, however strongly a day's questions depend on each other. Nothing is known here of models.
"""

from dataclasses import dataclass

import numpy as np

STAKES = np.array([0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9])
"""Fractions of the wealth staked on a difference of 1; the wealth is the mean over bettors of one stake each.

Small stakes find small edges late, large ones large edges soon; none can lose everything, for no difference
is below -1."""


def wealth(differences: np.ndarray) -> np.ndarray:
    """Wealth after each day, [..., T], of betting that differences [..., T] within -1 and 1 are positive on average.

    Raises ValueError for a difference beyond its bounds. NaN is a day without a bet.
    """
    given = np.nan_to_num(np.asarray(differences, dtype=np.float64))
    if (np.abs(given) > 1).any():
        raise ValueError("A difference lies beyond -1 and 1: scale what is compared to lie between 0 and 1.")
    grown = np.cumsum(np.log1p(STAKES * given[..., None]), axis=-2)
    return np.exp(grown).mean(axis=-1)


def first_reach(wealth_by_day: np.ndarray, alpha: float) -> np.ndarray:
    """The first day's position [...] at which wealth [..., T] reaches 1 / alpha; T where it never does."""
    reached = wealth_by_day >= 1 / alpha
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1), wealth_by_day.shape[-1])


@dataclass(frozen=True)
class Evidence:
    """Where a comparison stands: wealth of four bets, each by day [T].

    `better` and `worse` bet that the mean difference is above and below 0, `below_edge` and `above_edge` that it is
    below the edge and above minus the edge.
    """

    better: np.ndarray
    worse: np.ndarray
    below_edge: np.ndarray
    above_edge: np.ndarray


def evidence(differences: np.ndarray, edge: float) -> Evidence:
    """The four bets on differences [..., T] within -1 and 1; `edge`, a fraction above 0, is what would matter."""
    if not 0 < edge < 1:
        raise ValueError(f"An edge of {edge} is no fraction between 0 and 1; state the difference that would matter.")
    # Scaled back into the bounds: the largest loss is still at most 1.
    scaled = 1 / (1 + edge)
    return Evidence(
        better=wealth(differences),
        worse=wealth(-differences),
        below_edge=wealth((edge - differences) * scaled),
        above_edge=wealth((edge + differences) * scaled),
    )


def bet_days(sessions: int, horizon: int, phase: int = 0) -> np.ndarray:
    """Which of so many ascending sessions are bet on: every one at horizon 1, else every h-th, by a phase fixed
    beforehand, so that no two outcomes overlap. A mask [sessions]."""
    return np.arange(sessions) % horizon == phase % horizon


def days_to_go(wealth_by_day: np.ndarray, alpha: float) -> int | None:
    """About how many more days of what was seen so far reach 1 / alpha, for wealth [T]; None when it does not grow."""
    if not len(wealth_by_day) or wealth_by_day[-1] <= 1:
        return None
    missing = np.log(1 / alpha) - np.log(wealth_by_day[-1])
    return max(0, int(np.ceil(missing / (np.log(wealth_by_day[-1]) / len(wealth_by_day)))))
