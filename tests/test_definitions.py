"""What Dagster is offered, loaded with an empty environment and compared with a golden list.

After a wanted change, write the list anew with CRAVENY_UPDATE_GOLDEN=1 and read the difference.
"""

import difflib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from craveny_assets.definitions import build_definitions
from craveny_domain.clocks import Market

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).with_name("golden_definitions.txt")
UPDATE = "CRAVENY_UPDATE_GOLDEN"
DESCRIBE = (
    "from craveny_assets.definitions import defs; from tests.test_definitions import described;"
    " print('\\n'.join(described(defs)))"
)


def described(defs: dg.Definitions) -> Iterator[str]:
    """A line per asset, job, schedule, sensor and check."""
    graph = defs.resolve_asset_graph()
    yield "assets: key < what it reads; partitions; backfill policy"
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        reads = joined(node.parent_keys)
        policy = node.backfill_policy
        size = policy.max_partitions_per_run if policy else "none"
        yield f"  {key.to_user_string()} < {reads or '-'}; {days(node.partitions_def)}; {size} days a run"
    yield "jobs: name = what it runs; tags"
    for job in sorted(defs.resolve_all_job_defs(), key=lambda job: job.name):
        if not job.name.startswith("__"):
            runs = joined(job.asset_layer.executable_asset_keys) or ", ".join(sorted(node.name for node in job.nodes))
            tags = ", ".join(f"{name}={value}" for name, value in sorted(job.tags.items()))
            yield f"  {job.name} = {runs}; {tags or '-'}"
    yield "schedules: name = cron, timezone, job, status at first"
    for schedule in sorted((defs.resolve_schedule_def(s.name) for s in defs.schedules or ()), key=lambda s: s.name):
        when = f"{schedule.cron_schedule} {schedule.execution_timezone or 'UTC'}"
        yield f"  {schedule.name} = {when}, {schedule.job_name}, {schedule.default_status.value}"
    yield "sensors: name = seconds between looks, jobs, status at first"
    for sensor in sorted((defs.resolve_sensor_def(s.name) for s in defs.sensors or ()), key=lambda s: s.name):
        jobs = " ".join(sorted(target.job_name for target in sensor.targets))
        yield f"  {sensor.name} = {sensor.minimum_interval_seconds}, {jobs or '-'}, {sensor.default_status.value}"
    yield "checks: asset: name; whether it blocks"
    for check in sorted(graph.asset_check_keys):
        blocks = "blocks" if graph.get_check_spec(check).blocking else "only tells"
        yield f"  {check.asset_key.to_user_string()}: {check.name}; {blocks}"


def joined(keys: Iterable[dg.AssetKey]) -> str:
    return " ".join(sorted(key.to_user_string() for key in keys))


def days(partitions: dg.PartitionsDefinition | None) -> str:
    assert isinstance(partitions, dg.DailyPartitionsDefinition), "every asset has the days of its market"
    start = partitions.start.strftime(partitions.fmt)
    return f"days from {start} {partitions.timezone} through today+{partitions.end_offset - 1}"


@pytest.fixture(scope="module")
def offered() -> str:
    """The description made by a process that has no environment at all."""
    done = subprocess.run(
        [sys.executable, "-c", DESCRIBE], cwd=ROOT, env={}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_empty_environment_is_offered_exactly_the_golden_list(offered: str) -> None:
    if os.environ.get(UPDATE):
        GOLDEN.write_text(offered, encoding="utf-8")
    golden = GOLDEN.read_text(encoding="utf-8")
    changed = "\n".join(difflib.unified_diff(golden.splitlines(), offered.splitlines(), "golden", "offered", n=0))
    assert not changed, f"{changed}\nIf this is what you want, run this test with {UPDATE}=1 and commit {GOLDEN.name}."


def test_the_golden_list_stays_short_enough_to_read() -> None:
    assert 40 <= len(GOLDEN.read_text(encoding="utf-8").splitlines()) <= 200


def test_every_market_is_offered_the_same_under_its_own_code(markets: dict[str, Market], offered: str) -> None:
    lists = set()
    for code, market in markets.items():
        alone = [line for line in described(build_definitions([market])) if line.startswith(f"  {code}")]
        assert alone == [line for line in offered.splitlines() if line.startswith(f"  {code}")]
        assert len(alone) == 11 + 8 + 1 + 3 + 9
        text = "\n".join(alone).replace(market.timezone, "ZONE")
        lists.add(text.replace(f"{code}/", "M/").replace(f"{code}_", "M_"))
    assert len(lists) == 1 < len(markets)
