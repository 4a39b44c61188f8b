"""A/B tests: what may be registered, whom a split asks what, on which sessions a test runs.

Nothing is judged here: that is `verdicts`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar, get_args

from craveny_domain.pairs import Metric
from craveny_domain.panel import HORIZONS

Mode = Literal["paired", "split"]
Anything = TypeVar("Anything")

EDGES = (0.001, 0.2)
"""Least and greatest difference that a test may be about."""
ALPHAS = (0.001, 0.2)
"""How seldom and how often a test may name a false winner."""
SHARES = (0.05, 0.95)
"""Least and greatest share of the questions that go to the second variant of a split."""


@dataclass(frozen=True)
class NewTest:
    """A comparison to be registered; `starts_on` is its first session, fractions are from 0 to 1.

    `share_b`: of the questions, those that go to model_b when they are split; None when both are asked all.
    """

    name: str
    market: str
    horizon: int
    model_a: str
    model_b: str
    mode: Mode
    share_b: float | None
    metric: Metric
    edge: float
    alpha: float
    starts_on: date
    is_default: bool = False


@dataclass(frozen=True)
class Variant:
    """What matters of a model that is to be tested; `is_asked` on the first session, by what is known now."""

    name: str
    provider: str
    purpose: str
    is_floor: bool
    is_asked: bool


@dataclass(frozen=True)
class Opening:
    """The first session whose cut-off is still to come, and the first one from a test's first day on; None: not
    known."""

    first: date | None
    held_from: date | None


@dataclass(frozen=True)
class Split:
    """A running test whose questions are shared out: `share_b` of them to model_b, the others to model_a."""

    test_id: int
    model_a: str
    model_b: str
    share_b: float

    def asks_b(self, stock_id: int, session: date) -> bool:
        """Whether a stock's question of a session is model_b's; the same every time, whatever else is asked."""
        digest = hashlib.sha256(f"{self.test_id}/{stock_id}/{session.isoformat()}".encode()).digest()
        return int.from_bytes(digest[:8]) < self.share_b * 2**64

    def asks(self, model_name: str, stock_id: int, session: date) -> bool:
        """Whether a model is asked; one that the test is not about always is."""
        if model_name not in (self.model_a, self.model_b):
            return True
        return self.asks_b(stock_id, session) == (model_name == self.model_b)


def questions_for(
    model_name: str, session: date, questions: Mapping[int, Anything], splits: Sequence[Split]
) -> dict[int, Anything]:
    """Of a session's questions by stock id, those that a model is asked: all, unless it is in a split of `splits`."""
    return {
        stock: question
        for stock, question in questions.items()
        if all(split.asks(model_name, stock, session) for split in splits)
    }


def refusal_of(
    new: NewTest, variants: Sequence[Variant], opening: Opening, others: Sequence[NewTest] = ()
) -> str | None:
    """Why a test cannot be registered and what to do about it, two sentences; None when it can.

    `variants` are those of the test, `others` the tests of its market that were not stopped.
    """
    found = (
        _refusal_of_models(new, variants)
        or _refusal_of_split(new, variants)
        or _refusal_of_rule(new)
        or _refusal_of_start(new, opening)
    )
    return found or next(filter(None, (_refusal_beside(new, other) for other in others)), None)


def _refusal_of_models(new: NewTest, variants: Sequence[Variant]) -> str | None:
    if new.model_a == new.model_b:
        return f"Both variants are {new.model_a}. Name two models."
    for variant in variants:
        if variant.purpose != "forecast":
            return f"{variant.name} writes {variant.purpose}s and forecasts nothing. Name a model that forecasts."
        if not variant.is_asked:
            return f"{variant.name} is not active. Switch it on first, or name another model."
    if all(variant.is_floor for variant in variants):
        return f"{new.model_a} and {new.model_b} are both floors. Name at least one model that is none."
    return None


def _refusal_of_split(new: NewTest, variants: Sequence[Variant]) -> str | None:
    if new.mode == "paired":
        return None if new.share_b is None else "A paired test has no share. Leave it out, or split the questions."
    if new.share_b is None:
        return "A split test needs a share. Say which share of the questions goes to the second variant."
    if not SHARES[0] <= new.share_b <= SHARES[1]:
        return f"A share of {new.share_b:g} is out of bounds. Choose one from {SHARES[0]:g} to {SHARES[1]:g}."
    for variant in variants:
        if variant.is_floor or variant.provider == "ensemble":
            kind = "a floor" if variant.is_floor else "an ensemble"
            return f"{variant.name} is {kind} and answers every question. Pair the two, or name another model."
    return None


def _refusal_of_rule(new: NewTest) -> str | None:
    if not EDGES[0] <= new.edge <= EDGES[1]:
        return f"An edge of {new.edge:g} is out of bounds. Choose one from {EDGES[0]:g} to {EDGES[1]:g}."
    if not ALPHAS[0] <= new.alpha <= ALPHAS[1]:
        return f"An alpha of {new.alpha:g} is out of bounds. Choose one from {ALPHAS[0]:g} to {ALPHAS[1]:g}."
    if new.metric not in get_args(Metric):
        return f"There is no metric {new.metric}. Choose among {', '.join(get_args(Metric))}."
    if new.horizon not in HORIZONS:
        return f"There is no horizon {new.horizon}. Choose among {', '.join(map(str, HORIZONS))}."
    return None


def _refusal_of_start(new: NewTest, opening: Opening) -> str | None:
    if opening.first is None or opening.held_from is None:
        return f"No session of {new.market} is known from {new.starts_on} on. Choose an earlier day."
    if new.starts_on < opening.first:
        return f"The cut-off of {new.starts_on} has passed. A test can start on {opening.first} or later."
    if new.starts_on != opening.held_from:
        return f"{new.market} has no session on {new.starts_on}. The next one is on {opening.held_from}."
    return None


def _refusal_beside(new: NewTest, other: NewTest) -> str | None:
    ours, theirs = {new.model_a, new.model_b}, {other.model_a, other.model_b}
    if new.mode == other.mode == "split" and ours & theirs:
        shared = min(ours & theirs)
        return f"The questions of {shared} are split by {other.name} already. Stop that test, or name another model."
    same = (new.horizon, new.metric, new.mode) == (other.horizon, other.metric, other.mode)
    if ours == theirs and same:
        # Whoever may start the same test again and again finds a winner in the end.
        return f"{other.name} compares them by the same metric already. Watch it, or stop it first."
    return None
