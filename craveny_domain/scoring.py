"""How good forecasts were: the figures and intervals of any span of days, from each day's sums.

The sums are `day_scores`, resampling is in `intervals`; verdicts between models are not made here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite, sqrt

import numpy as np

from craveny_domain.day_scores import SUMS, DayScore, sums_of
from craveny_domain.intervals import (
    block_indices,
    block_length,
    day_counts,
    has_enough_days,
    in_parts,
    percentile_interval,
    tail,
)

SESSIONS_PER_YEAR = 252
SHARPE_DAYS = 60
"""Days below which no Sharpe ratio is stated."""


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval, over n questions on `days` days; None where it is not defined."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    days: int


FIGURES = ("coverage", "hit_rate", "mcc", "brier", "log_score", "mean_return", "sharpe", "max_drawdown")
COUNTED = dict.fromkeys(FIGURES, "asked") | {
    "hit_rate": "answered", "mcc": "answered", "mean_return": "returns", "sharpe": "returns", "max_drawdown": "returns"
}  # fmt: skip
"""The questions each figure is over."""


def summarise(
    days: Sequence[DayScore], horizon: int, *, cost_bps: float = 10.0, draws: int = 999, seed: int = 7
) -> dict[str, Figure]:
    """The figures of all days together, by name as in FIGURES; scores of one day given in parts are added up.

    Position rule: equal weight, long for an up call and short for a down call, opened at the open of the session
    and closed at the close that settles it, in `horizon` tranches of 1/horizon. The mean signed return less
    `cost_bps` per round trip, over `horizon`, is booked on the settle day; a day without returns earns 0. Returns
    are fractions and summed, not compounded; `mean_return` is per question and before costs.
    """
    if not days:
        return dict.fromkeys(FIGURES, Figure(None, None, None, 0, 0))
    _, table = _daily_sums(days)
    histories, block = resampled_days(len(table), horizon, draws, seed)
    daily = dict(zip(SUMS, table.T, strict=True))
    profit = _daily_profit(daily, horizon, cost_bps)
    parts = [_series(part, table, profit) for part in in_parts(histories)]
    series = {name: np.concatenate([part[name] for part in parts]) for name in FIGURES}
    return {name: figure_of(series[name], *_support(name, daily), block) for name in FIGURES}


def booked_profit(days: Sequence[DayScore], horizon: int, *, cost_bps: float = 10.0) -> dict[date, float]:
    """What each day booked by the position rule of `summarise`, ascending; fractions, after costs."""
    ordinals, table = _daily_sums(days)
    profit = _daily_profit(dict(zip(SUMS, table.T, strict=True)), horizon, cost_bps)
    return {date.fromordinal(int(day)): float(earned) for day, earned in zip(ordinals, profit, strict=True)}


def resampled_days(n_days: int, horizon: int, draws: int, seed: int) -> tuple[np.ndarray, int]:
    """Day positions of histories [1 + draws, n_days] and the days per block.

    The first history is what happened; there is no other when the days are too few for an interval.
    """
    block = block_length(horizon, n_days)
    wanted = draws if has_enough_days(n_days, block) else 0
    resampled = block_indices(n_days, block, wanted, np.random.default_rng(seed))
    return np.vstack([np.arange(n_days), resampled]), block


def figure_of(series: np.ndarray, n: int, days: int, block: int) -> Figure:
    """The figure of every history [H], the first being what happened, over n questions on `days` days."""
    value = float(series[0])
    if not isfinite(value):
        return Figure(None, None, None, n, days)
    enough = has_enough_days(days, block)
    low, high = (percentile_interval(series[1:], tail(days, block)) if enough else None) or (None, None)
    return Figure(value, low, high, n, days)


def _daily_sums(days: Sequence[DayScore]) -> tuple[np.ndarray, np.ndarray]:
    # The days as ordinals [n_days], ascending, and their sums [n_days, len(SUMS)].
    ordinals, position = np.unique([score.day.toordinal() for score in days], return_inverse=True)
    table = np.zeros((len(ordinals), len(SUMS)))
    np.add.at(table, position, [sums_of(score) for score in days])
    return ordinals, table


def _series(histories: np.ndarray, table: np.ndarray, profit: np.ndarray) -> dict[str, np.ndarray]:
    # Every figure of histories [H, n_days] over the days' sums and profits.
    totals = dict(zip(SUMS, (day_counts(histories, len(table)) @ table).T, strict=True))
    return _ratio_series(totals) | _path_series(profit[histories], totals["returns"])


def _ratio_series(sums: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    # Each figure for every history [H], from its sums; the first history is what happened, the rest are resampled.
    tp, fp, tn, fn = (sums[name] for name in ("true_up", "false_up", "true_down", "false_down"))
    return {
        "coverage": _ratio(sums["answered"], sums["asked"]),
        "hit_rate": _ratio(tp + tn, sums["answered"]),
        "mcc": _ratio(tp * tn - fp * fn, np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))),
        "brier": _ratio(sums["brier_sum"], sums["asked"]),
        "log_score": _ratio(sums["log_score_sum"], sums["asked"]),
        "mean_return": _ratio(sums["return_sum"], sums["returns"]),
    }


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)


def _daily_profit(daily: dict[str, np.ndarray], horizon: int, cost_bps: float) -> np.ndarray:
    gross = _ratio(daily["return_sum"], daily["returns"])
    return np.where(daily["returns"] > 0, (gross - cost_bps / 10_000) / horizon, 0.0)


def _path_series(profit: np.ndarray, returns: np.ndarray) -> dict[str, np.ndarray]:
    # Figures of the order of days, from profits [H, n_days]; undefined where nothing was traded.
    curve = np.cumsum(profit, axis=1)
    peak = np.maximum.accumulate(np.maximum(curve, 0), axis=1)
    drawdown = (peak - curve).max(axis=1)
    return {"sharpe": _sharpe(profit), "max_drawdown": np.where(returns > 0, drawdown, np.nan)}


def _sharpe(profit: np.ndarray) -> np.ndarray:
    if profit.shape[1] < SHARPE_DAYS:
        return np.full(len(profit), np.nan)
    spread = profit.std(axis=1, ddof=1)
    # Equal profits differ in their last bits: a spread that small is none, not a Sharpe ratio of billions.
    varied = spread > 1e-9 * np.abs(profit).max(axis=1)
    return _ratio(profit.mean(axis=1) * sqrt(SESSIONS_PER_YEAR), np.where(varied, spread, 0))


def _support(name: str, daily: dict[str, np.ndarray]) -> tuple[int, int]:
    n = daily[COUNTED[name]]
    # A day without trades is still a day of the profit curve.
    days = len(n) if name in ("sharpe", "max_drawdown") else int((n > 0).sum())
    return int(n.sum()), days
