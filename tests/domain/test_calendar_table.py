"""F23: sessions, cut-offs and settlement times of 2014..2026 against a table made by hand; mismatches are 0."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from craveny_domain.calendar import trading_sessions
from craveny_domain.clocks import Market, Session, cutoff
from craveny_domain.launches import SETTLE_GRACE
from craveny_domain.market_clock import market_clock

LEAD = timedelta(minutes=30)
KRX = Market("krx", "XKRX", "Asia/Seoul", "KRW", LEAD, date(2014, 1, 1))
US = Market("us", "XNYS", "America/New_York", "USD", LEAD, date(2014, 1, 1))
UTC = ZoneInfo("UTC")

# Local day, opening and closing in UTC; "-" for a day without a session. Written by hand, from no calendar
# library: exam days (one hour late), the first sessions of a year (open at ten), the longer day from August 2016,
# days off that were announced shortly before, early closes, days of mourning, and the week around each clock change.
TABLE = """
krx 2014-01-02 01:00 06:00 | krx 2015-08-14 -           | krx 2016-05-06 -           | krx 2017-10-02 -
krx 2014-11-13 01:00 07:00 | krx 2015-11-12 01:00 07:00 | krx 2016-07-29 00:00 06:00 | krx 2017-11-15 00:00 06:30
krx 2014-11-14 00:00 06:00 | krx 2015-11-13 00:00 06:00 | krx 2016-08-01 00:00 06:30 | krx 2017-11-16 01:00 07:30
krx 2014-12-31 -           | krx 2016-01-04 01:00 06:00 | krx 2016-11-17 01:00 07:30 | krx 2017-11-23 01:00 07:30
krx 2018-11-15 01:00 07:30 | krx 2019-11-14 01:00 07:30 | krx 2020-08-17 -           | krx 2020-12-03 01:00 07:30
krx 2018-12-31 -           | krx 2020-01-02 01:00 06:30 | krx 2020-11-19 00:00 06:30 | krx 2021-01-04 01:00 06:30
krx 2021-08-16 -           | krx 2021-11-18 01:00 07:30 | krx 2022-03-09 -           | krx 2022-11-17 01:00 07:30
krx 2021-11-17 00:00 06:30 | krx 2021-11-19 00:00 06:30 | krx 2022-06-01 -           | krx 2022-11-18 00:00 06:30
krx 2023-10-02 -           | krx 2023-11-16 01:00 07:30 | krx 2024-10-01 -           | krx 2024-11-14 01:00 07:30
krx 2023-12-28 00:00 06:30 | krx 2023-12-29 -           | krx 2024-09-30 00:00 06:30 | krx 2024-12-31 -
krx 2025-01-27 -           | krx 2025-06-03 -           | krx 2025-11-13 01:00 07:30 | krx 2025-01-02 01:00 06:30
krx 2026-06-03 -           | krx 2026-07-17 -           | krx 2026-11-19 01:00 07:30 | krx 2026-11-20 00:00 06:30
us 2014-03-07 14:30 21:00  | us 2014-03-10 13:30 20:00  | us 2014-10-31 13:30 20:00  | us 2014-11-03 14:30 21:00
us 2016-03-11 14:30 21:00  | us 2016-03-14 13:30 20:00  | us 2016-11-04 13:30 20:00  | us 2016-11-07 14:30 21:00
us 2020-03-06 14:30 21:00  | us 2020-03-09 13:30 20:00  | us 2020-10-30 13:30 20:00  | us 2020-11-02 14:30 21:00
us 2026-03-06 14:30 21:00  | us 2026-03-09 13:30 20:00  | us 2026-10-30 13:30 20:00  | us 2026-11-02 14:30 21:00
us 2014-07-03 13:30 17:00  | us 2014-11-28 14:30 18:00  | us 2015-12-24 14:30 18:00  | us 2017-07-03 13:30 17:00
us 2018-12-05 -            | us 2018-12-24 14:30 18:00  | us 2019-07-03 13:30 17:00  | us 2020-11-27 14:30 18:00
us 2021-11-26 14:30 18:00  | us 2022-06-20 -            | us 2022-11-25 14:30 18:00  | us 2023-07-03 13:30 17:00
us 2024-07-03 13:30 17:00  | us 2024-11-29 14:30 18:00  | us 2024-12-24 14:30 18:00  | us 2025-01-09 -
us 2025-07-03 13:30 17:00  | us 2025-11-28 14:30 18:00  | us 2025-12-24 14:30 18:00  | us 2026-07-03 -
us 2026-07-02 13:30 20:00  | us 2026-11-26 -            | us 2026-11-27 14:30 18:00  | us 2026-12-24 14:30 18:00
"""


def rows() -> list[tuple[Market, date, datetime | None, datetime | None]]:
    """The table's rows: market, local day, opening and closing."""
    found = []
    for row in TABLE.replace("\n", "|").split("|"):
        if row.strip():
            code, day, *hours = row.split()
            opens, closes = hours if len(hours) == 2 else (None, None)
            found.append((KRX if code == "krx" else US, date.fromisoformat(day), at(day, opens), at(day, closes)))
    return found


