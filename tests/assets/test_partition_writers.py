"""Who may write a partition: two runs at once, a worker killed in mid-write, a run given up that writes late."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import dagster as dg
import pytest
from sqlalchemy import text

from craveny_assets.assets import BODIES
from craveny_assets.days.work import Work
from craveny_assets.ranges import SKIPPED_TAG, RangeAccount, run_day, run_days
from craveny_store.engine import open_engine
from craveny_store.leases import LeaseKeeper, LeaseLost, PartitionKey
from tests.assets.dagster_bench import DagsterBench, failures, materialized
from tests.assets.turnstile import Turnstile
from tests.conftest import wait_until

WED, THU, FRI = date(2026, 10, 14), date(2026, 10, 15), date(2026, 10, 16)
FIRST_WRITES = {asset: asset for asset in BODIES} | {"prediction": "prediction_evidence"}
"""The table each asset writes first."""
every_asset = pytest.mark.parametrize("asset", list(BODIES))


class Late:
    """Something that runs in a thread, and what came of it."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._outcome: object = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._outcome = self._work()
        except Exception as error:
            self._outcome = error

    def outcome(self) -> object:
        self._thread.join(timeout=60)
        assert not self._thread.is_alive()
        return self._outcome


def run_of(outcome: object) -> dg.ExecuteInProcessResult:
    assert isinstance(outcome, dg.ExecuteInProcessResult), outcome
    return outcome


def lease_row(bench: DagsterBench, asset: str) -> tuple[str, int]:
    query = text("SELECT holder, epoch FROM lease WHERE asset = :asset AND partition_date = :day")
    with bench.engine.connect() as conn:
        holder, epoch = conn.execute(query, {"asset": asset, "day": WED}).one()
    return holder, epoch


def ran_out(bench: DagsterBench, asset: str) -> bool:
    query = text("SELECT expires_at < clock_timestamp() FROM lease WHERE asset = :asset AND partition_date = :day")
    with bench.engine.connect() as conn:
        return conn.execute(query, {"asset": asset, "day": WED}).scalar_one()


def only_run(bench: DagsterBench) -> dg.DagsterRun:
    (run,) = bench.instance.get_runs()
    return run


@contextmanager
def worker(bench: DagsterBench, holder: str, *, seconds: float = 30.0, wait_seconds: float = 30.0) -> Iterator[Work]:
    """A writer beside Dagster, with an engine and a lease keeper of its own."""
    engine = open_engine(os.environ["DATABASE_URL"])
    keeper = LeaseKeeper(engine, holder, seconds=seconds, wait_seconds=wait_seconds)
    yield Work(engine, bench.market, keeper)
    keeper.shutdown()
    engine.dispose()


# Two at once


@every_asset
def test_of_two_runs_of_one_partition_one_writes_and_the_other_ends_as_skipped(bench: DagsterBench, asset: str) -> None:
    meant = bench.said(asset, WED)
    bench.wipe(asset, WED)
    with Turnstile(bench.engine, sealing=asset) as gate:
        late = Late(lambda: bench.run(asset, WED))
        gate.wait_for_a_writer()
        first = only_run(bench)
        second = bench.run(asset, WED, wait_seconds=0.1)
        assert (bench.said(asset, WED), bench.shown(asset)) == ([], set())
        gate.open()
        assert run_of(late.outcome()).success
    skipped = bench.instance.get_run_by_id(second.run_id)
    assert skipped and skipped.status == dg.DagsterRunStatus.SUCCESS
    assert skipped.tags[SKIPPED_TAG] == f"held by run {first.run_id}"
    assert materialized(second) == []
    assert bench.said(asset, WED) == meant
    assert bench.shown(asset) == {WED}
    assert lease_row(bench, asset) == (first.run_id, 1)


def test_a_range_skips_the_day_another_run_holds_and_shows_the_days_it_wrote(bench: DagsterBench) -> None:
    bench.wipe("match", WED)
    with worker(bench, "the other run") as other:
        lease = other.keeper.take(PartitionKey("us", "match", THU))
        result = bench.run("match", WED, FRI, wait_seconds=0.1)
        other.keeper.release(lease)
    run = bench.instance.get_run_by_id(result.run_id)
    assert run and run.status == dg.DagsterRunStatus.SUCCESS
    assert run.tags[SKIPPED_TAG] == "held by run the other run"
    assert bench.sealed("match", WED) == bench.shown("match") == {WED, FRI}


def test_a_run_that_waits_out_the_holder_writes_after_it(bench: DagsterBench) -> None:
    bench.wipe("match", WED)
    with Turnstile(bench.engine, sealing="match") as gate, worker(bench, "the first") as other:
        first = Late(lambda: run_day(other, "match", BODIES["match"].body, WED))
        gate.wait_for_a_writer()
        second = Late(lambda: bench.run("match", WED))
        gate.open()
        first.outcome()
        assert run_of(second.outcome()).success
    assert lease_row(bench, "match") == (only_run(bench).run_id, 2)
    assert bench.shown("match") == {WED}


# Killed in mid-write


