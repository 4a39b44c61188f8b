"""The dates that feeds write are read in their own zone; what cannot be told is None, and nothing raises."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.feed_dates import OLDEST_YEAR, parse_date
from tests.conftest import utc

SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")
FETCHED = utc(2026, 11, 21, 6, 30)  # 15:30 in Seoul, a Saturday
AFTERNOON = utc(2026, 11, 21, 6, 5)
MIDNIGHT = utc(2026, 11, 20, 15)
ANY_INSTANT = st.datetimes(datetime(OLDEST_YEAR, 1, 2), datetime(2099, 12, 30))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Sat, 21 Nov 2026 15:05:00 +0900", AFTERNOON),
        ("Sat, 21 Nov 2026 15:05:00 KST", AFTERNOON),
        ("sat, 21 nov 26 15:05 JST", AFTERNOON),
        ("21 November 2026 15:05:00", AFTERNOON),
        ("Mon, 21 Nov 2026 06:05:00 GMT", AFTERNOON),  # the weekday is wrong, and says nothing
        ("Sat, 21 Nov 2026 01:05:00 EST", AFTERNOON),
        ("Sat, 21 Nov 2026 02:05:00 EDT", AFTERNOON),
        ("Sat, 21 Nov 2026 06:05:00 -0000", AFTERNOON),
        ("Sat, 21 Nov 2026 15:05:00 +0900 (KST)", AFTERNOON),
        ("Sat, 21 Nov 2026 15:05:00 GMT+09:00", AFTERNOON),
        ("토, 21 11월 2026 15:05:00 +0900", AFTERNOON),
        ("Sat Nov 21 15:05:00 KST 2026", AFTERNOON),
        ("Sat Nov 21 15:05:00 2026", AFTERNOON),
        ("November 21, 2026, 1:05 AM EST", AFTERNOON),
        ("2026-11-21T15:05:00+09:00", AFTERNOON),
        ("2026-11-21T06:05:00Z", AFTERNOON),
        ("2026-11-21T06:05:00.999Z", AFTERNOON),
        ("2026-11-21t15:05:00", AFTERNOON),
        ("2026-11-21 15:05", AFTERNOON),
        ("2026-11-21 15:05:00.0", AFTERNOON),
        ("2026/11/21 15:05:00", AFTERNOON),
        ("2026.11.21 15:05", AFTERNOON),
        ("2026.11.21. 오후 3:05", AFTERNOON),
        ("2026. 11. 21. 오후 3:05:00", AFTERNOON),
        ("2026.11.21 (토) 오후 3시 5분", AFTERNOON),
        ("2026년 11월 21일 15시 5분", AFTERNOON),
        ("2026년 11월 21일 15시 5분 0초", AFTERNOON),
        ("2026년11월21일 오후 3:05", AFTERNOON),
        ("20261121150500", AFTERNOON),
        ("20261121T060500Z", AFTERNOON),
        ("２０２６－１１－２１　１５：０５", AFTERNOON),
        ("  2026-11-21 15:05\n", AFTERNOON),
        ("2026-11-21", MIDNIGHT),
        ("2026.11.21.", MIDNIGHT),
        ("2026년 11월 21일", MIDNIGHT),
        ("20261121", MIDNIGHT),
        ("Sat, 21 Nov 2026", MIDNIGHT),
        ("2026.11.21. 오전 12:05", MIDNIGHT + timedelta(minutes=5)),
        ("2026.11.21. 오후 12:05", MIDNIGHT + timedelta(hours=12, minutes=5)),
        ("2026-11-20 24:00", MIDNIGHT),
        ("2026-11-20T23:59:60", MIDNIGHT - timedelta(seconds=1)),
    ],
)
def test_every_form_is_read_in_the_zone_of_its_feed(written: str, meant: datetime) -> None:
    assert parse_date(written, SEOUL, FETCHED) == meant


@pytest.mark.parametrize(
    ("written", "before"),
    [
        ("방금", timedelta(0)),
        ("방금 전", timedelta(0)),
        ("just now", timedelta(0)),
        ("30초 전", timedelta(seconds=30)),
        ("3분 전", timedelta(minutes=3)),
        ("3분전", timedelta(minutes=3)),
        ("2시간 전", timedelta(hours=2)),
        ("약 2시간 전", timedelta(hours=2)),
        ("3일 전", timedelta(days=3)),
        ("1주 전", timedelta(days=7)),
        ("3 hours ago", timedelta(hours=3)),
        ("an hour ago", timedelta(hours=1)),
        ("5 mins ago", timedelta(minutes=5)),
        ("2 Days Ago", timedelta(days=2)),
        ("어제", timedelta(days=1, hours=15, minutes=30)),  # its first instant: all that a day says
        ("yesterday", timedelta(days=1, hours=15, minutes=30)),
        ("그저께", timedelta(days=2, hours=15, minutes=30)),
        ("오늘", timedelta(hours=15, minutes=30)),
        ("오늘 15:05", timedelta(minutes=25)),
        ("어제 오후 3:05", timedelta(days=1, minutes=25)),
    ],
)
def test_a_time_told_from_the_reading_counts_from_the_fetch(written: str, before: timedelta) -> None:
    assert parse_date(written, SEOUL, FETCHED) == FETCHED - before


@pytest.mark.parametrize(
    "written",
    [
        None, "", " ", "soon", "Τρι, 29 Ιούν 2004 12:53:00 GMT", "Ôñé, 29 Éïýí 2004 12:53:00 GMT", "٢٠٢٦-١١-٢١",
        "0001-01-01T00:00:00Z", "1970-01-01", "Thu, 01 Jan 1970 00:00:00 GMT", "1899-12-30", "0000-00-00 00:00:00",
        "2026-02-30", "2026-13-01", "2026-11-21 24:01", "2026-11-21 25:00", "2026-11-21 15:60", "2026-11-21 오후 0:05",
        "2026-11-21 15:05 XYZ", "2026-11-21T15:05:00+9999", "99999-01-01", "9999-12-31T23:59:59-12:00", "11/21/2026",
        "1732169100", "2026-11-21" + " " * 95 + "15:05", "\ud800", "\0", "99999년 전", "3분 후",
        "2026-11-21 15:05 15:05",
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_none(written: str | None) -> None:
    assert parse_date(written, SEOUL, FETCHED) is None


def test_absurd_years_to_come_are_read_so_that_they_can_be_refused() -> None:
    assert parse_date("2999-01-01T00:00:00Z", SEOUL, FETCHED) == utc(2999, 1, 1)
    assert parse_date("9999-12-31T23:59:59Z", SEOUL, FETCHED) == utc(9999, 12, 31, 23, 59, 59)


def test_a_time_that_a_clock_change_leaves_out_is_read_by_the_offset_before_it() -> None:
    assert parse_date("2026-03-08 02:30", NEW_YORK, FETCHED) == utc(2026, 3, 8, 7, 30)


def test_a_time_that_a_clock_change_repeats_is_the_first_of_the_two() -> None:
    assert parse_date("2026-11-01 01:30", NEW_YORK, FETCHED) == utc(2026, 11, 1, 5, 30)


def test_yesterday_is_a_day_of_the_feeds_zone() -> None:
    just_after_midnight = utc(2026, 11, 20, 15, 1)
    assert parse_date("어제", SEOUL, just_after_midnight) == utc(2026, 11, 19, 15)
    assert parse_date("yesterday", NEW_YORK, just_after_midnight) == utc(2026, 11, 19, 5)


@given(ANY_INSTANT, st.integers(-14 * 60, 14 * 60))
def test_rfc_822_with_a_numeric_zone_reads_as_the_standard_library_reads_it(at: datetime, minutes: int) -> None:
    written = format_datetime(at.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes))))
    assert parse_date(written, SEOUL, FETCHED) == parsedate_to_datetime(written).astimezone(UTC)


@given(ANY_INSTANT, st.sampled_from(["T", " ", "t"]))
def test_iso_8601_without_a_zone_reads_as_the_wall_clock_of_the_feed(at: datetime, between: str) -> None:
    at = at.replace(microsecond=0)
    for zone in (SEOUL, NEW_YORK):
        assert parse_date(at.isoformat(between), zone, FETCHED) == at.replace(tzinfo=zone).astimezone(UTC)
    aware = at.replace(tzinfo=UTC)
    assert parse_date(aware.isoformat(between), SEOUL, FETCHED) == aware


@given(ANY_INSTANT)
def test_korean_forms_read_as_the_wall_clock_of_the_feed(at: datetime) -> None:
    meant = at.replace(second=0, microsecond=0, tzinfo=SEOUL).astimezone(UTC)
    half, hour = "오후" if at.hour >= 12 else "오전", at.hour % 12 or 12
    assert parse_date(f"{at:%Y.%m.%d.} {half} {hour}:{at:%M}", SEOUL, FETCHED) == meant
    assert parse_date(f"{at.year}년 {at.month}월 {at.day}일 {at.hour}시 {at.minute}분", SEOUL, FETCHED) == meant


@given(
    st.one_of(
        st.text(max_size=120), st.text(alphabet="0123456789 -:/.,+TZ년월일시분초전오후어제agodysmonGMT", max_size=40)
    )
)
def test_no_text_ever_raises_and_every_answer_is_an_instant_in_utc(written: str) -> None:
    instant = parse_date(written, SEOUL, FETCHED)
    assert instant is None or (instant.tzinfo is UTC and instant.year >= OLDEST_YEAR)
