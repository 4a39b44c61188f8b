"""Days whose verdicts are out of date: found when what they rest on changed or reaches further back, and made again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text

from craveny_assets.assets import BODIES
from craveny_assets.revisions import revisions_due
from craveny_domain.clocks import Market, days_between
from craveny_store.judgement_integrity import verdicts_that_differ
from craveny_store.revisions import rests_since, stale_verdicts
from tests.conftest import FILLED_FIRST, FILLED_LAST, Bench

THURSDAY, FRIDAY = date(2026, 10, 1), date(2026, 10, 2)
SESSIONS = [day for day in days_between(FILLED_FIRST, FILLED_LAST) if day.weekday() < 5]
STATE = """
    INSERT INTO partition_state (market, asset, partition_date, model_name, version, row_count, added, changed,
        unchanged, run_id, committed_at)
    VALUES ('us', 'daily_performance', :day, '', nextval('partition_version'), 0, 0, 0, 0, 'test', now())"""
CURRENT = "SELECT * FROM model_comparison WHERE superseded_at IS NULL AND as_of_date >= '2026-10-05'"


def execute(engine: Engine, statement: str, **parameters: object) -> None:
    with engine.begin() as conn:
        conn.execute(text(statement), parameters)


def stale(engine: Engine) -> list[date]:
    with engine.connect() as conn:
        return [each.day for each in stale_verdicts(conn, "us")]


def told(engine: Engine, market: Market) -> tuple[list[date], bool]:
    """The days that are due, and whether the newest one's verdicts differ from what all figures say."""
    with engine.connect() as conn:
        return stale(engine), bool(verdicts_that_differ(conn, market))


def backfill(engine: Engine, market: Market, day: date) -> None:
    """Everything of an earlier day but its verdicts."""
    for asset in ("prediction", "evaluation_history", "daily_performance"):
        assert asset in BODIES
        Bench(engine, market).run(asset, day)


def test_a_day_backfilled_before_all_verdicts_makes_each_of_them_due_once_no_session_is_missing(
    filled_engine: Engine, markets: dict[str, Market]
) -> None:
    us = markets["us"]
    assert told(filled_engine, us) == ([], False)
    backfill(filled_engine, us, THURSDAY)
    assert told(filled_engine, us) == ([], False), "Friday is missing: no verdict could be made"
    backfill(filled_engine, us, FRIDAY)
    assert told(filled_engine, us) == (SESSIONS, True)
    (request,) = revisions_due(us, is_revising=False)
    assert request.job_name == "us_rejudge_job"
    assert request.tags["dagster/asset_partition_range_start"] == str(FILLED_FIRST)
    assert request.tags["dagster/asset_partition_range_end"] == str(FILLED_LAST)


def test_verdicts_made_again_count_the_earlier_days_and_say_where_they_differ(
    filled_engine: Engine, markets: dict[str, Market]
) -> None:
    us = markets["us"]
    backfill(filled_engine, us, THURSDAY)
    backfill(filled_engine, us, FRIDAY)
    with filled_engine.connect() as conn:
        before = {row.comparison_id: row for row in conn.execute(text(CURRENT))}
    Bench(filled_engine, us).run("model_comparison", FILLED_FIRST, FILLED_LAST)
    assert told(filled_engine, us) == ([], False)
    assert revisions_due(us, is_revising=False) == []
    with filled_engine.connect() as conn:
        after = {row.comparison_id: row for row in conn.execute(text(CURRENT))}
        kept = "SELECT comparison_id FROM model_comparison WHERE superseded_at IS NOT NULL"
        replaced = set(conn.execute(text(kept)).scalars())
        assert rests_since(conn, "us", FILLED_LAST) == THURSDAY
    assert replaced == before.keys() - after.keys() != set()
    new = [row for number, row in after.items() if number not in before]
    assert all(row.is_revised for row in new) and len(new) >= len(replaced)
    assert not any(after[number].is_revised for number in before.keys() & after.keys())
    days = {row.days for row in new if row.as_of_date == FILLED_LAST and row.horizon == 1}
    assert days == {len(SESSIONS) + 2}