@every_asset
def test_a_worker_killed_in_mid_write_leaves_nothing_and_the_next_run_heals_the_day(
    bench: DagsterBench, asset: str
) -> None:
    meant = bench.said(asset, WED)
    bench.wipe(asset, WED)
    with Turnstile(bench.engine, sealing=asset) as gate:
        child = multiprocessing.get_context("fork").Process(target=write_in_child, args=(bench, asset))
        child.start()
        gate.wait_for_a_writer()
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        assert child.exitcode == -signal.SIGKILL
        assert (bench.said(asset, WED), bench.sealed(asset, WED)) == ([], set())
        gate.open()
        gate.wait_until_it_left()
    assert (bench.said(asset, WED), bench.sealed(asset, WED)) == ([], set())
    assert lease_row(bench, asset) == ("killed", 1)
    assert bench.run(asset, WED).success
    assert bench.said(asset, WED) == meant
    assert lease_row(bench, asset) == (only_run(bench).run_id, 2)
    assert bench.shown(asset) == {WED}


def write_in_child(bench: DagsterBench, asset: str) -> None:
    with worker(bench, "killed", seconds=0.6) as work:
        run_day(work, asset, BODIES[asset].body, WED)


# Given up


def give_up(bench: DagsterBench, status: dg.DagsterRunStatus) -> None:
    """What run monitoring does to a run it counts as dead, or a person to one in the UI."""
    if status == dg.DagsterRunStatus.FAILURE:
        bench.instance.report_run_failed(only_run(bench))
    else:
        bench.instance.report_run_canceled(only_run(bench))


@every_asset
@pytest.mark.parametrize("status", [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED], ids=lambda s: s.value)
def test_a_run_given_up_without_a_successor_writes_nothing(
    bench: DagsterBench, asset: str, status: dg.DagsterRunStatus
) -> None:
    bench.wipe(asset, WED)
    with Turnstile(bench.engine, sealing=asset) as gate:
        late = Late(lambda: bench.run(asset, WED))
        gate.wait_for_a_writer()
        give_up(bench, status)
        gate.open()
        (said,) = failures(run_of(late.outcome()))
    assert "was given up, nothing was written" in said
    assert only_run(bench).is_failure_or_canceled
    assert (bench.said(asset, WED), bench.sealed(asset, WED), bench.shown(asset)) == ([], set(), set())
    assert bench.is_free(asset, WED)


@every_asset
def test_a_late_writer_whose_successor_has_written_is_refused_and_changes_nothing(
    bench: DagsterBench, asset: str
) -> None:
    bench.wipe(asset, WED)
    with Turnstile(bench.engine, before=FIRST_WRITES[asset]) as gate, worker(bench, "late", seconds=0.2) as stalled:
        stalled.keeper.shutdown()  # it does not renew: its machine was paused
        late = Late(lambda: run_days(stalled, asset, BODIES[asset].body, [WED], lambda _: None))
        gate.wait_for_a_writer()
        assert bench.run(asset, WED).success
        contents, states = bench.contents(), bench.states(asset)
        gate.open()
        assert_lost(late.outcome())
    assert (bench.contents(), bench.states(asset)) == (contents, states)
    assert lease_row(bench, asset) == (only_run(bench).run_id, 2)


@every_asset
def test_a_writer_whose_lease_ran_out_is_refused_though_nobody_took_it(bench: DagsterBench, asset: str) -> None:
    bench.wipe(asset, WED)
    contents = bench.contents()
    with Turnstile(bench.engine, sealing=asset) as gate, worker(bench, "late", seconds=0.2) as stalled:
        stalled.keeper.shutdown()
        late = Late(lambda: run_days(stalled, asset, BODIES[asset].body, [WED], lambda _: None))
        gate.wait_for_a_writer()
        wait_until(lambda: ran_out(bench, asset), "the lease ran out")
        gate.open()
        assert_lost(late.outcome())
    assert bench.contents() == contents
    assert bench.sealed(asset, WED) == set()


def assert_lost(outcome: object) -> None:
    """A day that was refused because its lease was gone, whatever else went wrong on the way."""
    assert isinstance(outcome, RangeAccount), outcome
    assert isinstance(outcome.failed[WED], LeaseLost)
    assert "the lease of run late is gone, nothing was written" in str(outcome.failed[WED])


def test_a_run_given_up_in_mid_range_stops_there_and_shows_the_days_it_had_written(bench: DagsterBench) -> None:
    bench.wipe("match", WED)
    with Turnstile(bench.engine, sealing="match", day=THU) as gate:
        late = Late(lambda: bench.run("match", WED, FRI))
        gate.wait_for_a_writer()
        give_up(bench, dg.DagsterRunStatus.FAILURE)
        gate.open()
        (said,) = failures(run_of(late.outcome()))
    assert "match: 1 of 3 days failed, 1 not tried; the others are committed" in said
    assert f"{THU}: us/match {THU}: the run {only_run(bench).run_id} was given up, nothing was written." in said
    assert bench.sealed("match", WED) == bench.shown("match") == {WED}


def test_a_lease_lost_in_mid_range_costs_that_day_only(bench: DagsterBench) -> None:
    bench.wipe("match", WED)
    with Turnstile(bench.engine, sealing="match", day=THU) as gate:
        late = Late(lambda: bench.run("match", WED, FRI))
        gate.wait_for_a_writer()
        bench.execute("UPDATE lease SET epoch = epoch + 1 WHERE asset = 'match' AND partition_date = :day", day=THU)
        gate.open()
        (said,) = failures(run_of(late.outcome()))
    assert "match: 1 of 3 days failed" in said and "nothing was written" in said
    assert bench.sealed("match", WED) == bench.shown("match") == {WED, FRI}
