"""What should be running by now: which forecast and settlement a market's session times call for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from craveny_domain.clocks import Session, cutoff

CRAWL = ("raw_news", "news", "match", "news_embeddings")
FORECAST = ("prediction", "prediction_embeddings")
SETTLE = ("price", "evaluation_history", "daily_performance", "model_comparison")
REPORT = ("stock_report",)
"""The assets of each launch."""
RESETTLE = SETTLE[1:]
REJUDGE = SETTLE[-1:]
ASSETS = CRAWL + SETTLE[:1] + FORECAST + SETTLE[1:]
"""All that every day has, in the order in which a day fills them; reports are written when they are due."""

SETTLE_GRACE = timedelta(minutes=30)
"""Closing prices are asked for this long after the close."""
CATCH_UP = timedelta(days=4)
"""What was missed while nothing ran is made up for this long; older days are a backfill."""
RECHECK_GRACE = timedelta(hours=3)
"""Prices are looked at again this long after the close, when late prints and corrections have come."""
RECHECKED_SESSIONS = 5
RETRY_EVERY = timedelta(minutes=5)
"""Questions that nobody answered are asked again so often, until their session opens."""
RESETTLED_DAYS = 30
"""Calendar days of one run that settles again, as of any range run."""


@dataclass(frozen=True, order=True)
class Launch:
    """A job and the session it is for."""

    session_date: date
    job: Literal["forecast", "settle"]
    attempt: int = 0
    """0, or which time a forecast is tried again because questions were left open."""


def due_launches(
    now: datetime,
    sessions: Sequence[Session],
    lead: timedelta,
    done: Collection[Launch],
    read_until: datetime | None = None,
) -> list[Launch]:
    """The launches whose time has come and that are not done, in session order.

    A forecast is due once the news is read up to its cut-off (`read_until`: as far as every source is read, None
    without sources), or half its lead later without it. Sessions that closed are made up one step at a time, for
    each needs what the one before left: its forecast, then (half an hour after the close) its settlement.
    """
    due, is_behind = [], False
    for session in sessions:
        forecast, settle = Launch(session.session_date, "forecast"), Launch(session.session_date, "settle")
        if now < session.close_at:
            if forecast not in done and _may_forecast(now, cutoff(session, lead), lead, read_until):
                due.append(forecast)
        elif not is_behind and settle not in done and now < session.close_at + CATCH_UP:
            missed = settle if forecast in done else forecast
            if missed is forecast or now >= session.close_at + SETTLE_GRACE:
                due.append(missed)
                is_behind = True
    return due


def due_again(now: datetime, sessions: Sequence[Session], lead: timedelta, pending: Collection[date]) -> list[Launch]:
    """Forecasts to try again before their open, every RETRY_EVERY, because a model had not answered everything."""
    return [
        Launch(session.session_date, "forecast", attempt)
        for session in sessions
        if session.session_date in pending
        and now < session.open_at
        and (attempt := int((now - cutoff(session, lead)) / RETRY_EVERY)) > 0
    ]


def _may_forecast(now: datetime, fence: datetime, lead: timedelta, read_until: datetime | None) -> bool:
    is_read = read_until is None or read_until >= fence
    return now >= (fence if is_read else fence + lead / 2)


def due_recheck(now: datetime, sessions: Sequence[Session]) -> tuple[date, date] | None:
    """The first and last of the newest sessions whose prices are due to be looked at again; None before any is."""
    closed = [session.session_date for session in sessions if now >= session.close_at + RECHECK_GRACE]
    return (closed[-RECHECKED_SESSIONS:][0], closed[-1]) if closed else None


def due_revision(stale: Sequence[date]) -> tuple[date, date] | None:
    """The first and last of the stale days, given ascending, that one run goes over again; None without any."""
    within = [day for day in stale if day < stale[0] + timedelta(days=RESETTLED_DAYS)]
    return (within[0], within[-1]) if within else None
