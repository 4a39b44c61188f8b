"""What one day's settled questions add up to: per model, horizon and board the sums every longer window is made of.

Settling (which outcome a forecast had) is in `settlement`, figures and intervals over many days in `scoring`.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any, get_args

import numpy as np

from craveny_domain.forecasts import OutcomeClass

LOG_CLIP = (0.01, 0.99)
"""Probabilities are brought into this range before their logarithm is taken."""
OUTCOME_CLASSES: tuple[str, ...] = get_args(OutcomeClass)
TARGET, STOP = 1, 2
"""What a forecast's path touched first, as `Questions` has it; 0: neither."""


@dataclass(frozen=True)
class DayScore:
    """What one model's forecasts of one horizon, settled on one day, add up to.

    `asked` counts settled questions of every outcome class, `answered` the ok ones; `ties` (returns of exactly
    zero, not up) are among asked, `void` are not. `scored_hits` counts right calls over asked, where what was not
    answered is called as the climatology calls it; the counts by outcome class are of asked as well. Sums of Brier
    and natural log scores are over asked; the sum of signed tradable returns (fractions) is over `returns` answered
    questions. Of `targets` answered questions that name one, so many reached it first and so many their stop.
    """

    day: date
    asked: int
    answered: int
    true_up: int
    false_up: int
    true_down: int
    false_down: int
    ties: int
    void: int
    scored_hits: int
    no_input: int
    refusal: int
    invalid_output: int
    truncated: int
    filtered: int
    quota: int
    transient: int
    provider_bug: int
    brier_sum: float
    log_score_sum: float
    return_sum: float
    returns: int
    targets: int
    target_reached: int
    stop_breached: int


SUMS = tuple(f.name for f in fields(DayScore) if f.name != "day")
_REAL = ("brier_sum", "log_score_sum", "return_sum")


@dataclass(frozen=True)
class Questions:
    """Questions settled on a day, a column each [N].

    `probability` (of up) is the climatology where not answered, and the call of such a row is not looked at;
    `outcome_class` indexes OUTCOME_CLASSES. Returns are fractions; `tradable_return` is NaN where there was none.
    `touch` is 0, TARGET or STOP.
    """

    probability: np.ndarray
    call_up: np.ndarray
    outcome_class: np.ndarray
    outcome_return: np.ndarray
    tradable_return: np.ndarray
    void: np.ndarray
    has_target: np.ndarray
    touch: np.ndarray

    @property
    def scored_up(self) -> np.ndarray:
        """The calls [N] that count when models are compared: of unanswered questions the climatology's."""
        return np.where(self.outcome_class == 0, self.call_up, self.probability > 0.5)

    def check(self) -> None:
        """Raises ValueError when a settled row lacks an outcome or a probability within 0 and 1."""
        asked = ~self.void
        probability = self.probability[asked]
        if not np.isfinite(self.outcome_return[asked]).all():
            raise ValueError("A settled question has no outcome return: mark it void or leave it out until it settles.")
        if not ((probability >= 0) & (probability <= 1)).all():
            raise ValueError("A settled question has no probability from 0 to 1: give unanswered ones the climatology.")


def score_groups(questions: Questions, group: np.ndarray, groups: int) -> np.ndarray:
    """The sums [groups, len(SUMS)] of questions [N], each counted in its group [N] (below 0: in none).

    Neither their order nor other groups' questions change a sum. Raises ValueError as `Questions.check` does.
    """
    questions.check()
    order = np.lexsort((
        questions.call_up, questions.tradable_return, questions.outcome_return, questions.probability, group
    ))  # fmt: skip
    order = order[group[order] >= 0]
    q = Questions(**{f.name: getattr(questions, f.name)[order] for f in fields(Questions)})
    whose, terms = group[order], _terms(q)
    return np.stack([np.bincount(whose, terms[name], groups) for name in SUMS], axis=1)


def score_day(day: date, questions: Questions) -> DayScore:
    """The sums of one model's questions settled on a day."""
    (sums,) = score_groups(questions, np.zeros(len(questions.probability), dtype=np.int64), 1)
    return day_score(day, sums)


def day_score(day: date, sums: np.ndarray) -> DayScore:
    """One row of `score_groups` as a record."""
    typed: dict[str, Any] = {n: float(v) if n in _REAL else int(v) for n, v in zip(SUMS, sums, strict=True)}
    return DayScore(day, **typed)


sums_of: Callable[[DayScore], tuple] = attrgetter(*SUMS)
"""A day's sums, in the order of SUMS."""


def _terms(q: Questions) -> dict[str, np.ndarray]:
    """What each question [N] adds to each sum."""
    asked = ~q.void
    ok, up = (q.outcome_class == 0) & asked, q.outcome_return > 0
    traded, aimed = ok & np.isfinite(q.tradable_return), ok & q.has_target
    given = np.where(asked, np.where(up, q.probability, 1 - q.probability), 1.0)
    signed = np.where(q.call_up, q.tradable_return, -q.tradable_return)
    classes = {name: asked & (q.outcome_class == code) for code, name in enumerate(OUTCOME_CLASSES) if code}
    return classes | {
        "asked": asked,
        "answered": ok,
        "true_up": ok & q.call_up & up,
        "false_up": ok & q.call_up & ~up,
        "true_down": ok & ~q.call_up & ~up,
        "false_down": ok & ~q.call_up & up,
        "ties": asked & (q.outcome_return == 0),
        "void": q.void,
        "scored_hits": asked & (q.scored_up == up),
        "brier_sum": (1 - given) ** 2,
        "log_score_sum": np.where(asked, np.log(np.clip(given, *LOG_CLIP)), 0.0),
        "return_sum": np.where(traded, signed, 0.0),
        "returns": traded,
        "targets": aimed,
        "target_reached": aimed & (q.touch == TARGET),
        "stop_breached": aimed & (q.touch == STOP),
    }
