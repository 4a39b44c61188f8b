"""Which days an exchange trades and from when to when: the calendar library, corrected by a reviewed overlay.

Holds calendar facts only; the rules that use session times are in `clocks`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from craveny_domain.clocks import Session

MARGIN = timedelta(days=45)
"""How far past the asked range, both ways, the library's calendar is built: its rules are not trusted at its edge."""


@dataclass(frozen=True)
class Correction:
    """What really happened on a day the library has wrong: its local hours, or None for closed, and why."""

    reason: str
    hours: tuple[time, time] | None = None


EXAM = Correction("college entrance exam", (time(10), time(16, 30)))

OVERLAY: dict[str, dict[date, Correction]] = {
    "XKRX": {
        # Told by the exchange on 4 November 2021 (donga.com, 20211104/110076830) and 3 November 2022 (wowtv.co.kr,
        # 202211033725i). In 2017 the exam was put off a week, and the market opened late on both days.
        date(2021, 11, 18): EXAM,
        date(2022, 11, 17): EXAM,
        date(2023, 11, 16): EXAM,
        date(2024, 11, 14): EXAM,
        date(2025, 11, 13): EXAM,
        date(2026, 6, 3): Correction("local election"),
        date(2026, 7, 17): Correction("Constitution Day"),
        date(2026, 11, 19): EXAM,
        # 17 July 2027 is a Saturday; since 2026 the day has a substitute (Public Holidays Act of 10 February 2026, and
        # github.com/vacanza/holidays/pull/3728). To be compared with the exchange's own list when it comes out.
        date(2027, 7, 19): Correction("Constitution Day, substitute"),
    }
}
"""Reviewed corrections per exchange; each one overrides whatever the library says of that day."""


def trading_sessions(exchange: str, first: date, last: date) -> list[Session]:
    """The regular sessions from first to last, both included, ascending; none when last precedes first.

    `exchange` is a MIC such as XKRX or XNYS. Raises ValueError for an exchange the library does not know and
    for a range it does not cover.
    """
    if last < first:
        return []
    calendar = _library_calendar(exchange, first, last)
    days = calendar.schedule.loc[first.isoformat() : last.isoformat()]
    rows = zip(days.index, days["open"], days["close"], strict=True)
    found = {at.date(): Session(at.date(), _instant(opens), _instant(closes)) for at, opens, closes in rows}
    for day, correction in OVERLAY.get(calendar.name, {}).items():
        if correction.hours is None:
            found.pop(day, None)
        elif first <= day <= last:
            found[day] = _local_session(day, correction.hours, calendar.tz)
    return sorted(found.values())


def _library_calendar(exchange: str, first: date, last: date) -> Any:  # noqa: ANN401 - untyped library
    import exchange_calendars
    from exchange_calendars.errors import InvalidCalendarName, NoSessionsError

    try:
        start, end = first - MARGIN, last + MARGIN
        return exchange_calendars.get_calendar(exchange, start=start.isoformat(), end=end.isoformat())
    except InvalidCalendarName:
        raise ValueError(
            f"No exchange calendar is called {exchange!r}: give the exchange's MIC, such as XKRX or XNYS."
        ) from None
    except (ValueError, OverflowError, NoSessionsError) as error:
        raise ValueError(
            f"The calendar of {exchange} does not cover {first} to {last}: ask for days nearer to today."
        ) from error


def _instant(stamp: Any) -> datetime:  # noqa: ANN401 - a pandas Timestamp, and pandas is not imported here
    return stamp.to_pydatetime().astimezone(UTC)


def _local_session(day: date, hours: tuple[time, time], zone: tzinfo) -> Session:
    opens, closes = (datetime.combine(day, at, zone).astimezone(UTC) for at in hours)
    return Session(day, opens, closes)
