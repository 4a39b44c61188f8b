"""Boards made up for tests: sessions, models and the daily sums of their pairs."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from craveny_domain.clocks import Session
from craveny_domain.forecasts import BOARDS
from craveny_domain.grounds import Grounds, Test
from craveny_domain.knowledge import Knower
from craveny_domain.standings import PairRows

START = date(2026, 1, 5)
LEAD = timedelta(minutes=30)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
QUESTIONS = 10
"""Of every pair and day."""

_COLUMNS = (
    "settled", "session", "board", "horizon", "model_a", "model_b", "test_id", "questions_a", "questions_b", "hits_a",
    "hits_b",
)  # fmt: skip
_TYPES = [*((name, "i8") for name in _COLUMNS), ("brier_a", "f8"), ("brier_b", "f8")]


def session(at: int) -> Session:
    """The session so many days after START; there is one every day."""
    day = START + timedelta(days=at)
    return Session(day, datetime.combine(day, time(14), UTC), datetime.combine(day, time(20), UTC))


SESSIONS = [session(at) for at in range(400)]


def knower(name: str, *, is_floor: bool = False, is_rule: bool = True, **told: object) -> Knower:
    """A model active since long ago that knows nothing, unless told otherwise."""
    usual = {"members": None, "knowledge_cutoff": None, "active": ((LONG_AGO, None),)}
    return Knower(name, is_floor=is_floor, is_rule=is_rule, **(usual | told))  # type: ignore[arg-type]


def grounds(*knowers: Knower, tests: tuple[Test, ...] = ()) -> Grounds:
    """What these models are judged by."""
    return Grounds(SESSIONS, LEAD, knowers, tests)


def pairs(
    hits: Mapping[tuple[str, str], int | tuple[int, int]], at: int, *, horizon: int = 1, test_id: int = 0
) -> PairRows:
    """What the forecasts of the session so many days after START came to on the live board: by pair, the first name
    before the second, how many more hits the first has of QUESTIONS (or the hits of both)."""
    names = sorted({name for pair in hits for name in pair})
    rows = []
    for (a, b), more in hits.items():
        mine, theirs = more if isinstance(more, tuple) else (max(more, 0), max(-more, 0))
        day = START.toordinal() + at
        place = (day + horizon - 1, day, BOARDS.index("live"), horizon, names.index(a), names.index(b), test_id)
        missed = ((QUESTIONS - hit) / 1.0 for hit in (mine, theirs))
        rows.append((*place, QUESTIONS, QUESTIONS, mine, theirs, *missed))
    return PairRows(np.array(rows, dtype=_TYPES), names)


def together(*days: PairRows) -> PairRows:
    """Several days' rows as one history."""
    names = sorted({name for day in days for name in day.models})
    parts = []
    for day in days:
        rows = day.rows.copy()
        for column in ("model_a", "model_b"):
            rows[column] = [names.index(day.models[which]) for which in rows[column].tolist()]
        parts.append(rows)
    return PairRows(np.concatenate(parts), names)
