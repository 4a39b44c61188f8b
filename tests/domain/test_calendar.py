"""Session times per exchange against known facts, and the rules of clocks that use them."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.calendar import OVERLAY, trading_sessions
from craveny_domain.clocks import (
    Market,
    Session,
    Window,
    cutoff,
    days_between,
    news_window,
    session_index,
    window_days,
)

SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")
KRX = Market("krx", "XKRX", "Asia/Seoul", "KRW", timedelta(minutes=30), date(2014, 1, 1))
US = Market("us", "XNYS", "America/New_York", "USD", timedelta(minutes=30), date(2014, 1, 1))
INSTANTS = st.integers(0, 13 * 365 * 86_400).map(lambda s: datetime(2014, 1, 1, tzinfo=UTC) + timedelta(seconds=s))


@pytest.fixture(scope="module")
def korea():
    return trading_sessions("XKRX", date(2014, 1, 1), date(2026, 12, 31))


@pytest.fixture(scope="module")
def america():
    return trading_sessions("XNYS", date(2014, 1, 1), date(2026, 12, 31))


def hours(sessions, zone):
    return {
        s.session_date: (f"{s.open_at.astimezone(zone):%H:%M}", f"{s.close_at.astimezone(zone):%H:%M}")
        for s in sessions
    }


def per_year(sessions):
    return list(Counter(s.session_date.year for s in sessions).values())


def test_krx_has_the_known_number_of_sessions_each_year(korea):
    assert per_year(korea) == [245, 248, 246, 243, 244, 246, 248, 248, 246, 245, 244, 242, 244]


def test_xnys_has_the_known_number_of_sessions_each_year(america):
    assert per_year(america) == [252, 252, 252, 251, 251, 252, 253, 252, 251, 250, 252, 250, 251]


@pytest.mark.parametrize(
    "day",
    [
        date(2025, 1, 27),  # bridge day before the lunar new year
        date(2025, 6, 3),  # presidential election
        date(2026, 6, 3),  # local election
        date(2026, 7, 17),  # Constitution Day
        date(2025, 12, 31),  # year-end closing
    ],
)
def test_a_krx_holiday_has_no_session(korea, day):
    assert session_index(korea, day) is None


def test_the_days_around_an_overlaid_holiday_are_ordinary_sessions(korea):
    at = hours(korea, SEOUL)
    for day in (date(2026, 6, 2), date(2026, 6, 4), date(2026, 7, 16), date(2026, 7, 20)):
        assert at[day] == ("09:00", "15:30")


@pytest.mark.parametrize("day", [date(2023, 11, 16), date(2024, 11, 14), date(2025, 11, 13), date(2026, 11, 19)])
def test_an_exam_day_opens_and_closes_one_hour_late(korea, day):
    at = hours(korea, SEOUL)
    assert at[day] == ("10:00", "16:30")
    assert at[day - timedelta(days=1)] == at[day + timedelta(days=1)] == ("09:00", "15:30")


def test_krx_closed_at_three_until_august_2016(korea):
    at = hours(korea, SEOUL)
    assert at[date(2016, 7, 29)] == ("09:00", "15:00")
    assert at[date(2016, 8, 1)] == ("09:00", "15:30")


def test_the_first_krx_session_of_each_year_opens_at_ten(korea):
    at = hours(korea, SEOUL)
    firsts = {year: min(day for day in at if day.year == year) for year in range(2014, 2027)}
    assert {at[day][0] for day in firsts.values()} == {"10:00"}
    assert at[firsts[2026]] == ("10:00", "15:30")


@pytest.mark.parametrize(
    "day",
    [
        date(2024, 7, 3),
        date(2024, 11, 29),
        date(2024, 12, 24),
        date(2025, 7, 3),
        date(2025, 11, 28),
        date(2025, 12, 24),
        date(2026, 11, 27),
        date(2026, 12, 24),
    ],
)
def test_an_early_close_in_new_york_is_at_one(america, day):
    assert hours(america, NEW_YORK)[day] == ("09:30", "13:00")


def test_every_other_session_in_new_york_is_full_length(america):
    assert Counter(hours(america, NEW_YORK).values()) == {("09:30", "16:00"): 3241, ("09:30", "13:00"): 28}


@pytest.mark.parametrize("day", [date(2018, 12, 5), date(2025, 1, 9), date(2026, 7, 3), date(2024, 7, 4)])
def test_new_york_is_closed_on_a_holiday_or_a_day_of_mourning(america, day):
    assert session_index(america, day) is None


@pytest.mark.parametrize(
    ("before", "after", "opens_before", "opens_after"),
    [
        (date(2026, 3, 6), date(2026, 3, 9), time(14, 30), time(13, 30)),
        (date(2026, 10, 30), date(2026, 11, 2), time(13, 30), time(14, 30)),
    ],
)
def test_the_open_in_utc_moves_with_daylight_saving(america, before, after, opens_before, opens_after):
    opens = {s.session_date: s.open_at for s in america}
    assert (opens[before].time(), opens[after].time()) == (opens_before, opens_after)


@pytest.mark.parametrize("name", ["korea", "america"])
def test_sessions_ascend_and_never_overlap(name, request):
    sessions = request.getfixturevalue(name)
    assert all(s.open_at < s.close_at for s in sessions)
    assert all(a.close_at < b.open_at and a.session_date < b.session_date for a, b in pairwise(sessions))


@pytest.mark.parametrize(("name", "zone"), [("korea", SEOUL), ("america", NEW_YORK)])
def test_sessions_are_utc_instants_of_their_local_day(name, zone, request):
    sessions = request.getfixturevalue(name)
    assert {moment.tzinfo for s in sessions for moment in (s.open_at, s.close_at)} == {UTC}
    assert all(
        s.open_at.astimezone(zone).date() == s.close_at.astimezone(zone).date() == s.session_date for s in sessions
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 19), date(2026, 11, 19)),
        (date(2026, 1, 2), date(2026, 1, 2)),
        (date(2016, 7, 29), date(2016, 8, 1)),
        (date(2025, 12, 20), date(2026, 1, 10)),
        (date(2026, 5, 30), date(2026, 7, 20)),
    ],
)
def test_a_short_range_gives_the_same_sessions_as_a_long_one(korea, first, last):
    expected = [s for s in korea if first <= s.session_date <= last]
    assert expected and trading_sessions("XKRX", first, last) == expected


def test_a_range_without_a_session_is_empty():
    assert trading_sessions("XKRX", date(2026, 7, 17), date(2026, 7, 19)) == []
    assert trading_sessions("XNYS", date(2026, 7, 2), date(2026, 7, 1)) == []


def test_the_overlay_touches_no_other_exchange(america):
    assert {date(2026, 6, 3), date(2026, 7, 17)} <= {s.session_date for s in america}


def test_every_correction_says_why():
    assert {c.reason for c in OVERLAY["XKRX"].values()} == {
        "college entrance exam",
        "local election",
        "Constitution Day",
        "Constitution Day, substitute",
    }


def test_an_unknown_exchange_is_named_in_the_error():
    with pytest.raises(ValueError, match=r"'XNOWHERE'.*such as XKRX or XNYS"):
        trading_sessions("XNOWHERE", date(2026, 1, 1), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("exchange", "first", "last"),
    [
        ("XKRX", date(2026, 1, 1), date(2060, 1, 1)),
        ("XKRX", date(1950, 1, 1), date(1951, 1, 1)),
        ("XNYS", date(2026, 1, 1), date.max),
        ("XNYS", date.min, date(2026, 1, 1)),
    ],
)
def test_a_range_beyond_the_calendar_is_refused_by_name(exchange, first, last):
    with pytest.raises(ValueError, match=f"The calendar of {exchange} does not cover {first} to {last}: ask"):
        trading_sessions(exchange, first, last)


def test_the_cutoff_precedes_the_open_by_the_lead(korea):
    exam = korea[session_index(korea, date(2026, 11, 19))]
    assert cutoff(exam, KRX.lead).astimezone(SEOUL).time() == time(9, 30)
    assert cutoff(exam, timedelta(0)) == exam.open_at


@given(lead=st.timedeltas(timedelta(0), timedelta(hours=20)), seconds=st.integers(-40 * 86_400, 40 * 86_400))
def test_consecutive_news_windows_hold_every_instant_exactly_once(america, lead, seconds):
    middle = session_index(america, date(2026, 3, 9))
    sessions = america[middle - 60 : middle + 60]
    windows = [news_window(a, b, lead) for a, b in pairwise(sessions)]
    instant = sessions[60].open_at + timedelta(seconds=seconds)
    assert sum(w.holds(instant) for w in windows) == 1
    assert all(a.until == b.after for a, b in pairwise(windows))


def test_a_news_window_holds_its_end_and_not_its_start(korea):
    previous, session = korea[-2:]
    window = news_window(previous, session, KRX.lead)
    tick = timedelta(microseconds=1)
    assert window.holds(cutoff(session, KRX.lead)) and not window.holds(cutoff(session, KRX.lead) + tick)
    assert not window.holds(cutoff(previous, KRX.lead)) and window.holds(cutoff(previous, KRX.lead) + tick)


@pytest.mark.parametrize(
    ("market", "day", "length"),
    [
        (US, date(2026, 3, 8), 23),
        (US, date(2026, 11, 1), 25),
        (US, date(2026, 11, 2), 24),
        (KRX, date(2026, 3, 8), 24),
    ],
)
def test_a_day_is_as_long_as_its_clock_says(market, day, length):
    start, end = market.day_bounds(day)
    assert end - start == timedelta(hours=length)
    assert start.astimezone(market.zone) == datetime.combine(day, time.min, market.zone)


@given(instant=INSTANTS)
@pytest.mark.parametrize("market", [KRX, US])
def test_every_instant_lies_within_the_bounds_of_its_local_day(market, instant):
    start, end = market.day_bounds(market.local_date(instant))
    assert start <= instant < end


@given(days=st.lists(st.dates(date(2014, 1, 1), date(2027, 1, 1)), min_size=2, max_size=2).map(sorted))
def test_day_bounds_of_consecutive_days_meet(days):
    bounds = [US.day_bounds(day) for day in days_between(days[0], min(days[1], days[0] + timedelta(days=400)))]
    assert all(a[1] == b[0] for a, b in pairwise(bounds))


def test_window_days_are_the_local_days_from_cutoff_to_cutoff(korea):
    holiday_eve, after = korea[session_index(korea, date(2026, 7, 16))], korea[session_index(korea, date(2026, 7, 20))]
    window = news_window(holiday_eve, after, KRX.lead)
    assert window_days(KRX, window) == [date(2026, 7, d) for d in (16, 17, 18, 19, 20)]


def test_window_days_follow_the_local_clock_not_utc():
    # Both instants lie on 30 June in UTC; in Seoul the later one is already on 1 July.
    window = Window(datetime(2026, 6, 30, 1, tzinfo=UTC), datetime(2026, 6, 30, 16, tzinfo=UTC))
    assert window_days(KRX, window) == [date(2026, 6, 30), date(2026, 7, 1)]
    assert window_days(US, window) == [date(2026, 6, 29), date(2026, 6, 30)]


@given(
    start=INSTANTS,
    length=st.timedeltas(timedelta(seconds=2), timedelta(days=9)),
    share=st.floats(0.01, 1),
)
def test_a_fact_in_a_window_falls_on_one_of_its_days(start, length, share):
    window = Window(start, start + length)
    instant = start + length * share
    assert window.holds(instant)
    assert US.local_date(instant) in window_days(US, window)


def test_a_session_is_found_by_its_day(korea):
    assert korea[session_index(korea, date(2026, 11, 19))] == Session(
        date(2026, 11, 19), datetime(2026, 11, 19, 1, tzinfo=UTC), datetime(2026, 11, 19, 7, 30, tzinfo=UTC)
    )
    assert session_index(korea, date(2027, 1, 4)) is None


def test_days_between_is_empty_backwards():
    assert days_between(date(2026, 1, 2), date(2026, 1, 1)) == []
    assert days_between(date(2026, 2, 28), date(2026, 3, 1)) == [date(2026, 2, 28), date(2026, 3, 1)]
