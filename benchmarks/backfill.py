"""The full backfill of `us` on StockNet: through Dagster, in plain Python, and Dagster alone.

backfill.cpu_ratio = through Dagster / (plain Python + Dagster's floor), in CPU seconds (user and system) of the child
process, all it started, and Postgres meanwhile. All three run the chunks of one plan, warm-up included, each in a
child process on fresh databases of one cluster, BLAS on one thread, without Milvus: its sync would be the same work
on both sides. Through Dagster is `python -m craveny_assets.backfill`, what `craveny backfill` starts; what the other
two leave out is told in `plain_run` and `noop_run`.

backfill.growth compares days of the plain run (see `plain_run.WINDOWS`); loading and searching the history of past
news is measured where it happens and subtracted, and its own growth is a figure of its own.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from benchmarks.costs import Cost, run_child
from benchmarks.figures import Figure
from benchmarks.homes import FIRST, LAST, StockNetHome
from craveny_domain.neighbours import LOOKBACK_DAYS

DAYS = (LAST - FIRST).days + 1
SPAN = f"us on StockNet, {FIRST}..{LAST}, every asset"


def measure_backfill(home: StockNetHome) -> Iterator[Figure]:
    """All figures of the three runs; the plain run leaves its database for the retrieval figures."""
    plain = plain_run(home)
    floor = _noop_run(home)
    whole = _dagster_run(home)
    yield Figure(
        "backfill.cpu_ratio",
        whole.cpu_seconds / (plain.cpu_seconds + floor.cpu_seconds),
        "ratio",
        limit=1.5,
        compared_with="plain Python + Dagster's floor of no-op assets over the same days in the same mode",
    )
    yield from _companions(home, whole, plain, floor)
    yield from _growth(plain)


def _companions(home: StockNetHome, whole: Cost, plain: Cost, floor: Cost) -> Iterator[Figure]:
    asset_days = sum(chunk.partitions for chunk in home.chunks())
    yield Figure("backfill.days_per_second", DAYS / whole.wall_seconds, "days/s", compared_with=SPAN)
    yield Figure("backfill.asset_days", asset_days, "asset days", compared_with=f"{SPAN}, warm-up included")
    for name, cost in (("backfill", whole), ("backfill.plain", plain), ("backfill.dagster_floor", floor)):
        yield Figure(f"{name}.cpu_seconds", cost.cpu_seconds, "CPU s", compared_with="the process and Postgres")
        yield Figure(f"{name}.postgres_cpu_seconds", cost.postgres_cpu_seconds, "CPU s")
        yield Figure(f"{name}.wall_seconds", cost.wall_seconds, "s")


def _growth(plain: Cost) -> Iterator[Figure]:
    windows = plain.told[-1]["windows"]
    early, late = (windows[name] for name in ("early", "late"))
    apart = [w["seconds"] - w["retrieval_seconds"] for w in (early, late)]
    yield Figure(
        "backfill.growth",
        apart[1] / apart[0],
        "ratio",
        limit=1.3,
        compared_with="CPU of days 609-638 against days 31-60 of the plain run, retrieval apart",
    )
    for name, window, seconds in (("early", early, apart[0]), ("late", late, apart[1])):
        yield Figure(f"backfill.growth.{name}_cpu_per_day", seconds / 30, "CPU s/day", n=30)
        yield Figure(f"backfill.growth.{name}_retrieval_cpu_per_day", window["retrieval_seconds"] / 30, "CPU s/day", 30)
        yield Figure(f"backfill.growth.{name}_history_stories", window["history_stories"], "stories")
    yield Figure(
        "backfill.growth.retrieval",
        late["retrieval_seconds"] / max(early["retrieval_seconds"], 1e-9),
        "ratio",
        compared_with=f"the same days; its lookback of {LOOKBACK_DAYS} days is full in the later ones only",
    )


def plain_run(home: StockNetHome) -> Cost:
    """The bodies in plain Python, run once a home; leaves the database `plain` and the file of its searches."""
    if home.plain is None:
        home.fresh("plain")
        arguments = [_chunks_file(home), str(home.postmaster_pid), str(home.searches)]
        home.plain = _run(home, "plain", "benchmarks.plain_run", arguments, "in plain Python")
    return home.plain


def _noop_run(home: StockNetHome) -> Cost:
    home.fresh("floor")
    return _run(home, "floor", "benchmarks.noop_run", [_chunks_file(home)], "Dagster alone")


def _dagster_run(home: StockNetHome) -> Cost:
    home.fresh("whole")
    arguments = [home.market.code, str(FIRST), str(LAST)]
    return _run(home, "whole", "craveny_assets.backfill", arguments, "through Dagster")


def _run(home: StockNetHome, name: str, module: str, arguments: list[str], what: str) -> Cost:
    total = len(home.chunks())
    done = 0

    def say(message: Mapping[str, Any]) -> None:
        nonlocal done
        done += "done" in message
        home.say(f"backfill {what}: {done} of {total} chunks")

    cost = run_child(module, arguments, home.environment(name), home.postmaster_pid, home.log, say=say)
    home.say(f"backfill {what}: {cost.cpu_seconds:.1f} CPU s, {cost.wall_seconds:.1f} s")
    return cost


def _chunks_file(home: StockNetHome) -> str:
    path = home.folder / "chunks.json"
    path.write_text(json.dumps([asdict(chunk) for chunk in home.chunks()], default=str), encoding="utf-8")
    return str(path)
