"""What forecasts that cost money are worth: USD per correct call above the best floor, and how steady a model is.

Takes sums per day; which calls were correct is settled elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from craveny_domain.intervals import Figure, ratio, resampling
from craveny_domain.typed_answers import ForecastAnswer


@dataclass(frozen=True)
class SettledDay:
    """One model's questions that one day settled: how many it called right, how many each floor did, what it cost."""

    day: date
    questions: int
    hits: int
    usd: float
    floor_hits: Mapping[str, int]


@dataclass(frozen=True)
class Worth:
    """A model's days together; `floor` is the one with the most correct calls on the same questions."""

    questions: int
    hits: int
    usd: float
    floor: str | None
    floor_hits: int
    per_correct_call: Figure


def worth(days: Sequence[SettledDay], horizon: int) -> Worth:
    """What a model's settled questions came to. A model that was not right more often than the best floor has no
    price per correct call above it; one that gave no answer was not right."""
    floors = sorted({floor for day in days for floor in day.floor_hits})
    right = {floor: sum(day.floor_hits.get(floor, 0) for day in days) for floor in floors}
    best = max(floors, key=lambda floor: right[floor], default=None)
    above = [day.hits - day.floor_hits.get(best or "", 0) for day in days]
    return Worth(
        questions=sum(day.questions for day in days),
        hits=sum(day.hits for day in days),
        usd=sum(day.usd for day in days),
        floor=best,
        floor_hits=right.get(best or "", 0),
        per_correct_call=ratio_of_sums([day.usd for day in days], above, sum(day.questions for day in days), horizon),
    )


def ratio_of_sums(top: Sequence[float], bottom: Sequence[float], n: int, horizon: int) -> Figure:
    """The sum of one series of days over the sum of another; not defined unless that is above zero.

    Its interval resamples blocks of days, and is not given where many resampled histories do not define it.
    """
    if not len(top):
        return Figure(None, None, None, n, 0)
    drawn = resampling(len(top), horizon)
    over, under = drawn.totals(np.stack([top, bottom], axis=1).astype(float)).T
    return drawn.figure(ratio(over, under), n, len(top))


def flips(pairs: Sequence[tuple[date, str, str]], horizon: int) -> Figure:
    """How often a model called the other direction when it was asked the same again: (session, first, again), as
    answered; over n comparisons."""
    counted: dict[date, list[int]] = {}
    for session, first, again in pairs:
        day = counted.setdefault(session, [0, 0])
        day[0] += _direction(first, horizon) != _direction(again, horizon)
        day[1] += 1
    sums = [counted[day] for day in sorted(counted)]
    return ratio_of_sums([flipped for flipped, _ in sums], [asked for _, asked in sums], len(pairs), horizon)


def _direction(answer: str, horizon: int) -> str:
    calls = ForecastAnswer.model_validate_json(answer).calls
    return next(call.direction for call in calls if call.horizon == horizon)
