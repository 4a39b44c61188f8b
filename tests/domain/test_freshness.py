"""What should be there by now: the day each asset owes at an instant, and which failures still stand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.clocks import Market, Session
from craveny_domain.freshness import FailedSpan, expected_day, still_failed
from craveny_domain.launches import ASSETS, CRAWL, FORECAST, SETTLE

US = Market("us", "XNYS", "America/New_York", "USD", timedelta(minutes=30), date(2012, 9, 1))
FRIDAY, MONDAY = date(2026, 10, 16), date(2026, 10, 19)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """An instant in New York (UTC-4 then), in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) + timedelta(hours=4)


SESSIONS = [Session(day, at(9, 30, day), at(16, 0, day)) for day in (FRIDAY, MONDAY)]


@pytest.mark.parametrize(
    ("asset", "now", "expected"),
    [
        ("raw_news", at(0, 19), date(2026, 10, 18)),
        ("raw_news", at(0, 20), MONDAY),
        ("news_embeddings", at(12, 0, date(2026, 10, 17)), date(2026, 10, 17)),
        ("prediction", at(9, 29), FRIDAY),
        ("prediction", at(9, 30), MONDAY),
        ("prediction", at(23, 0, date(2026, 10, 18)), FRIDAY),
        ("price", at(16, 44), FRIDAY),
        ("price", at(16, 45), MONDAY),
        ("daily_performance", at(16, 45), MONDAY),
        ("evaluation_history", at(12, 0, date(2026, 10, 17)), FRIDAY),
    ],
)
def test_the_day_an_asset_owes(asset: str, now: datetime, expected: date) -> None:
    assert expected_day(asset, US, SESSIONS, now) == expected


def test_before_any_session_a_markets_first_day_is_owed() -> None:
    assert expected_day("price", US, [], at(12)) == US.first_date


def test_an_unknown_asset_is_refused() -> None:
    with pytest.raises(ValueError, match="Choose among"):
        expected_day("prices", US, SESSIONS, at(12))


@given(st.sampled_from(ASSETS), st.integers(0, 5000), st.integers(0, 5000))
def test_what_is_owed_never_goes_back(asset: str, early: int, more: int) -> None:
    first = at(0, 0, FRIDAY) + timedelta(minutes=early)
    later = first + timedelta(minutes=more)
    assert expected_day(asset, US, SESSIONS, first) <= expected_day(asset, US, SESSIONS, later)
    assert expected_day(asset, US, SESSIONS, later) <= US.local_date(later)
    assert set(CRAWL) | set(SETTLE) | set(FORECAST) == set(ASSETS)


def span(run: str, begun: int, first: int = 1, last: int = 1) -> FailedSpan:
    return FailedSpan("us", "price", date(2026, 10, first), date(2026, 10, last), run, at(begun), at(begun, 30))


def key(day: int) -> tuple[str, str, date]:
    return "us", "price", date(2026, 10, day)


def test_a_day_written_since_the_run_began_no_longer_failed() -> None:
    committed = {key(1): at(9), key(2): at(11), key(3): at(10)}
    assert still_failed([span("a", 10, 1, 4)], committed) == {key(1): span("a", 10, 1, 4), key(4): span("a", 10, 1, 4)}


def test_the_newest_failure_of_a_day_stands_for_it() -> None:
    old, new = span("old", 8, 1, 2), span("new", 12)
    assert still_failed([new, old], {}) == {key(1): new, key(2): old}
