"""The keyless models: five floors, the lexicon, nearest past news. Each answers a frozen question, nothing else."""

from collections.abc import Callable

import numpy as np

from craveny_domain.forecasts import Answer, Question
from craveny_domain.neighbours import vote
from craveny_domain.panel import HORIZONS

Forecaster = Callable[[Question], list[Answer]]


def climatology(question: Question) -> list[Answer]:
    """The point-in-time base rate of up."""
    return [_ok(h, question["base"][str(h)][0]) for h in HORIZONS]


def nearest_news(question: Question) -> list[Answer]:
    """The base rate moved by what followed the most similar past news; no_input without news or neighbours."""
    rows = question["neighbours"]
    similarity = np.array([row[1] for row in rows], dtype=np.float64)
    answers = []
    for at, h in enumerate(HORIZONS, start=2):
        ups = np.array([np.nan if row[at] is None else row[at] for row in rows], dtype=np.float64)
        share = vote(similarity, ups, question["base"][str(h)][0]) if rows else None
        answers.append(Answer(h, "no_input") if share is None else _ok(h, round(share, 6)))
    return answers


def _ok(horizon: int, probability: float) -> Answer:
    return Answer(horizon, "ok", probability, "up" if probability > 0.5 else "down")


def _caller(name: str) -> Forecaster:
    def answer(question: Question) -> list[Answer]:
        evidence = question["calls"].get(name)
        if evidence is None:
            return [Answer(h, "no_input") for h in HORIZONS]
        return [Answer(h, "ok", evidence["record"][str(h)][0], evidence["call"]) for h in HORIZONS]

    answer.__doc__ = f"The call of {name}, with the frequency with which up followed it."
    return answer


FLOORS: dict[str, Forecaster] = {
    "climatology": climatology,
    "always_up": _caller("always_up"),
    "momentum": _caller("momentum"),
    "reversal": _caller("reversal"),
    "coin": _caller("coin"),
}
KEYLESS: dict[str, Forecaster] = {"lexicon": _caller("lexicon"), "nearest_news": nearest_news}
FORECASTERS: dict[str, Forecaster] = {**FLOORS, **KEYLESS}
