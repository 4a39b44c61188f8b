"""What should be running by now: which forecast and settlement a market's session times call for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from craveny_domain.clocks import Session, cutoff

SETTLE_GRACE = timedelta(minutes=30)
"""Closing prices are asked for this long after the close."""
CATCH_UP = timedelta(days=4)
"""Settlements missed while nothing ran are made up for this long; older days are a backfill."""


@dataclass(frozen=True, order=True)
class Launch:
    """A job and the session it is for."""

    session_date: date
    job: Literal["forecast", "settle"]


def due_launches(now: datetime, sessions: Sequence[Session], lead: timedelta, done: Collection[Launch]) -> list[Launch]:
    """The launches whose time has come and that are not done, in session order.

    A forecast is due from its cut-off until the close (after the open it will be `late`); a settlement from
    half an hour after the close.
    """
    due = []
    for session in sessions:
        if cutoff(session, lead) <= now < session.close_at:
            due.append(Launch(session.session_date, "forecast"))
        if session.close_at + SETTLE_GRACE <= now < session.close_at + CATCH_UP:
            due.append(Launch(session.session_date, "settle"))
    return sorted(launch for launch in due if launch not in done)
