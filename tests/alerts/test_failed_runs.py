"""Failed runs of a real Dagster on Postgres: what its sensor tells, and what the reconcile scan finds untold."""

from datetime import UTC, date, datetime, timedelta

import dagster as dg
import pytest
from sqlalchemy import Engine, text

from craveny_alerts.reconcile import SENSOR_TIME, reconcile
from craveny_assets.definitions import build_definitions
from craveny_assets.failures import run_failure_sensor
from craveny_assets.jobs import job_name
from craveny_domain.clocks import Market
from craveny_store.orchestration import open_orchestration
from tests.api.orchestrated import Orchestrated

BEFORE_ALL = date(2026, 6, 1)
ADDRESS = "http://ui:3000"


@dg.op
def doomed() -> None:
    raise ValueError("no bars\nof postgresql://me:hunter2secret@host")


@dg.job
def doomed_job() -> None:
    doomed()


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where links to runs begin."""
    monkeypatch.setenv("CRAVENY_DAGSTER_ADDRESS", ADDRESS)


class Ticks:
    """The sensor as the daemon ticks it, from where the last tick ended."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        self.cursor: str | None = None
        self.tick()

    def tick(self) -> list[str]:
        """The errors of one tick."""
        context = dg.build_sensor_context(self.instance, cursor=self.cursor, sensor_name="run_failure_sensor")
        said = run_failure_sensor.evaluate_tick(context)
        self.cursor = said.cursor
        return [str(r.error) for r in said.dagster_run_reactions or [] if r.error]


def notices(engine: Engine) -> list[dict]:
    query = text("SELECT * FROM notification ORDER BY notification_id")
    with engine.connect() as conn:
        return [dict(row) for row in conn.execute(query).mappings()]


def scan(engine: Engine, dagster: Orchestrated, *, later: timedelta = SENSOR_TIME + timedelta(seconds=5)) -> int:
    orchestration = open_orchestration(dagster.url)
    try:
        with engine.begin() as ours, orchestration.connect() as theirs:
            return reconcile(ours, theirs, datetime.now(UTC) + later, {"us", "krx"}, ADDRESS)
    finally:
        orchestration.dispose()


def fail(dagster: Orchestrated, **tags: str) -> str:
    """A run that failed; tags are set as Dagster's own daemon sets them, after the fact."""
    result = doomed_job.execute_in_process(instance=dagster.instance, raise_on_error=False)
    dagster.instance.add_run_tags(result.run_id, {name.replace("__", "/"): value for name, value in tags.items()})
    return result.run_id


def test_a_failed_day_is_told_once_with_all_that_one_needs(
    engine: Engine, dagster: Orchestrated, markets: dict[str, Market]
) -> None:
    ticks = Ticks(dagster.instance)
    job = build_definitions([markets["us"]]).resolve_job_def(job_name("us", "day"))
    run = job.execute_in_process(
        instance=dagster.instance, partition_key=str(BEFORE_ALL), raise_on_error=False,
        asset_selection=[dg.AssetKey(["us", "match"])],
    )  # fmt: skip
    assert ticks.tick() == [] and ticks.tick() == []
    (told,) = notices(engine)
    assert (told["market"], told["asset"], told["partition_key"]) == ("us", "match", str(BEFORE_ALL))
    assert (told["level"], told["title"], told["run_id"]) == ("error", "us/match failed", run.run_id)
    assert told["link"] == f"{ADDRESS}/runs/{run.run_id}"
    assert "us/news" in told["detail"] and "match: 1 of 1 days failed" in told["detail"]
    assert scan(engine, dagster) == 0, "the scan has nothing to add"


def test_the_sensor_and_the_scan_tell_the_same(engine: Engine, dagster: Orchestrated) -> None:
    ticks = Ticks(dagster.instance)
    fail(dagster)
    ticks.tick()
    (by_sensor,) = notices(engine)
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM notification"))
    assert scan(engine, dagster) == 1
    (by_scan,) = notices(engine)
    own = ("notification_id", "created_at", "occurred_at")
    assert {k: v for k, v in by_scan.items() if k not in own} == {k: v for k, v in by_sensor.items() if k not in own}
    assert abs(by_scan["occurred_at"] - by_sensor["occurred_at"]) < timedelta(seconds=1)
    assert by_scan["detail"] == "ValueError: no bars"


def test_failures_from_before_the_sensors_first_tick_are_found_by_the_scan(
    engine: Engine, dagster: Orchestrated
) -> None:
    fail(dagster)
    ticks = Ticks(dagster.instance)
    ticks.tick()
    assert notices(engine) == []
    assert scan(engine, dagster, later=timedelta(0)) == 0, "for a while it is the sensor's to tell"
    assert scan(engine, dagster) == 1
    assert scan(engine, dagster) == 0
    assert scan(engine, dagster, later=timedelta(days=2)) == 0


def test_a_sensor_without_its_store_fails_in_its_tick_and_the_scan_makes_up_for_it(
    engine: Engine, dagster: Orchestrated, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = Ticks(dagster.instance)
    fail(dagster)
    with monkeypatch.context() as away:
        away.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/none")
        (error,) = ticks.tick()
    assert "connection" in error.lower()
    assert notices(engine) == []
    assert scan(engine, dagster) == 1


def test_retries_stay_quiet_until_the_last(engine: Engine, dagster: Orchestrated) -> None:
    ticks = Ticks(dagster.instance)
    first = fail(dagster, dagster__will_retry="true")
    fail(dagster, dagster__will_retry="true", dagster__retry_number="1", dagster__root_run_id=first)
    last = fail(dagster, dagster__will_retry="false", dagster__retry_number="2", dagster__root_run_id=first)
    ticks.tick()
    assert [(n["run_id"], n["level"]) for n in notices(engine)] == [(first, "warning"), (last, "error")]
    assert scan(engine, dagster) == 0
    assert "attempt 3, the last" in notices(engine)[1]["title"]


def test_a_run_that_stood_back_is_not_told(engine: Engine, dagster: Orchestrated) -> None:
    ticks = Ticks(dagster.instance)
    fail(dagster, craveny__skipped="held by run x")
    ticks.tick()
    assert notices(engine) == [] and scan(engine, dagster) == 0


def test_a_worker_that_dies_while_its_run_is_being_canceled_is_told_as_that(
    engine: Engine, dagster: Orchestrated
) -> None:
    ticks = Ticks(dagster.instance)
    run = dagster.instance.create_run_for_job(doomed_job, status=dg.DagsterRunStatus.STARTED)
    dagster.instance.report_run_canceling(run)
    dagster.instance.report_run_failed(run, "The run worker died.")
    ticks.tick()
    (told,) = notices(engine)
    assert told["detail"] == "It was being canceled when it ended. The run worker died."
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM notification"))
    assert scan(engine, dagster) == 1
    assert notices(engine)[0]["detail"] == told["detail"]


def test_no_secret_of_an_error_reaches_the_outbox(engine: Engine, dagster: Orchestrated) -> None:
    @dg.op
    def leaks() -> None:
        raise RuntimeError("cannot reach postgresql://me:hunter2secret@host/db with token=hunter2secret")

    @dg.job
    def leaking_job() -> None:
        leaks()

    ticks = Ticks(dagster.instance)
    leaking_job.execute_in_process(instance=dagster.instance, raise_on_error=False)
    ticks.tick()
    (told,) = notices(engine)
    assert "hunter2secret" not in str(told) and "cannot reach postgresql://me:***@host/db" in told["detail"]
