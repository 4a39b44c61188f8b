"""The market's clock: the state of the local day and the session that comes next."""

from datetime import date, datetime, timedelta

import pytest

from craveny_domain.calendar import trading_sessions
from craveny_domain.clocks import Market, Session
from craveny_domain.market_clock import market_clock
from tests.conftest import utc

KRX = Market("krx", "XKRX", "Asia/Seoul", "KRW", timedelta(minutes=30), date(2012, 9, 1))
FRIDAY = Session(date(2026, 10, 16), utc(2026, 10, 16, 0), utc(2026, 10, 16, 6, 30))
MONDAY = Session(date(2026, 10, 19), utc(2026, 10, 19, 0), utc(2026, 10, 19, 6, 30))


@pytest.mark.parametrize(
    ("now", "local", "state", "current", "following"),
    [
        (utc(2026, 10, 15, 15), FRIDAY.session_date, "before_open", FRIDAY, FRIDAY),
        (utc(2026, 10, 15, 23, 59), FRIDAY.session_date, "before_open", FRIDAY, FRIDAY),
        (FRIDAY.open_at, FRIDAY.session_date, "open", FRIDAY, MONDAY),
        (utc(2026, 10, 16, 6, 29), FRIDAY.session_date, "open", FRIDAY, MONDAY),
        (FRIDAY.close_at, FRIDAY.session_date, "after_close", FRIDAY, MONDAY),
        (utc(2026, 10, 16, 14, 59), FRIDAY.session_date, "after_close", FRIDAY, MONDAY),
        (utc(2026, 10, 16, 15), date(2026, 10, 17), "closed", None, MONDAY),
        (utc(2026, 10, 18, 15), MONDAY.session_date, "before_open", MONDAY, MONDAY),
        (utc(2026, 10, 19, 1), MONDAY.session_date, "open", MONDAY, None),
    ],
)
def test_the_state_is_that_of_the_local_day(
    now: datetime, local: date, state: str, current: Session | None, following: Session | None
) -> None:
    clock = market_clock(KRX, now, [FRIDAY, MONDAY])
    assert (clock.local_date, clock.state, clock.current, clock.following) == (local, state, current, following)


def test_an_exam_day_opens_an_hour_later() -> None:
    sessions = trading_sessions("XKRX", date(2026, 11, 19), date(2026, 11, 20))
    assert market_clock(KRX, utc(2026, 11, 19, 0, 30), sessions).state == "before_open"
    assert market_clock(KRX, utc(2026, 11, 19, 7, 15), sessions).state == "open"
