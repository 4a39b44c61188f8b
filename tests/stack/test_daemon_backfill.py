"""A backfill of 90 days as the UI launches one, through the real webserver, daemon and code server."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from craveny_assets.assets import BODIES
from craveny_domain.clocks import Market, days_between
from tests.stack.deployment import Deployment, deployed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(500)]
DAYS = days_between(date(2026, 8, 12), date(2026, 11, 9))
RANGE = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")


@pytest.fixture(scope="module")
def deployment(settings: dict[str, str]) -> Iterator[Deployment]:
    """The us market filled up to the day before DAYS."""
    with deployed(settings, "us", DAYS[0]) as running:
        yield running


def until_it_runs(deployment: Deployment, backfill: str) -> None:
    deadline = time.monotonic() + 120
    while not any(run["status"] == "STARTED" for run in deployment.backfill_runs(backfill)):
        assert time.monotonic() < deadline, "no run of the backfill has started"
        time.sleep(0.2)


def until_over(deployment: Deployment, run_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 120
    while (run := deployment.run(run_id))["status"] not in ("SUCCESS", "FAILURE", "CANCELED"):
        assert time.monotonic() < deadline, "the live run is not over"
        time.sleep(0.2)
    return run


def range_of(run: dict[str, Any]) -> list[date]:
    tags = {tag["key"]: tag["value"] for tag in run["tags"]}
    return days_between(*(date.fromisoformat(tags[name]) for name in RANGE))


def test_a_backfill_of_90_days_writes_exactly_those_days_in_order_and_holds_no_live_run_up(
    deployment: Deployment, markets: dict[str, Market], tell: Callable[[str], None]
) -> None:
    assert len(DAYS) == 90
    written_before = deployment.written_by()
    shown_before = {asset: deployment.shown("us", asset) for asset in BODIES}
    today = markets["krx"].local_date(datetime.now(UTC))

    backfill = deployment.launch_backfill("us", DAYS)
    until_it_runs(deployment, backfill)
    live = until_over(deployment, deployment.launch_job("krx_crawl_job", today))
    over = deployment.finish_backfill(backfill, 300)
    runs = sorted(deployment.backfill_runs(backfill), key=lambda run: run["startTime"])
    waited, took = live["startTime"] - live["creationTime"], live["endTime"] - live["startTime"]
    tell(f"live run: waited {waited:.1f} s, ran {took:.1f} s; backfill: {spans(runs)}")

    assert over["status"] == "COMPLETED_SUCCESS", over
    assert [run["status"] for run in runs] == ["SUCCESS"] * len(runs)
    assert [day for run in runs for day in range_of(run)] == DAYS, "each day once, in ascending order"
    assert len(runs) == 3
    assert all(earlier["endTime"] <= later["startTime"] for earlier, later in pairwise(runs))

    assert live["status"] == "SUCCESS"
    assert runs[0]["startTime"] < live["startTime"] < runs[-1]["endTime"]

    by_run = {run["runId"]: range_of(run) for run in runs}
    after = deployment.written_by()
    touched = {key: run_id for key, (run_id, at) in after.items() if written_before.get(key) != (run_id, at)}
    assert {key for key in touched if key[0] == "us"} == {("us", asset, day) for asset in BODIES for day in DAYS}
    assert all(day in by_run[run_id] for (market, _, day), run_id in touched.items() if market == "us")
    crawled = {("krx", asset, today) for asset in ("raw_news", "news", "match", "news_embeddings")}
    assert {key: run_id for key, run_id in touched.items() if key[0] == "krx"} == dict.fromkeys(crawled, live["runId"])
    for asset in BODIES:
        assert deployment.shown("us", asset) - shown_before[asset] == set(DAYS)
        assert deployment.shown("us", asset) >= shown_before[asset]


def spans(runs: list[dict[str, Any]]) -> str:
    begun = runs[0]["startTime"]
    return ", ".join(f"{run['startTime'] - begun:.1f}..{run['endTime'] - begun:.1f} s" for run in runs)
