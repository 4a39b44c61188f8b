"""When forecasts and settlements start, with time under control: days of every kind, clock changes, downtime."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from craveny_assets.definitions import defs
from craveny_assets.sensors import due_now
from craveny_domain.calendar import trading_sessions
from craveny_domain.clocks import Market, Session, cutoff
from craveny_domain.launches import CATCH_UP, SETTLE_GRACE, Launch, due_launches
from craveny_store.settings import load_markets
from craveny_store.sources import move_watermark
from tests.assets.timekeeping import Turn, clock_in_hand
from tests.conftest import utc

MARKETS = load_markets()
REPOSITORY = defs.get_repository_def()
SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")
EXAM_DAY = date(2026, 11, 19)
MINUTE = timedelta(minutes=1)


def seoul(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SEOUL)  # type: ignore[misc]


def new_york(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=NEW_YORK)  # type: ignore[misc]


def sessions_of(market: Market, first: date, last: date) -> list[Session]:
    return trading_sessions(market.exchange, first, last)


def looking(looks: Sequence[datetime], market: Market, sessions: Sequence[Session]) -> list[tuple[datetime, Launch]]:
    """What a sensor launches that looks at the given instants and whose launches are done at once."""
    done: set[Launch] = set()
    launched = []
    for now in looks:
        due = due_launches(now, sessions, market.lead, done)
        done.update(due)
        launched += [(now, launch) for launch in due]
    return launched


def every_minute(market: Market, first: date, last: date) -> dict[str, list[str]]:
    """Per day of launch, each launch with its local time, looked for every minute from first to last."""
    start, end = market.day_bounds(first)[0], market.day_bounds(last)[1]
    looks = [start + n * MINUTE for n in range(int((end - start) / MINUTE))]
    told: dict[str, list[str]] = {}
    for now, launch in looking(looks, market, sessions_of(market, first, last)):
        local = now.astimezone(market.zone)
        assert launch.session_date == local.date()
        told.setdefault(str(local.date()), []).append(f"{launch.job} {local:%H:%M}")
    return told


def test_on_an_exam_day_forecast_and_settlement_come_an_hour_later() -> None:
    assert every_minute(MARKETS["krx"], date(2026, 11, 18), date(2026, 11, 20)) == {
        "2026-11-18": ["forecast 08:30", "settle 16:00"],
        "2026-11-19": ["forecast 09:30", "settle 17:00"],
        "2026-11-20": ["forecast 08:30", "settle 16:00"],
    }


def test_an_early_close_settles_early_and_thanksgiving_launches_nothing() -> None:
    assert every_minute(MARKETS["us"], date(2026, 11, 25), date(2026, 11, 29)) == {
        "2026-11-25": ["forecast 09:00", "settle 16:30"],
        "2026-11-27": ["forecast 09:00", "settle 13:30"],
    }


def test_a_holiday_eve_settles_once_and_the_long_weekend_launches_nothing() -> None:
    assert every_minute(MARKETS["us"], date(2026, 9, 4), date(2026, 9, 8)) == {
        "2026-09-04": ["forecast 09:00", "settle 16:30"],
        "2026-09-08": ["forecast 09:00", "settle 16:30"],
    }


def test_an_election_day_of_the_overlay_launches_nothing() -> None:
    assert list(every_minute(MARKETS["krx"], date(2026, 6, 2), date(2026, 6, 4))) == ["2026-06-02", "2026-06-04"]


def test_at_the_end_of_daylight_saving_the_same_local_times_come_an_hour_later_in_utc() -> None:
    market = MARKETS["us"]
    sessions = sessions_of(market, date(2026, 10, 30), date(2026, 11, 2))
    looks = [utc(2026, 10, 30) + n * MINUTE for n in range(4 * 24 * 60)]
    assert [(now, launch.job) for now, launch in looking(looks, market, sessions)] == [
        (utc(2026, 10, 30, 13, 0), "forecast"),
        (utc(2026, 10, 30, 20, 30), "settle"),
        (utc(2026, 11, 2, 14, 0), "forecast"),
        (utc(2026, 11, 2, 21, 30), "settle"),
    ]


def test_a_forecast_is_due_from_its_cutoff_to_the_close_and_not_an_instant_outside() -> None:
    (session,) = sessions_of(MARKETS["krx"], EXAM_DAY, EXAM_DAY)
    lead, instant = timedelta(minutes=30), timedelta(microseconds=1)

    def due(now: datetime) -> list[str]:
        return [launch.job for launch in due_launches(now, [session], lead, ())]

    begin, close = seoul(2026, 11, 19, 9, 30), seoul(2026, 11, 19, 16, 30)
    settle = close + timedelta(minutes=30)
    assert [due(begin - instant), due(begin), due(close - instant), due(close)] == [[], ["forecast"], ["forecast"], []]
    assert [due(settle - instant), due(settle), due(close + CATCH_UP - instant), due(close + CATCH_UP)] == [
        [], ["settle"], ["settle"], [],
    ]  # fmt: skip


def test_after_four_days_without_power_each_missed_settlement_comes_once_and_no_missed_forecast() -> None:
    market = MARKETS["us"]
    sessions = sessions_of(market, date(2026, 9, 1), date(2026, 9, 9))
    looks = [new_york(2026, 9, 2, 12), new_york(2026, 9, 6, 15), new_york(2026, 9, 6, 15, 1), new_york(2026, 9, 8, 10)]
    launched = [(now, launch.job, launch.session_date.day) for now, launch in looking(looks, market, sessions)]
    assert launched == [
        (looks[0], "settle", 1),
        (looks[0], "forecast", 2),
        (looks[1], "settle", 2),
        (looks[1], "settle", 3),
        (looks[1], "settle", 4),
        (looks[3], "forecast", 8),
    ]


def test_a_settlement_older_than_the_catch_up_is_left_to_a_backfill() -> None:
    market = MARKETS["us"]
    sessions = sessions_of(market, date(2026, 9, 1), date(2026, 9, 9))
    looks = [new_york(2026, 9, 8, 18)]
    assert [launch.session_date.day for _, launch in looking(looks, market, sessions)] == [8]


FORTNIGHT = {
    "us": sessions_of(MARKETS["us"], date(2026, 10, 24), date(2026, 11, 7)),
    "krx": sessions_of(MARKETS["krx"], date(2026, 11, 12), date(2026, 11, 26)),
}


@given(code=st.sampled_from(sorted(FORTNIGHT)), minutes=st.sets(st.integers(0, 15 * 1440), max_size=60))
def test_however_rarely_it_looks_everything_due_is_launched_once_and_nothing_else(code: str, minutes: set[int]) -> None:
    market, sessions = MARKETS[code], FORTNIGHT[code]
    begin = sessions[0].open_at - timedelta(days=1)
    looks = [begin + n * MINUTE for n in sorted(minutes)]
    launched = looking(looks, market, sessions)
    spans = {Launch(s.session_date, "forecast"): (cutoff(s, market.lead), s.close_at) for s in sessions}
    spans |= {Launch(s.session_date, "settle"): (s.close_at + SETTLE_GRACE, s.close_at + CATCH_UP) for s in sessions}
    first_looks = {
        launch: next((now for now in looks if start <= now < end), None) for launch, (start, end) in spans.items()
    }
    assert {launch: now for now, launch in launched} == {k: v for k, v in first_looks.items() if v}
    assert len(launched) == len({launch for _, launch in launched})


@pytest.fixture
def clock(database: str) -> Iterator[Turn]:
    """Set what the test's database takes for the present."""
    with clock_in_hand(database) as turn:
        yield turn


