"""Keeping small what only grows: a crawl every ten minutes is 288 runs a day over two markets.

Our facts are in our own tables; what is pruned here is only Dagster's account of how they came, and the log of asking
sources.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

from craveny_assets.ranges import SKIPPED_TAG
from craveny_store.engine import open_engine
from craveny_store.fetching import prune_fetch_log
from craveny_store.partitions import database_now
from craveny_store.settings import Settings

KEEP_ALL = timedelta(days=2)
KEEP_FAILED = timedelta(days=30)
KEEP_FETCHES = timedelta(days=90)
"""Longer than a source's history is looked at."""
CHUNK = 100
PER_NIGHT = 5_000


@dataclass(frozen=True)
class PastRun:
    """A finished run as pruning sees it; `about` is its job, the partitions it was for and the assets chosen."""

    run_id: str
    about: tuple[str, ...]
    succeeded: bool
    ended_at: datetime
    shows_days: bool = False
    """Whether it materialized some of its days before it failed."""


def prunable(runs: Sequence[PastRun], now: datetime) -> list[str]:
    """Ids of the runs that can go, oldest first: repeats of a newer success, and failures of long ago.

    The newest success about each partition stays for ever, for Dagster reads from it that the day is there; so
    does a failure that wrote some of its days, until a newer success is about the same.
    """
    newest: dict[tuple[str, ...], PastRun] = {}
    for run in runs:
        if run.succeeded and (run.about not in newest or newest[run.about].ended_at < run.ended_at):
            newest[run.about] = run
    return [run.run_id for run in sorted(runs, key=lambda r: r.ended_at) if _can_go(run, newest, now)]


def _can_go(run: PastRun, newest: dict[tuple[str, ...], PastRun], now: datetime) -> bool:
    if run.succeeded:
        return newest[run.about] is not run and now - run.ended_at > KEEP_ALL
    is_made_up_for = run.about in newest and newest[run.about].ended_at > run.ended_at
    return now - run.ended_at > KEEP_FAILED and (is_made_up_for or not run.shows_days)


@dg.op
def prune_runs(context: dg.OpExecutionContext) -> int:
    """Delete old runs with their events, in chunks; returns how many went."""
    gone = 0
    for run_id in prunable(_finished_runs(context.instance), datetime.now(UTC))[:PER_NIGHT]:
        context.instance.delete_run(run_id)
        gone += 1
        if gone % CHUNK == 0:
            context.log.info(f"{gone} runs pruned")
    context.log.info(f"{gone} runs pruned in all")
    return gone


@dg.op
def prune_fetches(context: dg.OpExecutionContext) -> int:
    """Delete what the log of asking sources has from before KEEP_FETCHES; returns how many entries went."""
    engine = open_engine(Settings().database_url, pool_size=1)
    try:
        with engine.begin() as conn:
            gone = prune_fetch_log(conn, database_now(conn) - KEEP_FETCHES)
    finally:
        engine.dispose()
    context.log.info(f"{gone} entries of the fetch log pruned")
    return gone


def _finished_runs(instance: dg.DagsterInstance) -> list[PastRun]:
    over = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    return [_past_run(instance, record) for record in instance.get_run_records(dg.RunsFilter(statuses=over))]


def _past_run(instance: dg.DagsterInstance, record: dg.RunRecord) -> PastRun:
    run = record.dagster_run
    failed = run.status != dg.DagsterRunStatus.SUCCESS
    tags = ("dagster/partition", "dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
    chosen = sorted(key.to_user_string() for key in run.asset_selection or ())
    return PastRun(
        run.run_id,
        (run.job_name, *(run.tags.get(tag, "") for tag in tags), *chosen),
        # A skipped run is a success to Dagster, and has nothing to show for it.
        run.status == dg.DagsterRunStatus.SUCCESS and SKIPPED_TAG not in run.tags,
        datetime.fromtimestamp(record.end_time or record.create_timestamp.timestamp(), UTC),
        shows_days=failed and _has_materialized(instance, run.run_id),
    )


def _has_materialized(instance: dg.DagsterInstance, run_id: str) -> bool:
    of_type = dg.DagsterEventType.ASSET_MATERIALIZATION
    return bool(instance.get_records_for_run(run_id, of_type=of_type, limit=1).records)


@dg.job(description="Deletes Dagster's old runs and events in chunks, and the old log of asking sources.")
def maintenance_job() -> None:
    """Nightly housekeeping."""
    prune_runs()
    prune_fetches()


maintenance_schedule = dg.ScheduleDefinition(
    name="maintenance_schedule",
    job=maintenance_job,
    cron_schedule="20 3 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
