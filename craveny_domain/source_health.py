"""How each source does: what a weekday usually brings, whether today is usual, and how it stands.

Counts, instants and rows come in as they were read; where they are kept is not its business. Who tells first is in
`leads`.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Literal

WEEKS = 8
"""So many last days of a weekday are its history."""
LEAST_DAYS = 3
"""Fewer days are no history."""
LOOKBACK = timedelta(days=7 * (WEEKS + 1))
"""Arrivals this far back are looked at: the oldest of eight weeks may be asked about a silence of a week."""
_WEEK = 7 * 24
_ROOT_SPREAD = 0.5
_MAD_TO_SPREAD = 1.4826
_TAILS = {3: 70.700, 4: 22.204, 5: 13.034, 6: 9.678, 7: 8.025, 8: 7.063}
"""Student's t for one in ten thousand on a side, by days of history: a source is looked at often."""

Verdict = Literal["usual", "silent", "flood", "unknown"]
State = Literal["on", "off", "waiting", "failing", "ended"]


@dataclass(frozen=True)
class Band:
    """What some days brought: their median, and the fewest and the most items that would still be usual."""

    days: int
    median: float
    low: int
    high: int


def usual_band(counts: Sequence[int]) -> Band | None:
    """The band of up to eight counts, None of fewer than three.

    Roots of counts are taken, for a Poisson count's root has the spread ½ whatever its mean. The larger of that and
    of the counts' own spread (by their median deviation, so that one odd day does not widen it) is multiplied by
    Student's t of so few days, and by what the median of so few days is unsure of. So three equal days make a wide
    band all the same.
    """
    if len(counts) < LEAST_DAYS:
        return None
    roots = [math.sqrt(count) for count in counts]
    centre = median(roots)
    own = _MAD_TO_SPREAD * median(abs(root - centre) for root in roots)
    unsure = math.sqrt(1 + math.pi / 2 / len(roots))
    reach = _TAILS[min(len(roots), WEEKS)] * max(_ROOT_SPREAD, own) * unsure
    low = math.ceil(max(0.0, centre - reach) ** 2)
    return Band(len(counts), float(median(counts)), low, math.floor((centre + reach) ** 2))


@dataclass(frozen=True)
class Arrivals:
    """Items of one local day that came in one hour: so many whole hours before now by the market's wall clock."""

    day: date
    hours_ago: int
    items: int


@dataclass(frozen=True)
class Given:
    """What a source gave, seen at `now` by the market's wall clock (naive).

    `read_days` are the local days that were read at all; the source itself was last read `read_hours_ago`, None: never.
    """

    now: datetime
    arrivals: Sequence[Arrivals]
    read_days: Collection[date]
    read_hours_ago: float | None


@dataclass(frozen=True)
class Weekday:
    """What a weekday (1 is Monday) usually brings; null figures without a history."""

    weekday: int
    days: int
    median: float | None
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Volume:
    """A source's volume: today's items so far, what the whole day usually brings, and the verdict with its reason.

    `quiet_hours` is how long nothing had come when the source was last read.
    """

    items_today: int
    expected_items: float | None
    verdict: Verdict
    reason: str | None
    quiet_hours: int
    weekdays: tuple[Weekday, ...]


def volume(given: Given) -> Volume:
    """Whether what a source gives is usual by its own history.

    Flood: more came today than a day of the weekday usually has by this time. Silent: nothing came for so long that
    in the weeks before the same hours had enough to make that unlikely. Unknown: too little history, or not read today.
    """
    history = _History(given)
    days = {n: _weekday(n, history.days_of(n)) for n in range(1, 8)}
    expected = days[given.now.isoweekday()].median
    by_now = usual_band(history.by_now())
    quiet, band = history.quiet()
    if by_now is not None and history.today > by_now.high:
        verdict: Verdict = "flood"
        reason = f"{history.today} items came today, at most {by_now.high} are usual by this time."
    elif band is not None and band.low > 0:
        verdict, reason = "silent", f"Nothing came for {quiet} hours, {band.median:g} items are usual in them."
    else:
        is_told = quiet == 0 or (band is not None and quiet <= _WEEK)
        is_known = expected is not None and history.was_read_today and is_told
        verdict, reason = ("usual" if is_known else "unknown"), None
    return Volume(history.today, expected, verdict, reason, quiet, tuple(days.values()))


