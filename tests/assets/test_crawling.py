"""The crawl, with time under control: its schedule through clock changes, and what it stores around midnight."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator
from sqlalchemy import text

from craveny_assets.definitions import defs
from craveny_assets.sources import Answer, Asked
from craveny_assets.sources.registry import sample_source
from craveny_domain.facts import RawItem
from tests.assets.timekeeping import Turn, clock_in_hand
from tests.conftest import Bench, utc

REPOSITORY = defs.get_repository_def()
SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)
EVE, NEXT = date(2026, 10, 15), date(2026, 10, 16)


def new_york(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=NEW_YORK)  # type: ignore[misc]


def crawls(code: str, start: datetime, end: datetime) -> list[tuple[datetime, str, str]]:
    """Each tick of the market's crawl schedule in [start, end) as the daemon sees it, with its partition and key."""
    schedule = defs.resolve_schedule_def(f"{code}_crawl_schedule")
    ticks = schedule_execution_time_iterator(
        start.timestamp(), schedule.cron_schedule, schedule.execution_timezone, ascending=True
    )
    found = []
    with dg.DagsterInstance.ephemeral() as instance:
        for at in ticks:
            if at >= end:
                return found
            context = dg.build_schedule_context(
                instance=instance, repository_def=REPOSITORY, scheduled_execution_time=at
            )
            (request,) = schedule.evaluate_tick(context).run_requests or []
            found.append((at.astimezone(UTC), str(request.partition_key), str(request.run_key)))
    raise AssertionError("the schedule ended")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (utc(2026, 11, 1, 4), utc(2026, 11, 2, 5)),  # clocks go back: 25 hours
        (utc(2026, 3, 8, 5), utc(2026, 3, 9, 4)),  # and forward: 23 hours
    ],
)
def test_through_a_clock_change_the_crawl_comes_every_ten_minutes_under_a_new_key(
    start: datetime, end: datetime
) -> None:
    found = crawls("us", start, end)
    assert [at for at, _, _ in found] == [start + n * 10 * MINUTE for n in range(int((end - start) / MINUTE) // 10)]
    assert {partition for _, partition, _ in found} == {str(start.date())}
    assert len({key for _, _, key in found}) == len(found)


def test_the_crawl_before_midnight_belongs_to_the_day_that_ends_and_the_one_at_midnight_to_the_next() -> None:
    for code, zone in (("krx", SEOUL), ("us", NEW_YORK)):
        start = datetime(2026, 10, 31, 23, 50, tzinfo=zone)
        found = crawls(code, start, start + 11 * MINUTE)
        assert [partition for _, partition, _ in found] == ["2026-10-31", "2026-11-01"]


def test_a_crawl_asked_for_at_a_minute_to_midnight_belongs_to_the_day_that_ends() -> None:
    schedule = defs.resolve_schedule_def("us_crawl_schedule")
    with dg.DagsterInstance.ephemeral() as instance:
        late = dg.build_schedule_context(
            instance=instance, repository_def=REPOSITORY, scheduled_execution_time=utc(2026, 11, 2, 4, 59)
        )
        (request,) = schedule.evaluate_tick(late).run_requests or []
    assert request.partition_key == "2026-11-01"


@pytest.fixture
def clock(database: str) -> Iterator[Turn]:
    """Set what the test's database takes for the present."""
    with clock_in_hand(database) as turn:
        yield turn


def stored(bench: Bench) -> list[tuple[str, datetime, str]]:
    """Every raw item's key, when it became available, and on whose word."""
    query = text("SELECT item_key, available_at, basis FROM raw_news ORDER BY available_at, item_key")
    with bench.engine.connect() as conn:
        return [(key, at.astimezone(NEW_YORK), basis) for key, at, basis in conn.execute(query)]


def said_by_the_sample(bench: Bench, day: date, now: datetime) -> dict[str, datetime]:
    """The sample's items of a day as published by now."""
    source = sample_source(bench.market, tuple(bench.work.sessions))
    return {item.item_key: item.available_at for item in source.published(day, now)}


def test_a_run_of_yesterday_just_after_midnight_stores_all_of_yesterday_and_nothing_after(
    us: Bench, clock: Turn
) -> None:
    late = new_york(2026, 10, 16, 0, 0, 30)
    clock(late)
    us.run("raw_news", EVE)
    found = {key: at for key, at, _ in stored(us)}
    assert found == said_by_the_sample(us, EVE, late)
    assert len(found) > 10
    assert {at.astimezone(NEW_YORK).date() for at in found.values()} == {EVE}


def test_a_crawl_just_before_midnight_stores_under_its_own_clock_and_the_next_takes_up_there(
    us: Bench, clock: Turn
) -> None:
    last, first = new_york(2026, 10, 15, 23, 30), new_york(2026, 10, 16, 6)
    clock(last)
    us.run("raw_news", EVE)
    assert {(at, basis) for _, at, basis in stored(us)} == {(last, "observed")}
    before = {key for key, _, _ in stored(us)}
    clock(first)
    us.run("raw_news", NEXT)
    assert {(at, basis) for key, at, basis in stored(us) if key not in before} == {(first, "observed")}
    published = {**said_by_the_sample(us, EVE, first), **said_by_the_sample(us, NEXT, first)}
    assert sorted(key for key, _, _ in stored(us)) == sorted(published)
    between = [key for key, at in published.items() if last < at < new_york(2026, 10, 16)]
    assert set(between).isdisjoint(before)
    assert between, "nothing was published in the last half hour: choose another day"


def test_a_day_that_has_not_begun_is_refused(us: Bench, clock: Turn) -> None:
    clock(new_york(2026, 10, 15, 23, 59, 59))
    account = us.try_run("raw_news", NEXT)
    assert "2026-10-16" in str(account.failed[NEXT])
    assert stored(us) == []


@dataclass
class Wire:
    """A live source: each item is dated, and seen by those who ask from some minute on."""

    name: str = "sample"
    synthetic: bool = True
    answers_past_days: bool = True
    items: list[tuple[str, datetime, datetime]] = field(default_factory=list)

    def news(self, asked: Asked) -> Answer:
        days = {asked.day, asked.day - timedelta(days=1)} if asked.is_live else {asked.day}
        return Answer(
            [
                RawItem(key, json.dumps({"title": key}), dated, "declared")
                for key, dated, seen_from in self.items
                if dated.astimezone(NEW_YORK).date() in days and seen_from <= asked.now
            ]
        )


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """The only source of news."""
    source = Wire()
    monkeypatch.setattr("craveny_assets.days.crawl.news_reader", lambda *_: source)
    return source


@pytest.mark.parametrize(
    "crawled",
    [
        [(EVE, new_york(2026, 10, 15, 23, 50, 20))],
        [(EVE, new_york(2026, 10, 15, 23, 59, 50))],
        [(EVE, new_york(2026, 10, 15, 23, 50)), (EVE, new_york(2026, 10, 16, 0, 0, 30))],
        [(EVE, new_york(2026, 10, 15, 23, 50)), (NEXT, new_york(2026, 10, 16, 0, 0, 1))],
    ],
    ids=["at 23:50", "at 23:59", "at 23:59 but run after midnight", "at midnight"],
)
def test_what_a_source_shows_late_is_not_lost_at_midnight_and_counts_from_when_it_was_seen(
    us: Bench, clock: Turn, wire: Wire, crawled: list[tuple[date, datetime]]
) -> None:
    wire.items += [
        ("early", new_york(2026, 10, 15, 23, 40), new_york(2026, 10, 15, 23, 41)),
        ("shown after midnight", new_york(2026, 10, 15, 23, 58), new_york(2026, 10, 16, 0, 5)),
        ("next day", new_york(2026, 10, 16, 0, 3), new_york(2026, 10, 16, 0, 4)),
    ]
    for day, at in crawled:
        clock(at)
        us.run("raw_news", day)
    assert [key for key, _, _ in stored(us)] == ["early"]
    ten_past = new_york(2026, 10, 16, 0, 10)
    clock(ten_past)
    us.run("raw_news", NEXT)
    assert stored(us)[1:] == [("next day", ten_past, "observed"), ("shown after midnight", ten_past, "observed")]


def test_running_yesterday_again_does_not_move_what_today_saw_first(us: Bench, clock: Turn, wire: Wire) -> None:
    wire.items.append(("late", new_york(2026, 10, 15, 23, 58), new_york(2026, 10, 16, 0, 5)))
    clock(new_york(2026, 10, 15, 23, 50))
    us.run("raw_news", EVE)
    seen = new_york(2026, 10, 16, 0, 10)
    for at, day in ((seen, NEXT), (seen + MINUTE, EVE)):
        clock(at)
        us.run("raw_news", day)
    assert stored(us) == [("late", seen, "observed")]
