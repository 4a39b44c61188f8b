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


def due_launches(
    now: datetime,
    sessions: Sequence[Session],
    lead: timedelta,
    done: Collection[Launch],
    read_until: datetime | None = None,
) -> list[Launch]:
    """The launches whose time has come and that are not done, in session order.

    A forecast is due once the news is read up to its cut-off (`read_until`: as far as every source is read, None
    without sources), or half its lead later without it, until the close; a settlement half an hour after the close.
    """
    due = []
    for session in sessions:
        fence = cutoff(session, lead)
        patience = timedelta(0) if read_until is None or read_until >= fence else lead / 2
        if fence + patience <= now < session.close_at:
            due.append(Launch(session.session_date, "forecast"))
        if session.close_at + SETTLE_GRACE <= now < session.close_at + CATCH_UP:
            due.append(Launch(session.session_date, "settle"))
    return sorted(launch for launch in due if launch not in done)
