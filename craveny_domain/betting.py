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
BETS = ("better", "worse", "below_edge", "above_edge")
"""A comparison's four bets: that the mean difference is above and below 0, below the edge, above minus the edge."""


def four_bets(differences: np.ndarray, edge: float | np.ndarray) -> np.ndarray:
    """What each of BETS is on, [..., 4]: differences [...] within -1 and 1 as each looks at them, NaN where there is
    no bet. `edge`, a fraction above 0, is what would matter. Raises ValueError for what is beyond these bounds."""
    if not ((np.asarray(edge) > 0) & (np.asarray(edge) < 1)).all():
        raise ValueError(f"An edge of {edge} is no fraction between 0 and 1; state the difference that would matter.")
    if (np.abs(differences) > 1).any():
        raise ValueError("A difference lies beyond -1 and 1: scale what is compared to lie between 0 and 1.")
    # Scaled back into the bounds: the largest loss is still at most 1.
    scaled = 1 / (1 + edge)
    return np.stack([differences, -differences, (edge - differences) * scaled, (edge + differences) * scaled], axis=-1)


def growth(bets: np.ndarray) -> np.ndarray:
    """What bets [...] add to the natural log of each stake's wealth, [..., stakes]; nothing where they are NaN."""
    return np.log1p(STAKES * np.nan_to_num(bets)[..., None])


def log_wealth(grown: np.ndarray) -> np.ndarray:
    """The natural log [...] of the mean wealth of all stakes, from that of each [..., stakes]."""
    top = grown.max(axis=-1)
    return top + np.log(np.exp(grown - top[..., None]).mean(axis=-1))


def wealth(differences: np.ndarray) -> np.ndarray:
    """Wealth after each day, [..., T], of betting that differences [..., T] within -1 and 1 are positive on average.

    Raises ValueError for a difference beyond its bounds. NaN is a day without a bet.
    """
    given = np.asarray(differences, dtype=np.float64)
    if (np.abs(given) > 1).any():
        raise ValueError("A difference lies beyond -1 and 1: scale what is compared to lie between 0 and 1.")
    return np.exp(log_wealth(np.cumsum(growth(given), axis=-2)))


def first_reach(wealth_by_day: np.ndarray, alpha: float) -> np.ndarray:
    """The first day's position [...] at which wealth [..., T] reaches 1 / alpha; T where it never does."""
    reached = wealth_by_day >= 1 / alpha
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1), wealth_by_day.shape[-1])


@dataclass(frozen=True)
class Evidence:
    """Where a comparison stands: the wealth of each of BETS, by day [T]."""

    better: np.ndarray
    worse: np.ndarray
    below_edge: np.ndarray
    above_edge: np.ndarray


def evidence(differences: np.ndarray, edge: float) -> Evidence:
    """The four bets on differences [..., T] within -1 and 1; `edge`, a fraction above 0, is what would matter."""
    bets = four_bets(np.asarray(differences, dtype=np.float64), edge)
    return Evidence(*(wealth(bets[..., at]) for at in range(len(BETS))))


def bet_days(sessions: int, horizon: int, phase: int = 0) -> np.ndarray:
    """Which of so many ascending sessions are bet on: every one at horizon 1, else every h-th, by a phase fixed
    beforehand, so that no two outcomes overlap. A mask [sessions]."""
    return np.arange(sessions) % horizon == phase % horizon


def days_to_go(grown: np.ndarray, bets: np.ndarray, goal: np.ndarray) -> np.ndarray:
    """About how many more bets [...] it takes until the log wealth is `goal` [...], when each stake's [..., stakes]
    goes on as it did over so many bets [...]; infinite where none grows."""
    # The stake that grew fastest decides: the mean over all of them is at least its share.
    best = grown.max(axis=-1)
    times = np.divide(goal + np.log(len(STAKES)), best, out=np.full(best.shape, np.inf), where=best > 1e-9)
    return np.maximum(np.ceil((times - 1) * np.maximum(bets, 1)), 1)
