"""What counts as a usual day, a silence and a flood, by a source's own history; and how a source stands."""

import math
import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from craveny_domain.source_health import (
    LOOKBACK,
    Arrivals,
    Given,
    Standing,
    Volume,
    state,
    usual_band,
    volume,
)
from tests.conftest import utc

NOW = datetime(2026, 10, 19, 15, 20)  # noqa: DTZ001 - a Monday, by the market's wall clock
HOUR = timedelta(hours=1)
COUNTS = st.lists(st.integers(0, 5_000), min_size=3, max_size=8)


def seen(
    items: Iterable[datetime], now: datetime = NOW, *, read_ago: float | None = 0, unread: Iterable[date] = ()
) -> Volume:
    """The volume of a source whose items came at these instants; every day but those unread was read."""
    came = Counter((at.date(), math.floor((now - at) / HOUR)) for at in items if now - LOOKBACK < at <= now)
    days = {(now - timedelta(days=n)).date() for n in range(LOOKBACK.days + 1)} - set(unread)
    return volume(Given(now, [Arrivals(*place, n) for place, n in came.items()], days, read_ago))


def steady(every: timedelta, until: datetime, since: datetime = NOW - LOOKBACK) -> list[datetime]:
    """An item at each step of a span."""
    return [since + every * n for n in range(int((until - since) / every) + 1)]


def like_a_newsroom(seed: int, a_day: float, now: datetime = NOW) -> list[datetime]:
    """Items at random, many by day and few by night and at weekends, and days that differ among themselves."""
    chance, items = random.Random(seed), []
    for hour in range(int(LOOKBACK / HOUR)):
        at = now - HOUR * (hour + 1)
        weight = (2.0 if 7 <= at.hour < 19 else 0.2) * (0.3 if at.isoweekday() > 5 else 1.2)
        share = a_day / 24 * weight * random.Random(seed * 1_000 + at.toordinal()).uniform(0.7, 1.3)
        items += [at + HOUR * chance.random() for _ in range(poisson(chance, share))]
    return items


def poisson(chance: random.Random, mean: float) -> int:
    count, left = 0, chance.expovariate(1)
    while left < mean:
        count, left = count + 1, left + chance.expovariate(1)
    return count


@given(st.lists(st.integers(0, 1_000), max_size=2))
def test_fewer_than_three_days_are_no_history(counts: list[int]) -> None:
    assert usual_band(counts) is None


