"""What on-call staff hear and when: notices, levels, quiet hours, and how long a burst is gathered.

How a message reads is in `messages`, what a run's failure says in `failures`, what the watchdog holds in `vigil`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Level = Literal["info", "warning", "error"]
LEVELS: tuple[Level, ...] = ("info", "warning", "error")
TEST = "test"
HEARTBEAT = "heartbeat"

QUIET_FOR = timedelta(seconds=1.5)
"""A burst is taken to be over when nothing came for so long."""
GATHER_AT_MOST = timedelta(seconds=4)
"""The first of a burst does not wait longer for the others."""
GATHER_IN_A_STORM = timedelta(seconds=45)
"""And this long once STORM_SPAN has told more than STORM notices."""
STORM, STORM_SPAN = 12, timedelta(minutes=2)
"""Low enough that a hundred failures which a slow machine spreads over ten minutes are a storm all the same."""

_WINDOW = re.compile(r"(\d{2}:\d{2})-(\d{2}:\d{2}) (\S+)")
_TIME_OF_DAY = re.compile(r"(\d{2}:\d{2}) (\S+)")


@dataclass(frozen=True)
class Notice:
    """One thing worth telling a person, once: `dedup_key` says which; `days` and `run` are as Dagster writes them."""

    dedup_key: str
    kind: str
    level: Level
    title: str
    detail: str
    occurred_at: datetime
    market: str | None = None
    asset: str | None = None
    partition_key: str | None = None
    run_id: str | None = None
    link: str | None = None


@dataclass(frozen=True)
class Waiting:
    """A notice that no message has taken up yet, and since when it waits."""

    notification_id: int
    created_at: datetime
    notice: Notice


@dataclass(frozen=True)
class DailyTime:
    """A time of day in a zone."""

    at: time
    zone: ZoneInfo

    def newest(self, now: datetime) -> datetime:
        """The last instant, at or before now, at which it was that time."""
        local = now.astimezone(self.zone)
        today = datetime.combine(local.date(), self.at, self.zone)
        return today if today <= now else datetime.combine(local.date() - timedelta(days=1), self.at, self.zone)


@dataclass(frozen=True)
class QuietHours:
    """A window of every day, [start, end) in a zone, over midnight when it ends before it starts.

    Within it errors and warnings are delivered without a sound, infos wait for its end; a test is never held.
    """

    start: time
    end: time
    zone: ZoneInfo

    def covers(self, instant: datetime) -> bool:
        """Whether it is quiet at an instant."""
        at = instant.astimezone(self.zone).time()
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


def parse_quiet_hours(text: str) -> QuietHours | None:
    """`23:00-07:00 Asia/Seoul`, or nothing; ValueError with the cure for anything else."""
    if not text.strip():
        return None
    cure = f"Quiet hours {text!r} cannot be read. Write them as 23:00-07:00 Asia/Seoul, or leave them empty."
    found = _WINDOW.fullmatch(text.strip())
    if not found or found[1] == found[2]:
        raise ValueError(cure)
    try:
        return QuietHours(time.fromisoformat(found[1]), time.fromisoformat(found[2]), ZoneInfo(found[3]))
    except (ValueError, OSError, KeyError) as error:
        raise ValueError(cure) from error


def parse_daily_time(text: str) -> DailyTime | None:
    """`09:00 Asia/Seoul`, or nothing; ValueError with the cure for anything else."""
    if not text.strip():
        return None
    cure = f"The time {text!r} cannot be read. Write it as 09:00 Asia/Seoul, or leave it empty."
    found = _TIME_OF_DAY.fullmatch(text.strip())
    if not found:
        raise ValueError(cure)
    try:
        return DailyTime(time.fromisoformat(found[1]), ZoneInfo(found[2]))
    except (ValueError, OSError, KeyError) as error:
        raise ValueError(cure) from error


def is_wanted(notice: Notice, least: Level) -> bool:
    """Whether a notice reaches the level that is set; a test always does."""
    return notice.kind == TEST or LEVELS.index(notice.level) >= LEVELS.index(least)


def is_silent(notice: Notice, now: datetime, quiet: QuietHours | None) -> bool:
    """Whether it comes without a sound: infos always do, the others in quiet hours."""
    return (notice.level == "info" and notice.kind != TEST) or (quiet is not None and quiet.covers(now))


def is_held(notice: Notice, now: datetime, quiet: QuietHours | None) -> bool:
    """Whether it waits for the end of the quiet hours."""
    is_quiet = quiet is not None and quiet.covers(now)
    return is_quiet and notice.level == "info" and notice.kind != TEST


def is_gathered(waiting: Sequence[Waiting], now: datetime, told_lately: int) -> bool:
    """Whether what waits can be told now, or more of the same burst is to be expected.

    A burst is over after QUIET_FOR without a notice, and is told after GATHER_AT_MOST anyway; when more than STORM
    were told in the last STORM_SPAN, only after GATHER_IN_A_STORM, so that a storm becomes a few messages.
    """
    if not waiting:
        return False
    oldest = min(each.created_at for each in waiting)
    if told_lately > STORM:
        return now - oldest >= GATHER_IN_A_STORM
    newest = max(each.created_at for each in waiting)
    return now - newest >= QUIET_FOR or now - oldest >= GATHER_AT_MOST