def test_days_are_due_from_the_one_whose_figures_changed_on_but_for_those_being_written(filled_engine: Engine) -> None:
    changed = date(2026, 10, 8)
    execute(
        filled_engine,
        "UPDATE partition_state SET version = nextval('partition_version')"
        " WHERE market = 'us' AND asset = 'daily_performance' AND partition_date = :day",
        day=changed,
    )
    due = [day for day in SESSIONS if day >= changed]
    assert stale(filled_engine) == due
    lease = """
        INSERT INTO lease (market, asset, partition_date, model_name, holder, epoch, expires_at)
        VALUES ('us', :asset, :day, '', 'other', 1, now() + interval '1 minute')
        ON CONFLICT (market, asset, partition_date, model_name) DO UPDATE SET expires_at = excluded.expires_at"""
    execute(filled_engine, lease, asset="model_comparison", day=FILLED_LAST)
    assert stale(filled_engine) == due[:-1]
    execute(filled_engine, lease, asset="daily_performance", day=due[2])
    assert stale(filled_engine) == due[:2]
    execute(filled_engine, lease, asset="daily_performance", day=FILLED_FIRST)
    assert stale(filled_engine) == []


def test_a_session_without_figures_lets_only_what_comes_after_it_wait(filled_engine: Engine) -> None:
    missing = "market = 'us' AND asset = 'daily_performance' AND partition_date = '2026-10-14'"
    execute(filled_engine, f"DELETE FROM partition_state WHERE {missing}")
    execute(filled_engine, "UPDATE partition_state SET version = nextval('partition_version')"
            " WHERE asset = 'daily_performance' AND partition_date = '2026-10-12'")  # fmt: skip
    assert stale(filled_engine) == [date(2026, 10, 12), date(2026, 10, 13)]


@pytest.mark.parametrize("day", [date(2026, 10, 4), date(2014, 1, 6)])
def test_a_weekend_before_the_first_session_and_the_time_before_the_source_speaks_change_nothing(
    filled_engine: Engine, markets: dict[str, Market], day: date
) -> None:
    execute(filled_engine, "UPDATE source SET first_date = '2026-08-01' WHERE market = 'us'")
    execute(filled_engine, STATE, day=day)
    assert told(filled_engine, markets["us"]) == ([], False)


def test_figures_that_were_there_before_the_source_spoke_for_them_count_once_it_does(filled_engine: Engine) -> None:
    execute(filled_engine, "UPDATE source SET first_date = '2026-10-02' WHERE market = 'us' AND feed = 'price'")
    execute(filled_engine, STATE, day=FRIDAY)
    execute(filled_engine, "UPDATE partition_state SET version = 0 WHERE asset = 'daily_performance'"
            " AND partition_date = '2026-10-02'")  # fmt: skip
    assert stale(filled_engine) == SESSIONS
    execute(filled_engine, "UPDATE source SET first_date = :day WHERE market = 'us'", day=FRIDAY + timedelta(days=3))
    assert stale(filled_engine) == []


def test_a_source_that_is_off_speaks_for_no_earlier_days(filled_engine: Engine) -> None:
    execute(filled_engine, "UPDATE source SET first_date = :day WHERE market = 'us'", day=FILLED_FIRST)
    execute(filled_engine, STATE, day=FRIDAY)
    execute(
        filled_engine,
        "INSERT INTO source (market, name, feed, kind, is_synthetic, first_date, off_reason)"
        " VALUES ('us', 'other', 'price', 'files', false, '2026-01-01', 'No key.')",
    )
    assert stale(filled_engine) == []
    execute(filled_engine, "UPDATE source SET off_reason = NULL")
    assert stale(filled_engine) == SESSIONS