@given(COUNTS)
def test_a_band_holds_its_median_and_is_no_narrower_than_chance_alone(counts: list[int]) -> None:
    band = usual_band(counts)
    assert band is not None and band.median == median(counts)
    centre = math.sqrt(sorted(counts)[len(counts) // 2])
    assert 0 <= band.low <= sorted(counts)[len(counts) // 2] <= band.high
    assert band.high >= (centre + 0.5) ** 2 - 1 or len(counts) % 2 == 0


@given(st.integers(0, 5_000), st.integers(3, 7))
def test_more_equal_days_make_the_band_narrower_never_wider(count: int, days: int) -> None:
    few, more = usual_band([count] * days), usual_band([count] * (days + 1))
    assert few is not None and more is not None
    assert few.low <= more.low <= count <= more.high < few.high


@given(st.integers(1, 150))
def test_three_equal_days_can_fake_no_silence(count: int) -> None:
    band = usual_band([count] * 3)
    assert band is not None and band.low == 0


@given(st.integers(0, 500), st.integers(0, 100_000), st.integers(5, 8))
def test_one_odd_day_moves_nothing(count: int, odd: int, days: int) -> None:
    clean, odder = usual_band([count] * days), usual_band([count] * (days - 1) + [odd])
    assert clean is not None and odder is not None
    assert (odder.low, odder.median, odder.high) == (clean.low, clean.median, clean.high)


@pytest.mark.parametrize("days", range(3, 9))
@pytest.mark.parametrize("mean", [0.5, 3, 20, 80])
def test_what_chance_alone_brings_is_hardly_ever_out_of_the_band(days: int, mean: float) -> None:
    chance, out = random.Random(days), 0
    for _ in range(1_000):
        band = usual_band([poisson(chance, mean) for _ in range(days)])
        assert band is not None
        out += not band.low <= poisson(chance, mean) <= band.high
    assert out <= 3, f"{out} of 1,000"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("a_day", [2, 25, 200])
def test_a_source_that_does_what_it_always_does_is_usual_at_every_hour_of_the_week(seed: int, a_day: float) -> None:
    items = like_a_newsroom(seed, a_day)
    verdicts = [
        seen([i for i in items if i <= now], now).verdict for now in (NOW - HOUR * n for n in range(0, 24 * 7, 3))
    ]
    assert set(verdicts) <= {"usual", "unknown"}
    assert verdicts.count("usual") > 50


@pytest.mark.parametrize("a_day", [24, 96, 480])
def test_a_source_that_stops_is_silent_once_some_fourteen_items_are_missing_and_stays_so_over_midnight(
    a_day: int,
) -> None:
    stopped = NOW - timedelta(days=2)
    items = steady(timedelta(days=1) / a_day, stopped)
    silent = [
        hours
        for hours in range(1, 36)
        if seen(items, stopped + HOUR * hours + timedelta(minutes=1)).verdict == "silent"
    ]
    assert silent == list(range(silent[0], 36))
    assert 14 <= a_day / 24 * silent[0] <= 14 + 2 * max(1, a_day / 24)
    told = seen(items, stopped + HOUR * 30)
    assert told.reason == f"Nothing came for 30 hours, {a_day * 30 / 24:g} items are usual in them."


def test_a_silence_of_weeks_is_never_taken_for_what_is_usual() -> None:
    verdicts = []
    for days in range(2, 60):
        verdicts.append(seen(steady(HOUR / 4, NOW - timedelta(days=days))).verdict)
    assert verdicts[:25] == ["silent"] * 25
    assert "usual" not in verdicts and "flood" not in verdicts


def test_nights_and_weekends_that_always_are_quiet_are_no_silence() -> None:
    by_day = [at for at in steady(HOUR / 6, NOW) if 9 <= at.hour < 17 and at.isoweekday() <= 5]
    for hours in range(64):
        now = datetime(2026, 10, 16, 17, 0) + HOUR * hours  # noqa: DTZ001
        assert seen([at for at in by_day if at <= now], now).verdict in ("usual", "unknown"), now
    monday = datetime(2026, 10, 19, 12, 40)  # noqa: DTZ001
    assert seen([at for at in by_day if at < monday - timedelta(days=2)], monday).verdict == "silent"


def test_silence_is_known_only_up_to_when_the_source_was_last_read() -> None:
    items = steady(HOUR / 4, NOW - HOUR * 10)
    assert seen(items).verdict == "silent"
    assert seen(items, read_ago=9.5).verdict == "usual"
    assert seen(items, read_ago=16).verdict == "unknown", "not read today"
    assert seen(items, read_ago=None).verdict == "unknown"


def test_a_flood_is_far_more_than_is_usual_by_this_time_of_day() -> None:
    usual = steady(timedelta(minutes=30), NOW)
    assert seen(usual).items_today == 31
    burst = [NOW - timedelta(minutes=10)] * 90
    assert seen(usual + burst).verdict == "flood"
    assert seen(usual + burst).reason == "121 items came today, at most 88 are usual by this time."
    assert seen(usual + burst[:30]).verdict == "usual"
    # What is usual for a whole day is a flood at one in the morning.
    early = datetime(2026, 10, 19, 1, 0)  # noqa: DTZ001
    assert seen([*steady(timedelta(minutes=30), early), *[early] * 48], early).verdict == "flood"


def test_a_new_sources_backlog_is_no_history() -> None:
    came = NOW - timedelta(days=29)
    items = [came] * 400 + steady(HOUR, NOW, came)
    monday = seen(items).weekdays[0]
    assert (monday.days, monday.median) == (4, 24)
    young = seen([NOW - timedelta(days=2)] * 400 + steady(HOUR, NOW, NOW - timedelta(days=2)))
    assert (young.verdict, young.expected_items) == ("unknown", None)


def test_days_that_were_not_read_say_nothing() -> None:
    mondays = [(NOW - timedelta(days=7 * n)).date() for n in range(1, 9)]
    items = [at for at in steady(HOUR, NOW) if at.date() not in mondays[:5]]
    told = seen(items, unread=mondays[:5])
    assert (told.weekdays[0].days, told.expected_items) == (3, 24)
    assert seen(items).expected_items == 0


@settings(max_examples=60)
@given(
    st.lists(st.datetimes(NOW - LOOKBACK - timedelta(days=3), NOW), max_size=300),
    st.none() | st.floats(0, 2_000),
    st.sets(st.dates((NOW - LOOKBACK).date(), NOW.date()), max_size=40),
)
def test_whatever_came_the_figures_agree_with_counting_by_hand(
    items: list[datetime], read_ago: float | None, unread: set[date]
) -> None:
    told = seen(items, read_ago=read_ago, unread=unread)
    by_day = Counter(at.date() for at in items if at > NOW - LOOKBACK)
    assert told.items_today == by_day[NOW.date()]
    first = min(by_day, default=date.max)
    for weekday in told.weekdays:
        days = [(NOW - timedelta(days=n)).date() for n in range(1, LOOKBACK.days + 1)]
        counts = [by_day[d] for d in days if d.isoweekday() == weekday.weekday and first < d and d not in unread][:8]
        assert weekday.days == len(counts)
        assert weekday.median == (median(counts) if len(counts) >= 3 else None)
    assert told.expected_items == told.weekdays[0].median
    if read_ago is None:
        assert told.verdict in ("unknown", "flood")
    assert (told.reason is None) == (told.verdict in ("usual", "unknown"))


AT = utc(2026, 10, 19, 20, 0)
TODAY = date(2026, 10, 19)


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (Standing(None, 10, None, attempted_at=AT, outcome="answered"), ("on", None)),
        (Standing(None, None, None), ("on", None)),
        (Standing(TODAY, None, None), ("on", None)),
        (Standing(date(2015, 12, 31), None, None), ("ended", "It has nothing after 2015-12-31.")),
        (Standing(None, 10, "KEY is not set."), ("off", "KEY is not set.")),
        (Standing(None, 10, "KEY is not set.", failures=3, attempted_at=AT), ("off", "KEY is not set.")),
        (Standing(None, 10, None), ("waiting", "It was not asked yet.")),
        (Standing(None, 10, None, attempted_at=AT, outcome="waiting", detail="w."), ("waiting", "w.")),
        (
            Standing(None, 10, None, failures=3, attempted_at=AT, outcome="failed", detail="It answers 503."),
            ("failing", "The last 3 attempts failed: It answers 503."),
        ),
        (Standing(None, 10, None, failures=1, attempted_at=AT), ("failing", "The last attempt failed: see the run.")),
    ],
)
def test_a_source_stands_as_its_rows_say(standing: Standing, told: tuple[str, str | None]) -> None:
    assert state(standing, TODAY) == told