def mark_done(engine: Engine, market: str, asset: str, *days: date) -> None:
    statement = text(
        "INSERT INTO partition_state (market, asset, partition_date, model_name, version, row_count, added, changed,"
        " unchanged, run_id, committed_at) VALUES (:market, :asset, :day, '', 1, 0, 0, 0, 0, 'test', now())"
    )
    with engine.begin() as conn:
        conn.execute(statement, [{"market": market, "asset": asset, "day": day} for day in days])


def read_until(engine: Engine, market: str, instant: datetime) -> None:
    with engine.begin() as conn:
        move_watermark(conn, market, "sample", "news", instant)


def tick(code: str) -> tuple[list[tuple[str, str, str]], str]:
    """What one look of the market's sensor asks for: (job, partition, run key) of each run; or why none."""
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, repository_def=REPOSITORY)
        seen = defs.resolve_sensor_def(f"{code}_session_sensor").evaluate_tick(context)
    requests = seen.run_requests or []
    asked = [(str(r.job_name), str(r.partition_key), str(r.run_key)) for r in requests]
    return asked, seen.skip_message or ""


BEFORE_THE_EXAM = [date(2026, 11, 13), date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)]


def test_the_sensor_asks_by_the_databases_clock_and_session_times(clock: Turn, engine: Engine) -> None:
    mark_done(engine, "krx", "daily_performance", *BEFORE_THE_EXAM)
    clock(seoul(2026, 11, 19, 9, 29, 59))
    assert tick("krx") == ([], "No cut-off or close has come since the last launch.")
    clock(seoul(2026, 11, 19, 9, 30))
    assert tick("krx")[0] == [], "the sample has not been read up to the cut-off"
    read_until(engine, "krx", seoul(2026, 11, 19, 9, 30))
    forecast = ("krx_forecast_job", "2026-11-19", "forecast:2026-11-19")
    assert tick("krx") == ([forecast], "")
    assert tick("krx") == ([forecast], ""), "the same run key again: Dagster launches it once"
    mark_done(engine, "krx", "prediction", EXAM_DAY)
    assert tick("krx")[0] == []
    clock(seoul(2026, 11, 19, 17))
    assert tick("krx")[0] == [("krx_settle_job", "2026-11-19", "settle:2026-11-19")]
    mark_done(engine, "krx", "daily_performance", EXAM_DAY)
    assert tick("krx")[0] == []