def at(day: str, hour: str | None) -> datetime | None:
    return datetime.fromisoformat(f"{day}T{hour}:00+00:00") if hour else None


@pytest.fixture(scope="module")
def held() -> dict[tuple[str, date], Session]:
    first, last = date(2014, 1, 1), date(2026, 12, 31)
    return {(m.code, s.session_date): s for m in (KRX, US) for s in trading_sessions(m.exchange, first, last)}


def test_cutoffs_and_settlement_times_of_2014_to_2026_have_no_mismatch_with_the_hand_table(
    held: dict[tuple[str, date], Session],
) -> None:
    mismatches = []
    for market, day, opens, closes in rows():
        session = held.get((market.code, day))
        found = session and (cutoff(session, LEAD), session.close_at + SETTLE_GRACE)
        wanted = opens and closes and (opens - LEAD, closes + SETTLE_GRACE)
        if found != wanted:
            mismatches.append(f"{market.code} {day}: {found} instead of {wanted}")
    print(f"F23: {len(rows())} days compared, {len(mismatches)} mismatches")  # noqa: T201
    assert not mismatches
    assert {day.year for _, day, _, _ in rows()} == set(range(2014, 2027))


@pytest.mark.parametrize(
    ("instant", "seoul", "new_york"),
    [
        ("2026-11-18T15:00", (date(2026, 11, 19), "before_open"), (date(2026, 11, 18), "open")),
        ("2026-11-19T00:59:59", (date(2026, 11, 19), "before_open"), (date(2026, 11, 18), "after_close")),
        ("2026-11-19T01:00", (date(2026, 11, 19), "open"), (date(2026, 11, 18), "after_close")),
        ("2026-11-19T05:00", (date(2026, 11, 19), "open"), (date(2026, 11, 19), "before_open")),
        ("2026-11-27T18:00", (date(2026, 11, 28), "closed"), (date(2026, 11, 27), "after_close")),
        ("2016-12-31T23:59:59", (date(2017, 1, 1), "closed"), (date(2016, 12, 31), "closed")),  # a leap second's eve
    ],
)
def test_at_one_instant_each_market_has_its_own_day(
    instant: str, seoul: tuple[date, str], new_york: tuple[date, str]
) -> None:
    now = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    for market, expected in ((KRX, seoul), (US, new_york)):
        day = market.local_date(now)
        sessions = trading_sessions(market.exchange, day, day + timedelta(days=7))
        clock = market_clock(market, now, sessions)
        assert (clock.local_date, clock.state) == expected


def test_a_day_off_announced_at_short_notice_moves_the_next_news_window_back_to_the_last_session(
    held: dict[tuple[str, date], Session],
) -> None:
    before, after = held["krx", date(2025, 1, 24)], held["krx", date(2025, 1, 31)]
    between = [day for (code, day) in held if code == "krx" and before.session_date < day < after.session_date]
    assert between == []
    assert cutoff(after, LEAD) - cutoff(before, LEAD) == timedelta(days=7)


def test_the_substitute_of_constitution_day_is_no_session_and_its_friday_and_tuesday_are() -> None:
    days = [s.session_date.day for s in trading_sessions("XKRX", date(2027, 7, 15), date(2027, 7, 21))]
    assert days == [15, 16, 20, 21]
