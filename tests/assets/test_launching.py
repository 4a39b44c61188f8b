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
from craveny_domain.launches import CATCH_UP, SETTLE_GRACE, Launch, due_again, due_launches
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


def test_questions_left_open_are_asked_again_every_five_minutes_until_the_open_and_never_after_it() -> None:
    market = MARKETS["us"]
    session = sessions_of(market, date(2026, 11, 25), date(2026, 11, 25))[0]
    start = cutoff(session, market.lead)
    looks = [start + n * MINUTE for n in range(-10, 60)]
    again = [due_again(now, [session], market.lead, {session.session_date}) for now in looks]
    assert sorted({launch.attempt for found in again for launch in found}) == [1, 2, 3, 4, 5]
    assert not any(found for now, found in zip(looks, again, strict=True) if now >= session.open_at)
    assert not any(due_again(now, [session], market.lead, set()) for now in looks)


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


def test_a_session_is_due_from_its_instants_on_until_the_catch_up_ends_and_not_an_instant_outside() -> None:
    (session,) = sessions_of(MARKETS["krx"], EXAM_DAY, EXAM_DAY)
    lead, instant = timedelta(minutes=30), timedelta(microseconds=1)
    forecast = Launch(EXAM_DAY, "forecast")

    def due(now: datetime, *done: Launch) -> list[str]:
        return [launch.job for launch in due_launches(now, [session], lead, done)]

    begin, close = seoul(2026, 11, 19, 9, 30), seoul(2026, 11, 19, 16, 30)
    settle, end = close + timedelta(minutes=30), close + CATCH_UP
    assert [due(begin - instant), due(begin), due(close), due(end - instant), due(end)] == [
        [], ["forecast"], ["forecast"], ["forecast"], [],
    ]  # fmt: skip
    assert [due(at, forecast) for at in (settle - instant, settle, end - instant, end)] == [
        [], ["settle"], ["settle"], [],
    ]  # fmt: skip


def test_after_four_days_without_power_what_was_missed_comes_one_step_at_a_time() -> None:
    market = MARKETS["us"]
    sessions = sessions_of(market, date(2026, 9, 1), date(2026, 9, 9))
    done = {Launch(date(2026, 9, 1), "settle"), Launch(date(2026, 9, 2), "forecast")}
    told = []
    while due := due_launches(new_york(2026, 9, 6, 15), sessions, market.lead, done):
        assert len(due) == 1
        told += [(due[0].job, due[0].session_date.day)]
        done.update(due)
    assert told == [("settle", 2), ("forecast", 3), ("settle", 3), ("forecast", 4), ("settle", 4)]


def test_a_missed_settlement_does_not_hold_back_the_forecast_of_the_day() -> None:
    market = MARKETS["us"]
    sessions = sessions_of(market, date(2026, 9, 3), date(2026, 9, 4))
    done = {Launch(date(2026, 9, 3), "forecast")}
    due = due_launches(new_york(2026, 9, 4, 9), sessions, market.lead, done)
    assert [(launch.job, launch.session_date.day) for launch in due] == [("settle", 3), ("forecast", 4)]


def test_a_session_older_than_the_catch_up_is_left_to_a_backfill() -> None:
    market = MARKETS["us"]
    sessions = sessions_of(market, date(2026, 9, 1), date(2026, 9, 9))
    looks = [new_york(2026, 9, 8, 18)]
    assert [launch.session_date.day for _, launch in looking(looks, market, sessions)] == [8]


FORTNIGHT = {
    "us": sessions_of(MARKETS["us"], date(2026, 10, 24), date(2026, 11, 7)),
    "krx": sessions_of(MARKETS["krx"], date(2026, 11, 12), date(2026, 11, 26)),
}


@given(code=st.sampled_from(sorted(FORTNIGHT)), minutes=st.sets(st.integers(0, 15 * 1440), max_size=60))
def test_however_rarely_it_looks_each_launch_comes_at_most_once_within_its_time_and_the_forecast_first(
    code: str, minutes: set[int]
) -> None:
    market, sessions = MARKETS[code], FORTNIGHT[code]
    begin = sessions[0].open_at - timedelta(days=1)
    looks = [begin + n * MINUTE for n in sorted(minutes)]
    launched = looking(looks, market, sessions)
    when = {launch: now for now, launch in launched}
    assert len(launched) == len(when)
    for s in sessions:
        forecast, settle = (when.get(Launch(s.session_date, job)) for job in ("forecast", "settle"))
        assert forecast is None or cutoff(s, market.lead) <= forecast < s.close_at + CATCH_UP
        assert settle is None or s.close_at + SETTLE_GRACE <= settle < s.close_at + CATCH_UP
        assert settle is None or (forecast is not None and forecast < settle)
        seen_open = [now for now in looks if cutoff(s, market.lead) <= now < s.close_at]
        assert not seen_open or forecast == seen_open[0]


@pytest.fixture
def clock(database: str) -> Iterator[Turn]:
    """Set what the test's database takes for the present."""
    with clock_in_hand(database) as turn:
        yield turn


def mark_done(engine: Engine, market: str, asset: str, *days: date) -> None:
    statement = text(
        "INSERT INTO partition_state (market, asset, partition_date, model_name, version, row_count, added, changed,"
        " unchanged, run_id, committed_at) VALUES (:market, :asset, :day, :model, 1, 0, 0, 0, 0, 'test', now())"
    )
    with engine.begin() as conn:
        asked = conn.execute(text("SELECT model_name FROM model")).scalars() if asset == "prediction" else ()
        models = ["", *asked]
        rows = [{"market": market, "asset": asset, "day": day, "model": model} for day in days for model in models]
        conn.execute(statement, rows)


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


def test_after_downtime_the_sensor_makes_up_for_each_session_step_by_step(clock: Turn, engine: Engine) -> None:
    mark_done(engine, "us", "daily_performance", date(2026, 9, 2))
    clock(new_york(2026, 9, 6, 15))
    for day in (3, 4):
        assert tick("us")[0] == [("us_forecast_job", f"2026-09-0{day}", f"forecast:2026-09-0{day}")]
        mark_done(engine, "us", "prediction", date(2026, 9, day))
        assert tick("us")[0] == [("us_settle_job", f"2026-09-0{day}", f"settle:2026-09-0{day}")]
        mark_done(engine, "us", "daily_performance", date(2026, 9, day))
    assert tick("us")[0] == []


def test_a_forecast_of_chosen_models_leaves_the_others_due(clock: Turn, engine: Engine) -> None:
    mark_done(engine, "krx", "daily_performance", *BEFORE_THE_EXAM)
    read_until(engine, "krx", seoul(2026, 11, 19, 9, 30))
    clock(seoul(2026, 11, 19, 9, 31))
    mark_done(engine, "krx", "prediction", EXAM_DAY)
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM partition_state WHERE model_name = 'momentum'"))
    assert tick("krx")[0] == [("krx_forecast_job", "2026-11-19", "forecast:2026-11-19")]


def test_one_markets_work_done_leaves_the_other_markets_due(
    clock: Turn, engine: Engine, markets: dict[str, Market]
) -> None:
    mark_done(engine, "us", "prediction", EXAM_DAY)
    mark_done(engine, "krx", "daily_performance", *BEFORE_THE_EXAM)
    clock(seoul(2026, 11, 19, 10))
    assert due_now(markets["krx"]) == [Launch(EXAM_DAY, "forecast")]
