"""Pruning Dagster's account of old runs and the log of asking sources: what may go, what stays, and real nights."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import dagster as dg
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from craveny_assets.maintenance import KEEP_ALL, KEEP_FAILED, KEEP_FETCHES, PastRun, maintenance_job, prunable
from craveny_assets.ranges import SKIPPED_TAG
from craveny_store.fetching import FetchEntry, log_fetch
from craveny_store.partitions import database_now
from tests.conftest import utc

NOW = utc(2026, 11, 21, 3, 20)


@st.composite
def past_runs(draw: st.DrawFn) -> list[PastRun]:
    """Runs about a few partitions, ended at any minute of the last seven weeks, many of them at once."""
    about = st.sampled_from([("crawl", "1"), ("crawl", "2"), ("settle", "1")])
    minutes = st.one_of(st.integers(0, 49 * 1440), st.sampled_from([0, 2 * 1440, 2 * 1440 + 1, 30 * 1440]))
    told = draw(st.lists(st.tuples(about, st.booleans(), minutes), max_size=25))
    return [PastRun(str(i), a, ok, NOW - timedelta(minutes=ago)) for i, (a, ok, ago) in enumerate(told)]


@given(past_runs())
def test_the_newest_success_about_each_partition_stays_whatever_its_age(runs: list[PastRun]) -> None:
    gone = set(prunable(runs, NOW))
    for about in {run.about for run in runs if run.succeeded}:
        successes = [run for run in runs if run.succeeded and run.about == about]
        newest = max(run.ended_at for run in successes)
        assert any(run.ended_at == newest and run.run_id not in gone for run in successes)


@given(past_runs())
def test_nothing_of_the_last_two_days_goes_and_no_failure_of_the_last_thirty(runs: list[PastRun]) -> None:
    gone = set(prunable(runs, NOW))
    ages = {run.run_id: (NOW - run.ended_at, run.succeeded) for run in runs}
    assert all(age > (KEEP_ALL if succeeded else KEEP_FAILED) for age, succeeded in map(ages.get, gone) if age)


def test_a_failure_that_wrote_some_of_its_days_stays_until_a_newer_success_is_about_the_same() -> None:
    about, old = ("day", "2026-09-01", "2026-09-30"), NOW - timedelta(days=40)
    failed = PastRun("failed", about, succeeded=False, ended_at=old, shows_days=True)
    assert prunable([failed], NOW) == []
    assert prunable([failed, PastRun("other", ("day", "x", "y"), succeeded=True, ended_at=NOW)], NOW) == []
    assert prunable([failed, PastRun("again", about, succeeded=True, ended_at=NOW)], NOW) == ["failed"]
    assert prunable([PastRun("nothing", about, succeeded=False, ended_at=old)], NOW) == ["nothing"]


@given(past_runs())
def test_every_old_failure_and_every_old_repeat_goes_the_oldest_first(runs: list[PastRun]) -> None:
    gone = prunable(runs, NOW)
    assert {run.run_id for run in runs if not run.succeeded and NOW - run.ended_at > KEEP_FAILED} <= set(gone)
    for about in {run.about for run in runs}:
        left = [run for run in runs if run.succeeded and run.about == about and run.run_id not in gone]
        assert sum(NOW - run.ended_at > KEEP_ALL for run in left) <= 1
    ended = {run.run_id: run.ended_at for run in runs}
    assert gone == sorted(gone, key=ended.__getitem__)
    assert len(gone) == len(set(gone))


DAYS = dg.DailyPartitionsDefinition("2026-10-01")


@dg.asset(partitions_def=DAYS)
def bread() -> None:
    """Fails on the third."""


@dg.asset(partitions_def=DAYS)
def salt(context: dg.AssetExecutionContext) -> None:
    """Fails on the third."""
    if context.partition_key == "2026-10-03":
        raise dg.Failure("no salt", allow_retries=False)


KITCHEN = dg.Definitions(
    [bread, salt], jobs=[dg.define_asset_job("cook", [bread, salt])], executor=dg.in_process_executor
)
BREAD, SALT = dg.AssetKey("bread"), dg.AssetKey("salt")


def cook(instance: dg.DagsterInstance, days_ago: float, key: str, assets: Sequence[dg.AssetKey] = (BREAD, SALT)) -> str:
    """A run that ended so many days before NOW; its id."""
    with time_machine.travel(NOW - timedelta(days=days_ago), tick=True):
        job = KITCHEN.resolve_job_def("cook")
        chosen = list(assets) if len(assets) < 2 else None
        return job.execute_in_process(
            instance=instance, partition_key=key, asset_selection=chosen, raise_on_error=False
        ).run_id


def prune(instance: dg.DagsterInstance, now: datetime) -> int:
    with time_machine.travel(now, tick=True):
        return maintenance_job.execute_in_process(instance=instance).output_for_node("prune_runs")


def shown(instance: dg.DagsterInstance) -> list[set[str]]:
    return [set(instance.get_materialized_partitions(key)) for key in (BREAD, SALT)]


@pytest.mark.usefixtures("database")
def test_a_night_of_pruning_deletes_repeats_and_old_failures_and_dagster_forgets_no_day() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        repeats = [cook(instance, ago, "2026-10-01") for ago in (20, 10, 5)]
        young = [cook(instance, ago, "2026-10-02") for ago in (1.5, 1, 0.5)]
        failures = [cook(instance, ago, "2026-10-03", [SALT]) for ago in (40, 20)]
        before = shown(instance)
        assert prune(instance, NOW) == 3
        gone = [repeats[0], repeats[1], failures[0]]
        assert [instance.get_run_by_id(run_id) for run_id in gone] == [None] * 3
        assert [instance.all_logs(run_id) for run_id in gone] == [[]] * 3
        assert all(instance.get_run_by_id(run_id) for run_id in (repeats[2], *young, failures[1]))
        assert shown(instance) == before == [{"2026-10-01", "2026-10-02"}] * 2
        assert prune(instance, NOW + timedelta(hours=1)) == 0


@pytest.mark.usefixtures("database")
def test_runs_of_one_job_and_partition_over_different_assets_are_no_repeats_of_each_other() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        runs = [cook(instance, 9, "2026-10-01", [BREAD]), cook(instance, 8, "2026-10-01", [SALT])]
        assert prune(instance, NOW) == 0
        assert all(instance.get_run_by_id(run_id) for run_id in runs)
        assert shown(instance) == [{"2026-10-01"}] * 2


@pytest.mark.usefixtures("database")
def test_a_run_that_was_skipped_does_not_stand_for_the_run_that_wrote() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        wrote, skipped = cook(instance, 9, "2026-10-01"), cook(instance, 8, "2026-10-01")
        instance.add_run_tags(skipped, {SKIPPED_TAG: "held by run x"})
        assert prune(instance, NOW) == 0
        assert instance.get_run_by_id(wrote)


def test_the_log_of_asking_sources_is_kept_for_ninety_days(engine: Engine) -> None:
    with engine.begin() as conn:
        now = database_now(conn)
        for name, age in (("old", KEEP_FETCHES + timedelta(minutes=1)), ("young", KEEP_FETCHES - timedelta(hours=1))):
            log_fetch(conn, FetchEntry("us", name, "news", now - age, "answered"))
    with dg.DagsterInstance.ephemeral() as instance:
        assert maintenance_job.execute_in_process(instance=instance).output_for_node("prune_fetches") == 1
    with engine.connect() as conn:
        assert list(conn.execute(text("SELECT source FROM fetch_log")).scalars()) == ["young"]