def _weekday(number: int, counts: Sequence[int]) -> Weekday:
    band = usual_band(counts)
    if band is None:
        return Weekday(number, len(counts), None, None, None)
    return Weekday(number, len(counts), band.median, band.low, band.high)


class _History:
    """A source's days: those that were read, after its first, which may hold a feed's whole backlog."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._by_day: dict[date, list[Arrivals]] = defaultdict(list)
        self._by_hour: Counter[int] = Counter()
        for arrivals in given.arrivals:
            self._by_day[arrivals.day].append(arrivals)
            self._by_hour[arrivals.hours_ago] += arrivals.items
        today, first = given.now.date(), min(self._by_day, default=date.max)
        self.days = sorted((day for day in given.read_days if first < day < today), reverse=True)
        self._known = set(self.days)
        self.today = sum(a.items for a in self._by_day.get(today, ()))

    @property
    def was_read_today(self) -> bool:
        """Whether the source was read since midnight."""
        ago = self._given.read_hours_ago
        return ago is not None and (self._given.now - timedelta(hours=ago)).date() == self._given.now.date()

    def days_of(self, weekday: int) -> list[int]:
        """What the last eight days of a weekday brought, the newest first."""
        days = [day for day in self.days if day.isoweekday() == weekday][:WEEKS]
        return [sum(a.items for a in self._by_day.get(day, ())) for day in days]

    def by_now(self) -> list[int]:
        """What the last eight days of today's weekday had brought by this time of day."""
        today = self._given.now.date()
        days = [day for day in self.days if day.isoweekday() == today.isoweekday()][:WEEKS]
        since = {day: (today - day).days * 24 for day in days}
        return [sum(a.items for a in self._by_day.get(day, ()) if a.hours_ago >= since[day]) for day in days]

    def quiet(self) -> tuple[int, Band | None]:
        """How many hours nothing had come when the source was last read, and what the same hours brought before."""
        if not self._by_hour or self._given.read_hours_ago is None:
            return 0, None
        end, last = math.ceil(self._given.read_hours_ago), min(self._by_hour)
        start = min(last, end + _WEEK)
        if start <= end:
            return 0, None
        # Weeks that the silence itself reaches into say nothing about what is usual.
        weeks = [n for n in range(1, WEEKS + 1) if n * _WEEK + end >= last and self._is_known(n, start, end)]
        counts = [sum(self._by_hour[n * _WEEK + hour] for hour in range(end, start)) for n in weeks]
        return last - end, usual_band(counts)

    def _is_known(self, weeks: int, start: int, end: int) -> bool:
        first, last = ((self._given.now - timedelta(hours=weeks * _WEEK + hours)).date() for hours in (start, end))
        return all(first + timedelta(days=n) in self._known for n in range((last - first).days + 1))


@dataclass(frozen=True)
class Standing:
    """How a source stands by its row, its last attempts and the newest line of its log."""

    last_date: date | None
    every_minutes: int | None
    off_reason: str | None
    failures: int = 0
    attempted_at: datetime | None = None
    outcome: str | None = None
    detail: str | None = None


def state(standing: Standing, today: date) -> tuple[State, str | None]:
    """What to make of it, with the reason in one sentence where there is one."""
    if standing.off_reason is not None:
        return "off", standing.off_reason
    if standing.last_date is not None and standing.last_date < today:
        return "ended", f"It has nothing after {standing.last_date}."
    if standing.failures:
        times = "The last attempt" if standing.failures == 1 else f"The last {standing.failures} attempts"
        return "failing", f"{times} failed: {standing.detail or 'see the run.'}"
    if standing.every_minutes is not None and standing.attempted_at is None:
        return "waiting", standing.detail or "It was not asked yet."
    if standing.outcome == "waiting":
        return "waiting", standing.detail
    return "on", None
