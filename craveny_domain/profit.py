"""What following a model would have earned: daily profit by one stated position rule, its Sharpe ratio and drawdown.

Position rule: equal weight, long for an up call and short for a down call, opened at the open of the session and
closed at the close that settles it, in `horizon` tranches of 1/horizon. The mean signed return less the cost of a
round trip, over the horizon, is booked on the settling day; a day without returns earns 0. Returns are fractions and
summed, not compounded.
"""

from math import sqrt

import numpy as np

from craveny_domain.intervals import Resampling, ratio

COST_BPS = 10.0
SESSIONS_PER_YEAR = 252
SHARPE_DAYS = 60
"""Days below which no Sharpe ratio is stated."""


def daily_profit(return_sum: np.ndarray, returns: np.ndarray, horizon: int, cost_bps: float = COST_BPS) -> np.ndarray:
    """What each day [T] booked, after costs, from its sums of signed returns and their numbers."""
    return np.where(returns > 0, (ratio(return_sum, returns) - cost_bps / 10_000) / horizon, 0.0)


def drawdown(profit: np.ndarray) -> np.ndarray:
    """How far below its highest sum so far (at least 0) the sum of daily profits [T, ...] stands after each day."""
    curve = np.cumsum(profit, axis=0)
    return np.maximum(np.maximum.accumulate(curve, axis=0), 0) - curve


def sharpe(profit: np.ndarray, drawn: Resampling) -> np.ndarray:
    """Mean over standard deviation, a year, of K models' daily profits [T, K] in each history [H, K]; NaN on too few
    days."""
    days, means = len(profit), profit.mean(axis=0)
    centred = profit - means
    total, squares = np.hsplit(drawn.totals(np.hstack([centred, centred**2])), 2)
    if days < SHARPE_DAYS:
        return np.full(total.shape, np.nan)
    variance = (squares - total**2 / days) / (days - 1)
    # Equal profits differ in their last bits: a spread that small is none, not a Sharpe ratio of billions.
    spread = np.sqrt(np.where(variance > 1e-14 * np.abs(profit).max(axis=0) ** 2, variance, 0))
    return ratio((total / days + means) * sqrt(SESSIONS_PER_YEAR), spread)


def max_drawdown(profit: np.ndarray, drawn: Resampling) -> np.ndarray:
    """The deepest drawdown of K models' daily profits [T, K] in each history [H, K].

    Histories are walked block by block, by what each block does to whoever comes into it.
    """
    last = drawn.starts.shape[1] - 1
    full, cut = (_blocks(profit, length) for length in (drawn.block, len(profit) - last * drawn.block))
    deepest, above = np.zeros((2, len(drawn.starts), profit.shape[1]))
    for at, start in enumerate(drawn.starts.T):
        inner, lowest, highest, end = (effect[start] for effect in (full if at < last else cut))
        deepest = np.maximum(deepest, np.maximum(above - lowest, inner))
        above = np.maximum(above, highest) - end
    return np.vstack([drawdown(profit).max(axis=0, initial=0.0), deepest])


def _blocks(profit: np.ndarray, length: int) -> tuple[np.ndarray, ...]:
    """Of the block of so many days from each day, wrapped [T, K]: its own deepest drawdown, its lowest, highest (at
    least 0) and last sum."""
    days = (np.arange(length)[:, None] + np.arange(len(profit))) % len(profit)
    curves = np.cumsum(profit[days], axis=0)
    highest = np.maximum(curves.max(axis=0), 0)
    return drawdown(profit[days]).max(axis=0), curves.min(axis=0), highest, curves[-1]
