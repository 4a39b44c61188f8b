"""When a report is written again: a day of news, forecasts and people, looked at again and again."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.report_refresh import (
    NEWS_AGE,
    NEWS_STORIES,
    RETRY_AFTER,
    LastReport,
    Moment,
    Reason,
    Standing,
    due_reason,
    may_retry,
)
from tests.conftest import utc

DAY = date(2026, 10, 19)
OPEN = utc(2026, 10, 19, 13)
FORECAST = OPEN - timedelta(minutes=30)
MINUTE = timedelta(minutes=1)


def last(cutoff_at: datetime, *, is_open: bool = False, day: date = DAY) -> LastReport:
    return LastReport(day, cutoff_at, cutoff_at, is_open)


def looking(
    stories: list[datetime], *, asked: list[datetime] | None = None, is_watched: bool = True, minutes: int = 600
) -> list[tuple[datetime, Reason]]:
    """The reports of a stock that is looked at every minute from the forecast on, each answered at once."""
    newest, written = None, []
    for n in range(minutes):
        now = FORECAST + n * MINUTE
        new = sum(at <= now and (newest is None or at > newest.cutoff_at) for at in stories)
        waiting = [at for at in asked or [] if at <= now and (newest is None or at > newest.cutoff_at)]
        standing = Standing(newest, new, min(waiting, default=None), is_watched)
        reason = due_reason(standing, Moment(now, DAY, FORECAST))
        if reason:
            newest = last(now)
            written.append((now, reason))
    return written


def test_a_watched_stock_has_one_report_a_day_after_its_forecast() -> None:
    assert looking([]) == [(FORECAST, "daily")]
    assert due_reason(Standing(None, 9, None, is_watched=True), Moment(FORECAST, DAY, None)) is None


def test_a_report_of_the_morning_does_not_stand_for_the_one_after_the_forecast() -> None:
    before = Standing(last(FORECAST - MINUTE), 0, None, is_watched=True)
    assert due_reason(before, Moment(FORECAST, DAY, FORECAST)) == "daily"
    at_it = Standing(last(FORECAST), 0, None, is_watched=True)
    assert due_reason(at_it, Moment(OPEN, DAY, FORECAST)) is None


@pytest.mark.parametrize("pause", [MINUTE, timedelta(0)])
def test_ten_new_articles_make_one_report(pause: timedelta) -> None:
    stories = [OPEN + n * pause for n in range(10)]
    assert looking(stories) == [(FORECAST, "daily"), (FORECAST + NEWS_AGE, "news")]


def test_fewer_stories_than_a_bundle_make_none() -> None:
    stories = [OPEN, OPEN + MINUTE]
    assert looking(stories) == [(FORECAST, "daily")]


@given(st.lists(st.integers(0, 599), max_size=60))
def test_however_the_news_falls_its_reports_keep_their_distance_and_each_has_a_bundle(minutes: list[int]) -> None:
    stories = [FORECAST + n * MINUTE for n in minutes]
    written = looking(stories)
    for (before, _), (at, reason) in pairwise(written):
        assert reason == "news" and at - before >= NEWS_AGE
        assert sum(before < story <= at for story in stories) >= NEWS_STORIES


def test_who_asks_gets_one_report_and_asking_again_while_waiting_is_nothing_new() -> None:
    asked = [OPEN, OPEN, OPEN + 60 * MINUTE]
    expected = [(OPEN, "asked"), (OPEN + 60 * MINUTE, "asked")]
    assert looking([], asked=asked, is_watched=False) == expected
    assert looking([], asked=asked) == [(FORECAST, "daily"), *expected]


def test_a_stock_that_nobody_watches_or_asks_for_has_no_report() -> None:
    assert looking([OPEN] * 50, is_watched=False) == []


def test_an_open_report_of_the_day_is_asked_for_again_as_it_was_and_not_at_once() -> None:
    waiting = last(FORECAST, is_open=True)
    standing = Standing(waiting, 50, OPEN, is_watched=True)
    late = Moment(FORECAST + RETRY_AFTER + NEWS_AGE, DAY, FORECAST)
    assert due_reason(standing, late) is None and may_retry(waiting, late)
    assert not may_retry(waiting, Moment(FORECAST + RETRY_AFTER - MINUTE, DAY, FORECAST))
    assert not may_retry(last(FORECAST), late)


def test_an_open_report_of_a_day_before_stands_in_nobodys_way() -> None:
    past = last(FORECAST - timedelta(days=1), is_open=True, day=DAY - timedelta(days=1))
    moment = Moment(FORECAST, DAY, FORECAST)
    assert due_reason(Standing(past, 0, None, is_watched=True), moment) == "daily"
    assert not may_retry(past, moment)
