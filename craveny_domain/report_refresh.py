"""When a report is due to be written again, and why: once a day, after enough news, or because somebody asked.

Ten articles make one report: news counts only in bundles, and only once the last report has some age.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Reason = Literal["daily", "news", "asked"]

NEWS_STORIES = 3
"""New stories about a stock that call for a new report."""
NEWS_AGE = timedelta(hours=4)
"""A report stays that long, whatever the news."""
RETRY_AFTER = timedelta(minutes=30)
"""A report that no model answered is asked for again after this, on the day it is of."""


@dataclass(frozen=True)
class LastReport:
    """The newest report of a stock by one model; `is_open` while no answer has come."""

    day: date
    cutoff_at: datetime
    tried_at: datetime
    is_open: bool


@dataclass(frozen=True)
class Standing:
    """How a stock stands with one model. `new_stories` are those since the last report's cut-off; `asked_at` is when
    somebody asked who still waits; `is_watched`: it is among the stocks that are reported on unasked."""

    last: LastReport | None
    new_stories: int
    asked_at: datetime | None
    is_watched: bool


@dataclass(frozen=True)
class Moment:
    """`forecast_at` is the cut-off of the day's session once its forecasts are there; None before, and without one."""

    now: datetime
    today: date
    forecast_at: datetime | None


def due_reason(standing: Standing, moment: Moment) -> Reason | None:
    """Why a new report is due; None when none is, also while today's last one is still open."""
    last = standing.last
    if last is not None and is_open_today(last, moment):
        return None
    if standing.asked_at is not None and (last is None or last.cutoff_at < standing.asked_at):
        return "asked"
    if not standing.is_watched:
        return None
    if moment.forecast_at is not None and (last is None or last.cutoff_at < moment.forecast_at):
        return "daily"
    is_old = last is not None and moment.now - last.cutoff_at >= NEWS_AGE
    return "news" if is_old and standing.new_stories >= NEWS_STORIES else None


def is_open_today(last: LastReport, moment: Moment) -> bool:
    """Whether a report is still open and of the day: it is asked for again as it was, not written anew."""
    return last.is_open and last.day == moment.today


def may_retry(last: LastReport, moment: Moment) -> bool:
    """Whether an open report has rested long enough for a run to be launched for it."""
    return is_open_today(last, moment) and moment.now - last.tried_at >= RETRY_AFTER
