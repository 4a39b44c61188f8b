"""Betting e-processes: whether one of two is better, readable every day without a false winner more than agreed.

A bettor who starts with 1 stakes on the daily difference being positive. If it is not positive on average, given the
past, the wealth is a supermartingale: the chance that it ever reaches 1 / alpha is at most alpha, however often and
whenever it is looked at, however strongly a day's questions depend on each other. Nothing is known here of models.
"""

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


def is_bet_on(place: int, horizon: int) -> bool:
    """Whether there is a bet on the session at a place of the market's calendar: on every one at horizon 1, else on
    every h-th, whose phase nobody can choose, so that no two outcomes overlap."""
    return place % horizon == 0


def days_to_go(grown: np.ndarray, bets: np.ndarray, goal: np.ndarray) -> np.ndarray:
    """About how many more bets [...] it takes until the log wealth is `goal` [...], when each stake's [..., stakes]
    goes on as it did over so many bets [...]; infinite where none grows."""
    # The stake that grew fastest decides: the mean over all of them is at least its share.
    best = grown.max(axis=-1)
    times = np.divide(goal + np.log(len(STAKES)), best, out=np.full(best.shape, np.inf), where=best > 1e-9)
    return np.maximum(np.ceil((times - 1) * np.maximum(bets, 1)), 1)
