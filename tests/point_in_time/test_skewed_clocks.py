"""F24: a process whose clock is wrong by minutes, or jumps back, decides nothing: the database's clock does."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.clocks import Market
from craveny_store.partitions import database_now
from tests.point_in_time.conftest import copy_of
from tests.point_in_time.today import Today

PROJECT = Path(__file__).parents[2]
MINUTE = timedelta(minutes=1)
AHEAD, BEHIND, JUMP_BACK = 600, -600, -3600


@pytest.fixture(scope="module")
def today_kept(postgres: EmbeddedPostgres, template: str, markets: dict[str, Market]) -> Iterator[Today]:
    """A market of this day in a database of its own: what another process is to see must be committed."""
    with copy_of(postgres, template, "skewed_clocks") as engine:
        yield Today.materialized(engine, markets)


def run(today: Today, asset: str, lead: timedelta, *skews: int) -> None:
    """Materialize the day's asset in one process, once for each skew of its clock."""
    url = today.engine.url.render_as_string(hide_password=False)
    arguments = [today.market.code, str(today.day), asset, str(lead.total_seconds()), *map(str, skews)]
    argv = [sys.executable, "-m", "tests.point_in_time.skewed", *arguments]
    child = subprocess.run(argv, cwd=PROJECT, env={"DATABASE_URL": url}, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr


def forecast(today: Today, opens: timedelta, *skews: int) -> None:
    """Forecasts of a session that opens so long from now by the database's clock."""
    session = (
        "INSERT INTO market_session VALUES (:m, :d, :open, :close) ON CONFLICT (market, session_date)"
        " DO UPDATE SET open_at = excluded.open_at, close_at = excluded.close_at"
    )
    with today.engine.begin() as conn:
        now = database_now(conn)
        for table in ("prediction", "prediction_evidence"):
            conn.execute(text(f"DELETE FROM {table} WHERE market = :m"), {"m": today.market.code})
        hours = {"open": now + opens, "close": now + timedelta(hours=6)}
        conn.execute(text(session), {"m": today.market.code, "d": today.day, **hours})
    run(today, "prediction", now + opens - today.known_at, *skews)


def rows(engine: Engine, sql: str, market: Market) -> list:
    with engine.connect() as conn:
        return list(conn.execute(text(sql), {"m": market.code}))


def clock(engine: Engine) -> datetime:
    with engine.connect() as conn:
        return database_now(conn)


@pytest.mark.parametrize(
    "skew",
    [pytest.param(BEHIND, id="10 min behind"), pytest.param(JUMP_BACK, id="1 h behind", marks=pytest.mark.slow)],
)
def test_no_late_forecast_is_accepted_as_live_by_a_process_that_believes_it_is_before_the_open(
    today_kept: Today, skew: int
) -> None:
    forecast(today_kept, -5 * MINUTE, skew)
    origins = rows(today_kept.engine, "SELECT origin FROM prediction WHERE market = :m", today_kept.market)
    accepted = sum(origin != "late" for (origin,) in origins)
    print(f"F24: {len(origins)} late forecasts, {accepted} accepted as live")  # noqa: T201
    assert origins
    assert accepted == 0


@pytest.mark.slow
def test_a_process_that_believes_the_market_open_still_issues_live_forecasts(today_kept: Today) -> None:
    before = clock(today_kept.engine)
    forecast(today_kept, 5 * MINUTE, AHEAD)
    found = rows(today_kept.engine, "SELECT origin, issued_at FROM prediction WHERE market = :m", today_kept.market)
    assert {origin for origin, _ in found} == {"live"}
    assert all(before <= issued <= clock(today_kept.engine) for _, issued in found)


@pytest.mark.slow
def test_a_clock_that_jumps_back_an_hour_neither_rewrites_live_forecasts_nor_turns_the_order_of_commits(
    today_kept: Today,
) -> None:
    engine, market = today_kept.engine, today_kept.market
    forecast(today_kept, 30 * MINUTE, 0)
    said = rows(engine, "SELECT p::text FROM prediction p WHERE market = :m ORDER BY prediction_id", market)
    state = "SELECT version, committed_at FROM partition_state WHERE market = :m AND asset = 'prediction'"
    first = max(rows(engine, state, market))
    opens = rows(engine, "SELECT max(open_at) FROM market_session WHERE market = :m", market)[0][0]
    run(today_kept, "prediction", opens - today_kept.known_at, 0, JUMP_BACK)
    assert rows(engine, "SELECT p::text FROM prediction p WHERE market = :m ORDER BY prediction_id", market) == said
    last = max(rows(engine, state, market))
    # Nothing changed, so the version stays; the commit is the newer one by the only clock that counts.
    assert last[0] == first[0]
    assert first[1] < last[1] <= clock(engine)


@pytest.mark.parametrize(
    "skew",
    [AHEAD, pytest.param(BEHIND, marks=pytest.mark.slow), pytest.param(JUMP_BACK, marks=pytest.mark.slow)],
)
def test_what_a_crawl_brings_is_known_from_the_database_s_instant_on(today_kept: Today, skew: int) -> None:
    engine, market = today_kept.engine, today_kept.market
    newest = rows(engine, "SELECT max(raw_news_id) FROM raw_news WHERE market = :m", market)[0][0]
    before = clock(engine)
    run(today_kept, "raw_news", market.lead, skew)
    after = clock(engine)
    crawled = rows(engine, "SELECT available_at, raw_news_id FROM raw_news WHERE market = :m", market)
    reached = rows(engine, "SELECT reached_at FROM source_watermark WHERE market = :m AND feed = 'news'", market)
    assert all(before <= at <= after for at, raw_news_id in crawled if raw_news_id > newest)
    assert reached
    assert all(before <= at <= after for (at,) in reached)