def test_a_forecast_waits_for_the_news_up_to_its_cutoff_but_only_for_half_its_lead() -> None:
    session = Session(date(2026, 11, 19), seoul(2026, 11, 19, 10), seoul(2026, 11, 19, 16, 30))
    lead, unread = timedelta(minutes=30), seoul(2026, 11, 19, 9, 20)
    forecast = [Launch(session.session_date, "forecast")]
    assert due_launches(seoul(2026, 11, 19, 9, 44, 59), [session], lead, [], unread) == []
    assert due_launches(seoul(2026, 11, 19, 9, 45), [session], lead, [], unread) == forecast
    assert due_launches(seoul(2026, 11, 19, 9, 31), [session], lead, [], seoul(2026, 11, 19, 9, 30)) == forecast


def test_on_a_holiday_the_sensor_asks_for_nothing(clock: Turn, engine: Engine) -> None:
    mark_done(engine, "us", "daily_performance", *(date(2026, 9, day) for day in (2, 3, 4)))
    for hour in (0, 9, 10, 14, 17, 23):
        clock(new_york(2026, 9, 7, hour, 5))
        assert tick("us")[0] == []


def test_after_downtime_the_sensor_asks_for_each_missed_settlement_under_its_own_run_key(
    clock: Turn, engine: Engine
) -> None:
    mark_done(engine, "us", "daily_performance", date(2026, 9, 2))
    clock(new_york(2026, 9, 6, 15))
    asked, _ = tick("us")
    assert asked == [
        ("us_settle_job", "2026-09-03", "settle:2026-09-03"),
        ("us_settle_job", "2026-09-04", "settle:2026-09-04"),
    ]


def test_one_markets_work_done_leaves_the_other_markets_due(
    clock: Turn, engine: Engine, markets: dict[str, Market]
) -> None:
    mark_done(engine, "us", "prediction", EXAM_DAY)
    mark_done(engine, "krx", "daily_performance", *BEFORE_THE_EXAM)
    clock(seoul(2026, 11, 19, 10))
    assert due_now(markets["krx"]) == [Launch(EXAM_DAY, "forecast")]
