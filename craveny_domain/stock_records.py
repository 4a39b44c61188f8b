"""The record of models on one stock: each settled question alone is a day's score."""

from datetime import date
from math import log

from craveny_domain.scoring import LOG_CLIP, DayScore


def score_question(
    day: date,
    probability: float,
    *,
    is_up: bool | None,
    is_hit: bool | None,
    outcome_return: float | None,
    tradable_return: float | None,
) -> DayScore:
    """What `scoring.score_day` makes of one question: void without an outcome, unanswered without a hit or miss.

    `probability` (of up) is the climatology where not answered; returns are fractions.
    """
    if is_up is None:
        return DayScore(day, 0, 0, 0, 0, 0, 0, 0, 1, 0.0, 0.0, 0.0, 0)
    given = probability if is_up else 1 - probability
    answered, called_up = is_hit is not None, is_hit == is_up
    traded = answered and tradable_return is not None
    earned = (tradable_return or 0.0) * (1 if called_up else -1)
    low, high = LOG_CLIP
    return DayScore(
        day=day,
        asked=1,
        answered=int(answered),
        true_up=int(answered and called_up and is_up),
        false_up=int(answered and called_up and not is_up),
        true_down=int(answered and not called_up and not is_up),
        false_down=int(answered and not called_up and is_up),
        ties=int(outcome_return == 0),
        void=0,
        brier_sum=(1 - given) ** 2,
        log_score_sum=log(min(max(given, low), high)),
        return_sum=earned if traded else 0.0,
        returns=int(traded),
    )
