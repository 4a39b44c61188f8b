"""Judging a year and three quarters of forecasts: 440 sessions x 88 stocks x 12 models x 3 horizons on an empty board.

evaluate.full_seconds: settling, daily figures and comparisons of all sessions, in runs of as many days as a backfill's.
evaluate.last_day_seconds: the same three of one more session, the newest, alone in a process that knows nothing yet;
starting Python and its imports is not counted.
evaluate.growth: CPU seconds (process and Postgres) a session of the last 30 days over those of days 31-60.
evaluate.page_ms: of every leaderboard and drill-down (by stock, sector, horizon, window; day by day, head to head,
ensembles' members; a stock's own page), the slowest one's median; before each question a commit makes every kept answer
worthless. evaluate.reliability_ms is the same of the reliability plots, which are neither: it only tells.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from statistics import median
from typing import Any
from urllib.parse import urlencode

from benchmarks.costs import ONE_THREAD, PROJECT, Meter, Sessions
from benchmarks.figures import Figure
from benchmarks.homes import Say
from benchmarks.judged_store import JudgedStore, judged_store
from benchmarks.newest_day import JUDGING
from benchmarks.served import FilledStore
from craveny_assets.assets import BODIES, DAYS_PER_RUN
from craveny_assets.days.work import Work
from craveny_assets.ranges import run_day
from craveny_domain.clocks import days_between
from craveny_domain.panel import HORIZONS
from craveny_store.evidence import Evidence
from craveny_store.heads import bump
from craveny_store.leases import LeaseKeeper

NAMES = ("evaluate.full_seconds", "evaluate.last_day_seconds", "evaluate.growth", "evaluate.page_ms")
SESSIONS = 440
EARLY, LATE = slice(30, 60), slice(-30, None)
ASKED = 7
"""Times that each question is asked; the first one warms the process and is not counted."""

RELIABILITY = "/api/evaluations/reliability"
EVALUATIONS, STOCK = "/api/evaluations", "/api/stocks/{market}/{symbol}"
FILLED_IN = {"market": "us", "board": "live", "symbol": "J001", "model_a": "asked_a", "model_b": "nearest_news"}
"""What routes are asked about; each at every horizon and, where it knows windows, of all days and of the last 90."""
PARTS: Mapping[str, Mapping[str, str]] = {"sector": {"sector": "Sector 1"}, "symbol": {"symbol": "J001"}}
"""Where a route knows parts of a board, it is asked about each, and about the whole."""


def measure_evaluation(wanted: Collection[str], say: Say, sessions: int = SESSIONS) -> Iterator[Figure]:
    """The wanted figures over one store; whatever is wanted, all sessions are judged first."""
    with judged_store(sessions + 1, say) as store:
        begun = time.monotonic()
        days = days_between(store.days[0], store.days[-2])
        spent = _judge(store, days, say)
        forecasts = f"{sessions} sessions, {sessions * store.forecasts_a_day:,} forecasts"
        yield Figure("evaluate.full_seconds", time.monotonic() - begun, "s", 1, None, forecasts)
        for asset in JUDGING:
            each = 1000 * sum(spent[asset]) / sessions
            yield Figure(f"evaluate.{asset}_ms", each, "CPU ms/session", sessions, None, "the process and Postgres")
        if "evaluate.growth" in wanted:
            late, early = (_cpu_per_session(store, days, spent, span) for span in (LATE, EARLY))
            yield Figure("evaluate.growth", late / early, "ratio", 30, 1.3, "CPU a session, last 30 days over 31-60")
        if "evaluate.last_day_seconds" in wanted:
            yield from _newest_day(store, say)
        if "evaluate.page_ms" in wanted:
            yield from _pages(store, say)


def _judge(store: JudgedStore, days: Sequence[date], say: Say) -> dict[str, list[float]]:
    """CPU seconds of each asset by day, in runs as a backfill makes them: what one knows goes on to the next."""
    spent: dict[str, list[float]] = {asset: [] for asset in JUDGING}
    keeper, postgres = LeaseKeeper(store.engine, "bench"), Sessions(store.postmaster_pid)
    evidence: dict[str, Evidence] = {}
    for first in range(0, len(days), DAYS_PER_RUN):
        work = Work(store.engine, store.market, keeper, evidence=evidence)
        # The keeper and the work have opened their connections by the second look.
        postgres.look()
        for asset in JUDGING:
            for day in days[first : first + DAYS_PER_RUN]:
                meter = Meter(postgres)
                with meter.running():
                    run_day(work, asset, BODIES[asset].body, day)
                spent[asset].append(meter.seconds)
        say(f"judged {min(first + DAYS_PER_RUN, len(days))} of {len(days)} days")
    keeper.shutdown()
    return spent


def _cpu_per_session(
    store: JudgedStore, days: Sequence[date], spent: Mapping[str, Sequence[float]], span: slice
) -> float:
    # Two spans of 30 days may hold another number of sessions.
    return sum(sum(each[span]) for each in spent.values()) / len(set(days[span]) & set(store.days))


def _newest_day(store: JudgedStore, say: Say) -> Iterator[Figure]:
    argv = [sys.executable, "-m", "benchmarks.newest_day", store.market.code, str(store.days[-1])]
    environment = {**os.environ, **ONE_THREAD, "DATABASE_URL": store.url}
    done = subprocess.run(argv, capture_output=True, text=True, env=environment, cwd=PROJECT, check=True)
    told = json.loads(done.stdout)
    shown = ", ".join(f"{asset} {seconds:.2f} s" for asset, seconds in told.items())
    say(shown)
    yield Figure("evaluate.last_day_seconds", sum(told.values()), "s", 1, 2, shown)


def _pages(store: JudgedStore, say: Say) -> Iterator[Figure]:
    with FilledStore(store.url, store.folder, {}).serving("craveny_api", path="/ready") as (address, _):
        with urllib.request.urlopen(f"{address}/api/openapi.json", timeout=60) as answer:  # noqa: S310
            pages = list(_questions(json.load(answer)["paths"]))
        times = {page: [_asked(store, address + page) for _ in range(ASKED)][1:] for page in pages}
    medians = {page: median(each) for page, each in times.items()}
    for page, milliseconds in sorted(medians.items(), key=lambda item: item[1]):
        say(f"{milliseconds:7.1f} ms  {page}")
    plots = {page for page in pages if page.startswith(RELIABILITY)}
    for name, limit, of in (("page", 100, medians.keys() - plots), ("reliability", None, plots)):
        slowest = max(of, key=lambda page: medians[page])
        compared = f"{slowest}, the slowest of {len(of)}"
        yield Figure(f"evaluate.{name}_ms", medians[slowest], "ms", ASKED - 1, limit, compared)


def _questions(paths: dict[str, Any]) -> Iterator[str]:
    """Every reading of evaluations that the API knows, and the drill-down of a stock."""
    for path, ways in paths.items():
        if "get" not in ways or not (path.startswith(EVALUATIONS) or path == STOCK):
            continue
        asked = {p["name"]: p.get("required", False) for p in ways["get"].get("parameters", ()) if p["in"] == "query"}
        known = FILLED_IN.keys() - PARTS.keys()
        given = {name: FILLED_IN[name] for name, is_needed in asked.items() if is_needed or name in known}
        parts = [{}, *(PARTS[name] for name in PARTS if name in asked)]
        for horizon, window, part in product(HORIZONS, ("all", "90"), parts):
            chosen = {name: value for name, value in {"horizon": horizon, "window": window}.items() if name in asked}
            if window == "all" or "window" in asked:
                yield f"{path.format(**FILLED_IN)}?{urlencode(given | chosen | dict(part))}"


def _asked(store: JudgedStore, address: str) -> float:
    with store.engine.begin() as conn:
        for asset in ("evaluation_history", "daily_performance", "model_comparison", "prediction"):
            bump(conn, store.market.code, asset)
    begun = time.perf_counter()
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310
        answer.read()
    return 1000 * (time.perf_counter() - begun)
