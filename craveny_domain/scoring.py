"""How good forecasts were: the figures and intervals of any span of days, from each day's sums.

The sums are `day_scores`, resampling is in `intervals`, money in `profit`; verdicts between models are not made here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

import numpy as np

from craveny_domain.day_scores import SUMS, DayScore, sums_of
from craveny_domain.intervals import DRAWS, SEED, Figure, Resampling, ratio, resampling
from craveny_domain.profit import COST_BPS, daily_profit, max_drawdown, sharpe

Key = TypeVar("Key")
FIGURES = (
    "coverage", "hit_rate", "mcc", "brier", "log_score", "mean_return", "sharpe", "max_drawdown", "target_rate",
    "stop_rate",
)  # fmt: skip
COUNTED = dict.fromkeys(FIGURES, "asked") | {
    "hit_rate": "answered", "mcc": "answered", "mean_return": "returns", "sharpe": "returns", "max_drawdown": "returns",
    "target_rate": "targets", "stop_rate": "targets",
}  # fmt: skip
"""The questions each figure is over."""

_NEEDED: tuple[str, ...] = (
    "asked", "answered", "true_up", "false_up", "true_down", "false_down", "brier_sum", "log_score_sum", "return_sum",
    "returns", "targets", "target_reached", "stop_breached",
)  # fmt: skip
_USED = [SUMS.index(name) for name in _NEEDED]


@dataclass(frozen=True)
class DaySums:
    """One model's days (proleptic ordinals [T], ascending) and their sums [T, len(SUMS)]."""

    days: np.ndarray
    sums: np.ndarray

    @classmethod
    def of(cls, scores: Iterable[DayScore]) -> "DaySums":
        """The sums of scores in any order; those of one day given in parts are added up."""
        given = list(scores)
        days, position = np.unique(
            np.array([score.day.toordinal() for score in given], dtype=np.int64), return_inverse=True
        )
        sums = np.zeros((len(days), len(SUMS)))
        np.add.at(sums, position, np.array([sums_of(score) for score in given]).reshape(-1, len(SUMS)))
        return cls(days, sums)

    def column(self, name: str) -> np.ndarray:
        """One of the sums by day [T]."""
        return self.sums[:, SUMS.index(name)]

    def profit(self, horizon: int, cost_bps: float = COST_BPS) -> np.ndarray:
        """What each day [T] booked by the position rule of `profit`."""
        return daily_profit(self.column("return_sum"), self.column("returns"), horizon, cost_bps)


def summarise(
    days: Sequence[DayScore], horizon: int, *, cost_bps: float = COST_BPS, draws: int = DRAWS, seed: int = SEED
) -> dict[str, Figure]:
    """The figures of one model's days together, by name as in FIGURES; see `summarise_all`."""
    return summarise_all({"": DaySums.of(days)}, horizon, cost_bps=cost_bps, draws=draws, seed=seed)[""]


def summarise_all(
    models: Mapping[str, DaySums], horizon: int, *, cost_bps: float = COST_BPS, draws: int = DRAWS, seed: int = SEED
) -> dict[str, dict[str, Figure]]:
    """Each model's figures over its days, by name as in FIGURES. `mean_return` is per question and before costs."""
    found = {}
    for n_days, names in _by_length({name: len(of.days) for name, of in models.items()}):
        if not n_days:
            found |= {name: dict.fromkeys(FIGURES, Figure(None, None, None, 0, 0)) for name in names}
            continue
        drawn = resampling(n_days, horizon, draws, seed)
        totals = drawn.totals(np.hstack([models[name].sums[:, _USED] for name in names]))
        profit = np.stack([models[name].profit(horizon, cost_bps) for name in names], axis=1)
        money = {"sharpe": sharpe(profit, drawn), "max_drawdown": max_drawdown(profit, drawn)}
        for at, name in enumerate(names):
            sums = dict(zip(_NEEDED, totals[:, at * len(_NEEDED) : (at + 1) * len(_NEEDED)].T, strict=True))
            # Where nothing was traded the order of days says nothing.
            paths = {figure: np.where(sums["returns"] > 0, of[:, at], np.nan) for figure, of in money.items()}
            found[name] = _figures(_ratios(sums) | paths, models[name], drawn)
    return {name: found[name] for name in models}


def skills(
    models: Mapping[str, DaySums], floors: Collection[str], horizon: int, *, draws: int = DRAWS, seed: int = SEED
) -> dict[tuple[str, str], Figure]:
    """By model and floor, one less the model's Brier score over the floor's, on days on which both were asked as many
    questions: above 0 when the model is better."""
    pairs = {(name, floor): _both(models[name], models[floor]) for name in models for floor in floors if name != floor}
    found = {}
    for n_days, names in _by_length({pair: len(both) for pair, both in pairs.items()}):
        if not n_days:
            found |= dict.fromkeys(names, Figure(None, None, None, 0, 0))
            continue
        drawn = resampling(n_days, horizon, draws, seed)
        totals = drawn.totals(np.hstack([pairs[pair][:, 1:] for pair in names]))
        for at, pair in enumerate(names):
            of_model, of_floor = totals[:, 2 * at : 2 * at + 2].T
            found[pair] = drawn.figure(1 - ratio(of_model, of_floor), int(pairs[pair][:, 0].sum()), n_days)
    return found


def _both(model: DaySums, floor: DaySums) -> np.ndarray:
    """Of days on which both were asked as many questions [T, 3]: how many, and the sums of Brier scores of each."""
    _, mine, its = np.intersect1d(model.days, floor.days, assume_unique=True, return_indices=True)
    asked = model.column("asked")[mine]
    table = np.stack([asked, model.column("brier_sum")[mine], floor.column("brier_sum")[its]], axis=1)
    return table[(asked == floor.column("asked")[its]) & (asked > 0)]


def _by_length(lengths: Mapping[Key, int]) -> Iterable[tuple[int, list[Key]]]:
    """What has equally many days: it is resampled together."""
    return [(n, list(keys)) for n, keys in groupby(sorted(lengths, key=lengths.__getitem__), key=lengths.__getitem__)]


def _ratios(sums: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Each figure of sums in every history [H]."""
    tp, fp, tn, fn = (sums[name] for name in ("true_up", "false_up", "true_down", "false_down"))
    return {
        "coverage": ratio(sums["answered"], sums["asked"]),
        "hit_rate": ratio(tp + tn, sums["answered"]),
        "mcc": ratio(tp * tn - fp * fn, np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))),
        "brier": ratio(sums["brier_sum"], sums["asked"]),
        "log_score": ratio(sums["log_score_sum"], sums["asked"]),
        "mean_return": ratio(sums["return_sum"], sums["returns"]),
        "target_rate": ratio(sums["target_reached"], sums["targets"]),
        "stop_rate": ratio(sums["stop_breached"], sums["targets"]),
    }


def _figures(series: Mapping[str, np.ndarray], model: DaySums, drawn: Resampling) -> dict[str, Figure]:
    return {name: drawn.figure(series[name], *_support(name, model)) for name in FIGURES}


def _support(name: str, model: DaySums) -> tuple[int, int]:
    n = model.column(COUNTED[name])
    # A day without trades is still a day of the profit curve.
    days = len(n) if name in ("sharpe", "max_drawdown") else int((n > 0).sum())
    return int(n.sum()), days
