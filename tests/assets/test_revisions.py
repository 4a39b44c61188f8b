"""What the revision sensor launches, by time and by what changed, and that its runs put an end to their own cause."""

from datetime import date, datetime, timedelta

import dagster as dg
import pytest
from sqlalchemy import Engine, text

from craveny_assets.definitions import build_definitions
from craveny_assets.jobs import job_name
from craveny_assets.revisions import revisions_due
from craveny_domain.clocks import Market, Session
from craveny_domain.launches import RECHECK_GRACE, due_recheck, due_revision
from craveny_store.sources import SourceRow, declare_sources
from tests.assets.dagster_bench import DagsterBench
from tests.conftest import FILLED_LAST, utc

CORRECTED = date(2026, 10, 9)


def test_five_sessions_are_looked_at_again_once_the_newest_has_been_over_for_a_while() -> None:
    days = [date(2026, 10, 12) + timedelta(days=n) for n in range(7)]
    sessions = [Session(day, utc(2026, 10, day.day, 13), utc(2026, 10, day.day, 20)) for day in days]
    after: datetime = sessions[-1].close_at + RECHECK_GRACE
    assert due_recheck(after, sessions) == (days[2], days[6])
    assert due_recheck(after - timedelta(seconds=1), sessions) == (days[1], days[5])
    assert due_recheck(sessions[0].close_at, sessions) is None


def test_one_run_settles_thirty_days_again_from_the_earliest_on() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 30), date(2026, 1, 31), date(2026, 6, 1)]
    assert due_revision(days) == (days[0], days[2])
    assert due_revision(days[4:]) == (days[4], days[4])
    assert due_revision([]) is None


FORECAST = text("""
    INSERT INTO partition_state (market, asset, partition_date, model_name, version, row_count, added, changed,
        unchanged, run_id, committed_at)
    SELECT 'us', 'prediction', day, '', nextval('partition_version'), 1, 1, 0, 0, 'test', now()
    FROM generate_series(current_date - 15, current_date, interval '1 day') day""")


def test_prices_are_looked_at_again_only_where_a_live_source_can_tell(
    engine: Engine, markets: dict[str, Market]
) -> None:
    us = markets["us"]
    assert revisions_due(us, is_revising=False) == []
    today = date(2026, 1, 1)
    with engine.begin() as conn:
        live = SourceRow("us", "dropped", "price", "files", is_synthetic=False, first_date=today, last_date=None)
        declare_sources(conn, "us", [live], today)
    assert revisions_due(us, is_revising=True) == [], "before its first forecast an installation has nothing to settle"
    with engine.begin() as conn:
        conn.execute(FORECAST)
    (request,) = revisions_due(us, is_revising=True)
    assert request.job_name == job_name("us", "settle")
    days = [date.fromisoformat(request.tags[f"dagster/asset_partition_range_{end}"]) for end in ("start", "end")]
    assert request.run_key == f"recheck:{days[1]}" and timedelta(days=4) <= days[1] - days[0] <= timedelta(days=12)
    with engine.begin() as conn:
        declare_sources(conn, "us", [SourceRow(**{**vars(live), "off_reason": "No key."})], today)
    assert revisions_due(us, is_revising=True) == []


def correct_a_close(engine: Engine) -> None:
    """A later observation says another close, and price of its day is sealed anew."""
    with engine.begin() as conn:
        conn.execute(text("""
            INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio,
                currency, available_at, basis)
            SELECT p.market, stock_id, session_date, source, open, high * 2, low, close * 1.5, volume, split_ratio,
                p.currency, now(), 'observed'
            FROM price p JOIN stock s USING (stock_id)
            WHERE session_date = :day AND kind = 'stock' ORDER BY stock_id, p.available_at DESC LIMIT 1"""),
            {"day": CORRECTED})  # fmt: skip
        conn.execute(text("""
            UPDATE partition_state SET version = nextval('partition_version')
            WHERE market = 'us' AND asset = 'price' AND partition_date = :day"""), {"day": CORRECTED})  # fmt: skip


@pytest.fixture
def asked(bench: DagsterBench):
    """What the sensor yields now."""
    definitions = build_definitions([bench.market])
    sensor = definitions.resolve_sensor_def("us_revision_sensor")

    def look() -> list[dg.RunRequest]:
        with dg.build_sensor_context(
            instance=bench.instance, repository_def=definitions.get_repository_def(), sensor_name=sensor.name
        ) as context:
            return list(sensor.evaluate_tick(context).run_requests or [])

    return look


def test_a_correction_is_settled_again_by_one_run_and_then_nothing_is_due(bench: DagsterBench, asked) -> None:
    assert asked() == []
    correct_a_close(bench.engine)
    (request,) = asked()
    assert asked()[0].run_key == request.run_key
    assert request.tags["dagster/asset_partition_range_start"] == str(CORRECTED)
    assert request.tags["dagster/asset_partition_range_end"] == str(FILLED_LAST)
    job = build_definitions([bench.market]).resolve_job_def(str(request.job_name))
    done = job.execute_in_process(instance=bench.instance, tags=dict(request.tags))
    assert done.success and asked() == []
    with bench.engine.connect() as conn:
        replaced = "SELECT count(*) FROM evaluation_history WHERE superseded_at IS NOT NULL"
        assert conn.execute(text(replaced)).scalar_one() > 0


def test_days_being_written_are_left_alone_and_one_run_at_a_time_settles_again(bench: DagsterBench, asked) -> None:
    correct_a_close(bench.engine)
    with bench.engine.begin() as conn:
        conn.execute(text("""
            INSERT INTO lease (market, asset, partition_date, model_name, holder, epoch, expires_at)
            VALUES ('us', 'price', :day, '', 'other', 1, now() + interval '1 minute')
            ON CONFLICT (market, asset, partition_date, model_name)
            DO UPDATE SET expires_at = excluded.expires_at"""), {"day": CORRECTED})  # fmt: skip
    assert asked() == []
    with bench.engine.begin() as conn:
        conn.execute(text("UPDATE lease SET expires_at = now()"))
    assert len(asked()) == 1
    job = build_definitions([bench.market]).resolve_job_def("us_resettle_job")
    bench.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    assert asked() == []
