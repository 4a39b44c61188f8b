"""The rule by which one of two models is called better, and the evidence that is added up for it day by day.

How bets grow is in `betting`; which pairs a market's board has, and who beats the floors, in `standings`.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

from craveny_domain.betting import BETS, STAKES, days_to_go, four_bets, growth, log_wealth
from craveny_domain.pairs import Metric

Word = Literal["better", "worse", "no_difference", "not_shown"]
WORDS: tuple[Word, ...] = ("better", "worse", "no_difference", "not_shown")
PACE_DAYS = 10
"""From so many bets on it is said how long it may still take."""
FARTHEST = 2520
"""More sessions than this, ten years, are as good as never."""


class Rule(NamedTuple):
    """What two models are compared by, what difference would matter, and how often a false winner is accepted."""

    metric: Metric
    edge: float
    alpha: float


BOARD_RULE = Rule("hit", 0.02, 0.05)
"""Chosen before there was anything to compare; its bets at longer horizons begin with the market's first session."""


def thresholds(alphas: np.ndarray) -> np.ndarray:
    """The natural log of the wealth [K, 4] at which each of BETS is won, when a false word is accepted in `alphas` [K].

    Either of two could be named falsely, so better and worse have half of it each; that there is no difference takes
    both of its bets.
    """
    return np.log(np.array([2, 2, 1, 1]) / np.asarray(alphas, dtype=np.float64)[..., None])


@dataclass(frozen=True)
class Running:
    """The evidence in K comparisons so far.

    `grown` [K, 4, stakes] is the natural log of each bettor's wealth, `peak` [K, 4] the highest log of their mean;
    `since` [K, 4] the day (ordinal) from which that has reached its threshold, 0 where it has not. `total` [K] sums
    the differences of `days` [K] days with a bet, on which there were `questions` [K].
    """

    grown: np.ndarray
    peak: np.ndarray
    since: np.ndarray
    total: np.ndarray
    days: np.ndarray
    questions: np.ndarray

    @property
    def difference(self) -> np.ndarray:
        """The mean daily difference [K], first above second; NaN where there was no bet."""
        return np.divide(self.total, self.days, out=np.full(self.total.shape, np.nan), where=self.days > 0)

    @property
    def now(self) -> np.ndarray:
        """The natural log of today's wealth [K, 4] of each bet."""
        return log_wealth(self.grown)


def nothing_yet(comparisons: int) -> Running:
    """The evidence before the first day."""
    k, bets = comparisons, len(BETS)
    whole = (np.zeros(k, dtype=np.int64) for _ in range(2))
    return Running(
        np.zeros((k, bets, len(STAKES))), np.zeros((k, bets)), np.zeros((k, bets), np.int64), np.zeros(k), *whole
    )


def with_more(running: Running, comparisons: int) -> Running:
    """The same with so many new comparisons after the others."""
    new = nothing_yet(comparisons)
    return Running(*(np.concatenate([getattr(part, f.name) for part in (running, new)]) for f in fields(Running)))


def advance(
    running: Running,
    day: date,
    differences: np.ndarray,
    questions: np.ndarray,
    *,
    edges: np.ndarray,
    alphas: np.ndarray,
) -> Running:
    """The evidence after one more day, whose differences [K] are NaN where there is no bet.

    `alphas` [K] are how often a false word is accepted as of the day: it may be less than it was, when more is
    compared, and then what was won is won no more unless its peak is high enough. From scratch is day by day.
    """
    grown = running.grown + growth(four_bets(differences, edges))
    is_bet = np.isfinite(differences)
    peak = np.maximum(running.peak, log_wealth(grown))
    return Running(
        grown=grown,
        peak=peak,
        since=since(peak, thresholds(alphas), running.since, day),
        total=running.total + np.where(is_bet, differences, 0.0),
        days=running.days + is_bet,
        questions=running.questions + np.where(is_bet, questions, 0),
    )


def since(peak: np.ndarray, goal: np.ndarray, before: np.ndarray, day: date) -> np.ndarray:
    """From which day (ordinal) on peaks [...] have reached their goal [...] without a break; 0: they have not."""
    return np.where(peak >= goal, np.where(before > 0, before, day.toordinal()), 0)


@dataclass(frozen=True)
class Verdict:
    """What is said of two models, from which day on, and about how many sessions there may be until it is."""

    word: Word
    since: date | None
    days_to_go: int | None


def verdicts(running: Running, alphas: np.ndarray, spacing: np.ndarray) -> list[Verdict]:
    """What is to be said in each comparison; `spacing` [K] is how many sessions lie between two bets.

    A word stands once a threshold was reached, for any day might have been the last to be looked at. Should both
    sides have reached theirs, the first one stands.
    """
    word, began = _words(running)
    left = sessions_left(running, thresholds(alphas), spacing)
    soonest = np.minimum(left[:, :2].min(axis=1), left[:, 2:].max(axis=1))
    return [
        Verdict(WORDS[at], date.fromordinal(first) if first else None, None if first else whole_days(sessions))
        for at, first, sessions in zip(word.tolist(), began.tolist(), soonest.tolist(), strict=True)
    ]


def _words(running: Running) -> tuple[np.ndarray, np.ndarray]:
    """Positions in WORDS [K], and from which day (ordinal) [K]."""
    won, when = running.since > 0, running.since
    # Not even on one day are both reached, but for a threshold that fell; the higher peak is the clearer word then.
    is_first = (when[:, 0] < when[:, 1]) | ((when[:, 0] == when[:, 1]) & (running.peak[:, 0] > running.peak[:, 1]))
    is_better = won[:, 0] & (~won[:, 1] | is_first)
    is_worse = won[:, 1] & ~is_better
    is_same = won[:, 2] & won[:, 3] & ~is_better & ~is_worse
    cases = [is_better, is_worse, is_same]
    word = np.select(cases, [0, 1, 2], default=3)
    return word, np.select(cases, [when[:, 0], when[:, 1], when[:, 2:].max(axis=1)], default=0)


def sessions_left(running: Running, goal: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """About how many sessions [K, 4] each bet still takes to its goal [K, 4]: 0 where it is reached, infinite where
    that cannot be said."""
    left = days_to_go(running.grown, running.days[:, None], goal) * spacing[:, None]
    left = np.where((running.days[:, None] < PACE_DAYS) | (left > FARTHEST), np.inf, left)
    return np.where(running.peak >= goal, 0.0, left)


def whole_days(sessions: float) -> int | None:
    """Sessions as told to people; None when it cannot be said."""
    return int(sessions) if np.isfinite(sessions) else None
