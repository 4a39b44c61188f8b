"""Dates as feeds write them: RFC 822, ISO 8601, Korean and English forms, and times told from the reading ("3분 전").

Reads one text with the zone of its feed; which of an item's dates counts is not decided here.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo

OLDEST_YEAR = 1990
"""Years before it are no news: they are the zero of somebody's clock."""

_LONGEST = 100
_HOUR = 3_600
_FURTHEST_OFFSET = 14 * 60
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "west": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3,
    "msk": 3, "hkt": 8, "sgt": 8, "kst": 9, "jst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "ast": -4, "adt": -3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_AFTERNOON = {"am": False, "오전": False, "pm": True, "오후": True}

_MONTH_NAME = r"(?P<month_name>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_WEEKDAY = r"(?:(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?|[월화수목금토일](?:요일)?),?\s*)?"
_ZONE = r"(?:\s*(?P<zone>[+-]\d{1,2}(?::?\d{2})?|(?:gmt|utc)\s*[+-]\d{1,2}(?::?\d{2})?|[a-z]{1,5})(?:\s*\([^)]*\))?)?"
_CLOCK = (
    r"(?:(?P<half>오전|오후)\s*)?(?P<hour>\d{1,2})(?::|시\s*)(?:(?P<minute>\d{1,2})(?:분)?"
    r"(?:[:\s]\s*(?P<second>\d{1,2})(?:[.,]\d{1,9})?초?)?)?(?:\s*(?P<half_after>am|pm|a\.m\.|p\.m\.))?"
)
_NUMBERED = r"(?P<year>\d{4})(?:\s*[-./]\s*|년\s*)(?P<month>\d{1,2})(?:\s*[-./]\s*|월\s*)(?P<day>\d{1,2})(?:일|\.)?"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        # Sat, 21 Nov 2026 15:05:00 +0900 and 토, 21 11월 2026 15:05:00 +0900
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})[\s-]+(?:{_MONTH_NAME}|(?P<month>\d{{1,2}})월)[\s-]+(?P<year>\d{{4}}|\d{{2}})"
        rf"(?:,?\s+{_CLOCK}{_ZONE})?",
        # Sat Nov 21 15:05:00 KST 2026
        rf"{_WEEKDAY}{_MONTH_NAME}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})",
        # November 21, 2026, 3:05 PM EST
        rf"{_WEEKDAY}{_MONTH_NAME}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})(?:,?\s+(?:at\s+)?{_CLOCK}{_ZONE})?",
        # 2026-11-21T15:05:00.5+09:00, 2026.11.21. 오후 3:05, 2026년 11월 21일 (토) 15시 5분
        rf"{_NUMBERED}(?:\s*\([월화수목금토일]\))?(?:(?:t|,?\s+|(?<=[.일])){_CLOCK}{_ZONE})?",
        # 20261121T150500Z and 20261121150500
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:t?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?"
        rf"(?:\.\d{{1,9}})?{_ZONE})?",
    )
)

_UNITS = (
    (r"초|s|secs?|seconds?", 1),
    (r"분|m|mins?|minutes?", 60),
    (r"시간|h|hrs?|hours?", _HOUR),
    (r"일|d|days?", 24 * _HOUR),
    (r"주|주일|w|wks?|weeks?", 7 * 24 * _HOUR),
    (r"개월|달|months?", 30 * 24 * _HOUR),
    (r"년|y|yrs?|years?", 365 * 24 * _HOUR),
)
_AGO = tuple(
    (re.compile(rf"(?:약\s*|about\s+)?(?P<count>\d{{1,5}}|an?)\s*(?:{unit})\s*(?:전|ago)"), seconds)
    for unit, seconds in _UNITS
)
_JUST_NOW = re.compile(r"방금(?:\s*전)?|지금|조금\s*전|just\s*now|now|moments?\s+ago|a\s+few\s+seconds\s+ago")
_NAMED_DAY = re.compile(r"(?P<name>오늘|어제|그제|그저께|today|yesterday)(?:,?\s*(?:at\s+)?" + _CLOCK + ")?", re.ASCII)
_DAYS_BACK = {"오늘": 0, "today": 0, "어제": 1, "yesterday": 1, "그제": 2, "그저께": 2}

