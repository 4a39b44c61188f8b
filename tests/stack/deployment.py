"""A whole deployment for a test, and its webserver asked as the UI asks it."""

import json
import time
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from craveny_assets.assets import BODIES
from craveny_assets.definitions import defs
from craveny_cli.filling import fill, run_helper
from craveny_cli.narrator import Narrator
from craveny_cli.settings import CliSettings
from craveny_cli.stack import Stack
from craveny_domain.clocks import days_between
from craveny_store.engine import open_engine

REPOSITORY = {"repositoryLocationName": "craveny", "repositoryName": "__repository__"}
OVER = ("COMPLETED_SUCCESS", "COMPLETED_FAILED", "FAILED", "CANCELED", "COMPLETED")
AUTOMATIONS = """query($at: RepositorySelector!) { repositoryOrError(repositorySelector: $at) { ... on Repository {
    schedules { scheduleState { id status } } sensors { name sensorState { id status } } } } }"""
STOP_SCHEDULE = """mutation($id: String!) { stopRunningSchedule(id: $id) {
    ... on ScheduleStateResult { scheduleState { status } } } }"""
STOP_SENSOR = """mutation($id: String!) { stopSensor(id: $id) {
    ... on StopSensorMutationResult { instigationState { status } } } }"""
LAUNCH_BACKFILL = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
BACKFILL = """query($id: String!) { partitionBackfillOrError(backfillId: $id) {
    ... on PartitionBackfill { status endTimestamp error { message } } } }"""
LAUNCH_RUN = """mutation($params: ExecutionParams!) { launchRun(executionParams: $params) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
RUNS = """query($filter: RunsFilter!) { runsOrError(filter: $filter) { ... on Runs { results {
    runId status creationTime startTime endTime tags { key value } } } } }"""
SHOWN = """query($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode { assetPartitionStatuses {
    ... on TimePartitionStatuses { ranges { startKey endKey status } } } } } }"""


class Deployment:
    """A running stack: its database and its webserver."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.engine = open_engine(stack.postgres.url("craveny", "psycopg"))

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The webserver's answer to a GraphQL query; fails on any error."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.stack.web_address}/graphql", body, headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            answer = json.load(reply)
        assert "errors" not in answer, answer["errors"]
        (found,) = answer["data"].values()
        return found

    def stop_automations(self, keep: Collection[str] = ()) -> int:
        """Stop every schedule and sensor but those named; how many there were."""
        found = self.ask(AUTOMATIONS, at=REPOSITORY)
        schedules = [s["scheduleState"]["id"] for s in found["schedules"]]
        sensors = [s["sensorState"]["id"] for s in found["sensors"] if s["name"] not in keep]
        for query, ids in ((STOP_SCHEDULE, schedules), (STOP_SENSOR, sensors)):
            for state in (self.ask(query, id=each) for each in ids):
                assert [s["status"] for s in state.values()] == ["STOPPED"]
        return len(found["schedules"]) + len(found["sensors"])

    def launch_backfill(self, market: str, days: list[date]) -> str:
        """Backfill all assets of a market as its UI does; the backfill's id."""
        assets = [{"path": [market, asset]} for asset in BODIES]
        params = {"assetSelection": assets, "partitionNames": [str(day) for day in days], "fromFailure": False}
        launched = self.ask(LAUNCH_BACKFILL, params=params)
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        return launched["backfillId"]

    def launch_job(self, job: str, day: date, **more: str) -> str:
        """Run a job for a day as the UI does, with more tags if any (`dagster__x` is dagster/x); the run's id."""
        named = {"dagster/partition": str(day)} | {key.replace("__", "/"): value for key, value in more.items()}
        tags = [{"key": key, "value": value} for key, value in named.items()]
        params = {"selector": {**REPOSITORY, "jobName": job}, "executionMetadata": {"tags": tags}}
        launched = self.ask(LAUNCH_RUN, params={**params, "runConfigData": "{}"})
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return launched["run"]["runId"]

    def backfill_runs(self, backfill: str) -> list[dict[str, Any]]:
        """The backfill's runs so far, the newest first."""
        return self.ask(RUNS, filter={"tags": [{"key": "dagster/backfill", "value": backfill}]})["results"]

    def runs_of(self, job: str, status: str) -> list[dict[str, Any]]:
        """A job's runs that have a status, the newest first."""
        return self.ask(RUNS, filter={"pipelineName": job, "statuses": [status]})["results"]

    def run(self, run_id: str) -> dict[str, Any]:
        """A run's status and times."""
        (found,) = self.ask(RUNS, filter={"runIds": [run_id]})["results"]
        return found

    def finish_backfill(self, backfill: str, seconds: float) -> dict[str, Any]:
        """The backfill when it is over."""
        deadline = time.monotonic() + seconds
        while (found := self.ask(BACKFILL, id=backfill))["status"] not in OVER:
            assert time.monotonic() < deadline, f"the backfill is not over after {seconds} s: {found}"
            time.sleep(0.5)
        return found

    def shown(self, market: str, asset: str) -> set[date]:
        """The days that the UI shows as materialized."""
        found = self.ask(SHOWN, key={"path": [market, asset]})["assetPartitionStatuses"]["ranges"]
        spans = [(r["startKey"], r["endKey"]) for r in found if r["status"] == "MATERIALIZED"]
        return {day for a, b in spans for day in days_between(date.fromisoformat(a), date.fromisoformat(b))}

    def written_by(self) -> dict[tuple[str, str, date], tuple[str, Any]]:
        """The run that last wrote each asset day, and when, by our own account."""
        query = "SELECT market, asset, partition_date, run_id, committed_at FROM partition_state WHERE model_name = ''"
        with self.engine.connect() as conn:
            return {(m, a, day): (run_id, at) for m, a, day, run_id, at in conn.execute(text(query))}


@contextmanager
def deployed(
    settings: dict[str, str], market: str, ready_for: date, *, keep: Collection[str] = ()
) -> Iterator[Deployment]:
    """Everything but alerts running on a fresh home, the market filled on the eve of a day.

    No schedule is on, and no sensor but those named.
    """
    narrator = Narrator()
    stack = Stack(CliSettings.model_validate(settings), narrator)
    with stack.held(), stack.started_stores():
        environment = stack.environment()
        run_helper(narrator, "preparing tables and calendars", "craveny_assets.first_start", environment)
        stack.start_code_server()
        deployment = Deployment(stack)
        eve = ready_for - timedelta(days=1)
        fill(deployment.engine, narrator, environment, stack.home.logs, {market: (eve, eve)})
        stack.start_webserver()
        stack.wait_ready()
        assert deployment.stop_automations(keep) == len([*(defs.schedules or ()), *(defs.sensors or ())])
        stack.start_daemon()
        stack.wait_ready()
        yield deployment
        deployment.engine.dispose()
