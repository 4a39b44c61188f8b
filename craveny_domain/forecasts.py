"""What a forecast is: outcome classes, origin, the frozen question and the answer to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypedDict

OutcomeClass = Literal[
    "ok", "no_input", "refusal", "invalid_output", "truncated", "filtered", "quota", "transient", "provider_bug"
]
PENDING: frozenset[OutcomeClass] = frozenset({"transient", "quota", "provider_bug"})
"""No answers: the question stays open until the session does, and then has expired."""
Origin = Literal["live", "late", "reconstructed", "replay"]
Direction = Literal["up", "down"]


class CallEvidence(TypedDict):
    """A rule's call and, per horizon (as text), how often up followed that call: [share, n, days]."""

    call: Direction
    record: dict[str, list[float]]


class Question(TypedDict):
    """Everything a model may be told about one stock and session, frozen; keys of `base` are horizons as text.

    `news` rows are [news_id, title, positive, negative], one per story; `neighbours` rows are
    [news_id, similarity, up share after 1, 3 and 5 sessions or null].
    """

    base: dict[str, list[float]]
    returns: dict[str, float | None]
    calls: dict[str, CallEvidence]
    news: list[list[Any]]
    neighbours: list[list[Any]]


@dataclass(frozen=True)
class Answer:
    """One model's answer for one horizon; probability (of up) and direction are given exactly when it is ok.

    `expected_move` is a fraction; `call_key` names the kept answer it was read from.
    """

    horizon: int
    outcome_class: OutcomeClass
    probability: float | None = None
    direction: Direction | None = None
    reasoning: str | None = None
    expected_move: float | None = None
    call_key: bytes | None = None


def origin_of(issued_at: datetime, open_at: datetime, close_at: datetime, *, is_declared: bool) -> Origin:
    """Where a forecast stands in time.

    `live` before the open, `late` after it while the outcome is open, `reconstructed` once the session has
    closed or whenever it rests on an archive's word for when a fact was known.
    """
    if is_declared or issued_at >= close_at:
        return "reconstructed"
    return "live" if issued_at < open_at else "late"


def fixed_origins(now: datetime, close_at: datetime) -> tuple[Origin, ...]:
    """Whose forecasts can no longer change: live ones never, late ones once the outcome is known."""
    return ("live", "late") if now >= close_at else ("live",)


BOARDS: tuple[Literal["live"], Literal["reconstructed"]] = ("live", "reconstructed")


def board_of(origin: str) -> Literal["live", "reconstructed"]:
    """The leaderboard a forecast counts on: only live rows on the live one."""
    return "live" if origin == "live" else "reconstructed"