_Fields = Mapping[str, str | None]


def parse_date(raw: str | None, zone: tzinfo, fetched_at: datetime) -> datetime | None:
    """The instant a feed means, in UTC; None when it cannot be told. Never raises.

    A date without a zone is in `zone`, without a time the start of its day there; one told from the reading
    ("어제", "3 hours ago") counts from `fetched_at`. 24:00 is the next midnight, second 60 is read as 59, a time that
    a clock change leaves out by the offset before the change, one that it repeats as the first. Years before 1990 and
    zones with unknown names are None.
    """
    try:
        written = (raw or "").strip()
        if not written or len(written) > _LONGEST:
            return None
        text = unicodedata.normalize("NFKC", written).strip().lower()
        local = fetched_at.astimezone(zone)
        readers: tuple[Callable[[], datetime | None], ...] = (
            lambda: _told_from_reading(text, fetched_at),
            lambda: _named_day(text, local, zone),
            lambda: _written(text, zone),
        )
        instant = next(filter(None, (read() for read in readers)), None)
        return instant.astimezone(UTC) if instant and instant.year >= OLDEST_YEAR else None
    except (ValueError, OverflowError):
        return None


def _told_from_reading(text: str, fetched_at: datetime) -> datetime | None:
    if _JUST_NOW.fullmatch(text):
        return fetched_at
    for pattern, seconds in _AGO:
        if found := pattern.fullmatch(text):
            count = int(found["count"]) if found["count"].isdecimal() else 1
            return fetched_at - timedelta(seconds=count * seconds)
    return None


def _named_day(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    found = _NAMED_DAY.fullmatch(text)
    if not found:
        return None
    day = now.date() - timedelta(days=_DAYS_BACK[found["name"]])
    return datetime(day.year, day.month, day.day, tzinfo=zone) + _since_midnight(found.groupdict())


def _written(text: str, zone: tzinfo) -> datetime | None:
    for form in _FORMS:
        if found := form.fullmatch(text):
            fields = found.groupdict()
            written_zone = _zone(fields.get("zone"), zone)
            # Added to the naive day: the clock on the wall is what is written.
            wall = datetime(_year(fields), _month(fields), int(fields["day"] or 0)) + _since_midnight(fields)  # noqa: DTZ001
            return wall.replace(tzinfo=written_zone)
    return None


def _year(fields: _Fields) -> int:
    written = fields["year"] or ""
    if len(written) == 2:
        return int(written) + (2000 if int(written) < 70 else 1900)
    return int(written)


def _month(fields: _Fields) -> int:
    name = fields.get("month_name")
    return _MONTH_NAMES.index(name[:3]) + 1 if name else int(fields["month"] or 0)


def _since_midnight(fields: _Fields) -> timedelta:
    """The time of day; raises ValueError when there is none such."""
    hour, minute, second = (int(fields.get(name) or 0) for name in ("hour", "minute", "second"))
    half = fields.get("half") or (fields.get("half_after") or "").replace(".", "")
    if half and not 1 <= hour <= 12 and hour < 13:
        raise ValueError("Half a day has no such hour.")
    if half and hour <= 12:
        hour = hour % 12 + (12 if _AFTERNOON[half] else 0)
    if minute > 59 or second > 60 or hour > 24 or (hour == 24 and (minute or second)):
        raise ValueError("There is no such time of day.")
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def _zone(written: str | None, feed_zone: tzinfo) -> tzinfo:
    """The zone as written, else the feed's; raises ValueError for one that is not known."""
    if not written:
        return feed_zone
    if written in _ZONES:
        return timezone(timedelta(hours=_ZONES[written]))
    offset = re.fullmatch(r"(?:gmt|utc)?\s*([+-])(\d{1,2}):?(\d{2})?", written)
    if not offset:
        raise ValueError("The zone is not known.")
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    if minutes > _FURTHEST_OFFSET or int(offset[3] or 0) > 59:
        raise ValueError("No zone lies so far from UTC.")
    return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
