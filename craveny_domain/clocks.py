"""Markets, sessions and the instants that fence them: local days, cut-offs, news windows.

Holds no calendar data (see `calendar`) and never asks what time it is.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Market:
    """A market as configured: `code` names it everywhere, `exchange` is its calendar, `lead` precedes the open."""

    code: str
    exchange: str
    timezone: str
    currency: str
    lead: timedelta
    first_date: date

    @property
    def zone(self) -> ZoneInfo:
        """The market's time zone."""
        return ZoneInfo(self.timezone)

    def local_date(self, instant: datetime) -> date:
        """The market's calendar day at an instant."""
        return instant.astimezone(self.zone).date()

    def day_bounds(self, day: date) -> tuple[datetime, datetime]:
        """The half-open UTC interval [midnight, next midnight) of a local day; 23 or 25 hours at a clock change."""
        start = datetime.combine(day, time.min, self.zone).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=1), time.min, self.zone).astimezone(UTC)
        return start, end


@dataclass(frozen=True, order=True)
class Session:
    """One regular trading session: the local day and its opening and closing instants in UTC."""

    session_date: date
    open_at: datetime
    close_at: datetime


@dataclass(frozen=True)
class Window:
    """The half-open interval (after, until] of availability that a forecast may read."""

    after: datetime
    until: datetime

    def holds(self, instant: datetime) -> bool:
        """Whether a fact available at `instant` falls into the window."""
        return self.after < instant <= self.until


def cutoff(session: Session, lead: timedelta) -> datetime:
    """The last instant whose facts a forecast for the session may use."""
    return session.open_at - lead


def news_window(previous: Session, session: Session, lead: timedelta) -> Window:
    """What is new for a session: everything since the previous session's cut-off, up to its own."""
    return Window(cutoff(previous, lead), cutoff(session, lead))


def session_of(sessions: Sequence[Session], lead: timedelta, instant: datetime) -> Session | None:
    """The session whose forecasts first read what became known at an instant; None after the last cut-off."""
    at = bisect_left(sessions, instant, key=lambda s: cutoff(s, lead))
    return sessions[at] if at < len(sessions) else None


def days_between(first: date, last: date) -> list[date]:
    """Every calendar day from first to last, both included; empty when last precedes first."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def window_days(market: Market, window: Window) -> list[date]:
    """The local days, ascending, on which facts of the window can fall."""
    return days_between(market.local_date(window.after), market.local_date(window.until))


def session_index(sessions: Sequence[Session], day: date) -> int | None:
    """The position of the session held on a day in an ascending list; None on a day without one."""
    at = bisect_left(sessions, day, key=lambda s: s.session_date)
    return at if at < len(sessions) and sessions[at].session_date == day else None
