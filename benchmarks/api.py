"""The API under load over a store of a million forecasts and 200,000 articles, asked from another process.

api.p99_ms: eight questions that the dashboard's pages ask, in turn, 50 a second in all, after a warm-up; latency from
the instant a question was due; the 99th percentile of the slowest question. Symbols, forecasts, days and filters vary.
api.not_modified_ms: the same for callers that hold the answer already: the median of their 304s, the 99th percentile
beside it.
api.throughput_ratio: answers a second of the list of forecasts over those of a bare FastAPI route that reads one row by
its primary key, both asked by the same number of clients, in alternating rounds, the median of the rounds' ratios. The
list is asked as people do, the same few pages again and again, so that most answers are kept ones; beside it
api.throughput_ratio_fresh asks for no page twice.
api.rss_mib: resident memory of the API process after the load.
"""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import count, islice, product
from statistics import median, quantiles
from typing import Any

from benchmarks.costs import PROJECT
from benchmarks.figures import Figure
from benchmarks.homes import Say
from benchmarks.served import FilledStore, Size, filled_store

FULL = Size(stocks=48, sessions=500, articles=200)
RATE, WARM_SECONDS, SECONDS = 50, 15, 60
CLIENTS, ROUND_SECONDS, ROUNDS = 8, 4, 7
VARIANTS = 25
FRESH_PER_ROUND = 3_000
PAGE = 50
NAMES = ("api.p99_ms", "api.not_modified_ms", "api.throughput_ratio", "api.rss_mib")


def measure_api(wanted: Collection[str], say: Say, size: Size = FULL, seconds: float = SECONDS) -> Iterator[Figure]:
    """The wanted figures over one filled store."""
    with filled_store(size, say) as store, store.serving("craveny_api", path="/ready") as (address, process):
        requests = list(_questions(store))
        held = f"{store.counts['prediction']:,} forecasts, {store.counts['news']:,} articles"
        if {"api.p99_ms", "api.rss_mib"} & set(wanted):
            yield from _loaded(address, requests, held, seconds, say)
            yield Figure("api.rss_mib", process.memory_info().rss / 2**20, "MiB", 1, 150, "after the load")
        if "api.not_modified_ms" in wanted:
            yield from _not_modified(address, requests, seconds, say)
        if "api.throughput_ratio" in wanted:
            yield from _throughput(store, address, say)


def _questions(store: FilledStore) -> Iterator[dict[str, Any]]:
    """Variants of the eight questions, in turn."""
    forecasts = store.counts["prediction"]
    for n in range(VARIANTS):
        window = ("7", "30", "90", "all")[n % 4]
        symbol, day = f"F{1 + n * 7 % 40:04d}", f"2026-{9 - n % 6:02d}-{1 + n % 28:02d}"
        market, model = ("us", "krx")[n % 2], ("nearest_news", "lexicon", "momentum")[n % 3]
        paths = {
            "comparison": f"/api/predictions/compare?market={market}&horizon={(1, 3, 5)[n % 3]}",
            "newest forecasts": f"/api/predictions?market={market}&limit={PAGE}",
            "filtered forecasts": f"/api/predictions?market={market}&model={model}&direction=up&session_to={day}"
            f"&status=settled&sort=confident&limit={PAGE}",
            "stock": f"/api/stocks/{market}/{symbol}?board=reconstructed&horizon={(1, 3, 5)[n % 3]}",
            "bars": f"/api/stocks/{market}/{symbol}/bars?first=2025-10-17&last=2026-10-16",
            "news of a stock": f"/api/stocks/{market}/{symbol}/news?limit=20",
            "forecast": f"/api/predictions/{1 + (n * 7919 * 31) % forecasts}",
            "leaderboard": f"/api/evaluations?market={market}&board=reconstructed&window={window}",
        }
        yield from ({"name": name, "path": path} for name, path in paths.items())


def _loaded(address: str, requests: list[dict[str, Any]], held: str, seconds: float, say: Say) -> Iterator[Figure]:
    say("warming up")
    _ask(address=address, requests=requests, rate=RATE, seconds=min(WARM_SECONDS, seconds))
    say(f"{RATE} questions a second for {seconds:g} s")
    told = _ask(address=address, requests=requests, rate=RATE, seconds=seconds)["milliseconds"]
    worst = {name: _p99(times) for name, times in told.items()}
    for name, p99 in sorted(worst.items(), key=lambda item: item[1]):
        say(f"{name}: median {median(told[name]):.1f} ms, p99 {p99:.1f} ms, {len(told[name])} answers")
    slowest = max(worst, key=lambda name: worst[name])
    count = sum(map(len, told.values()))
    compared = f"the slowest of eight ({slowest}), {RATE}/s in all, {held}"
    yield Figure("api.p99_ms", worst[slowest], "ms", count, 50, compared)


def _not_modified(address: str, requests: list[dict[str, Any]], seconds: float, say: Say) -> Iterator[Figure]:
    held = []
    for request in requests:
        with urllib.request.urlopen(f"{address}{request['path']}", timeout=30) as answer:  # noqa: S310
            held.append({**request, "name": "304", "headers": {"If-None-Match": answer.headers["ETag"]}})
    say(f"{RATE} questions a second of callers that hold the answer, for {seconds:g} s")
    _ask(address=address, requests=held, rate=RATE, seconds=min(WARM_SECONDS, seconds), status=304)
    times = _ask(address=address, requests=held, rate=RATE, seconds=seconds, status=304)["milliseconds"]["304"]
    yield Figure(
        "api.not_modified_ms", median(times), "ms", len(times), 5, "median of 304s, the eight questions in turn"
    )
    yield Figure("api.not_modified_p99_ms", _p99(times), "ms", len(times), None, "their 99th percentile")


def _throughput(store: FilledStore, address: str, say: Say) -> Iterator[Figure]:
    fresh = _pages_of_a_list()
    with store.serving("benchmarks.bare_route", "{port}", path="/forecast/1") as (bare_address, _):
        bare = [
            {"name": "bare", "path": f"/forecast/{1 + n * 7919 % store.counts['prediction']}"} for n in range(VARIANTS)
        ]
        again = list(islice(_pages_of_a_list(), VARIANTS))
        rounds = []
        for _ in range(ROUNDS + 1):
            anew = list(islice(fresh, FRESH_PER_ROUND))
            rounds.append(
                [_per_second(at, asked) for at, asked in ((address, again), (address, anew), (bare_address, bare))]
            )
            say("{:,.0f}/s of the list, {:,.0f}/s of it afresh, {:,.0f}/s of the bare route".format(*rounds[-1]))
    # The first round warms all.
    for name, at, limit in (("api.throughput_ratio", 0, 0.4), ("api.throughput_ratio_fresh", 1, None)):
        ratio = median(each[at] / each[2] for each in rounds[1:])
        compared = f"pages of {PAGE} forecasts over one row by primary key, {CLIENTS} clients"
        yield Figure(name, ratio, "ratio", ROUNDS, limit, compared, is_floor=limit is not None)


def _pages_of_a_list() -> Iterator[dict[str, Any]]:
    """Pages of the list of forecasts, no two alike."""
    days = (date(2026, 10, 1) - timedelta(days=n) for n in count())
    for day in days:
        for market, horizon, size in product(("us", "krx"), (1, 3, 5), range(PAGE, PAGE - 10, -1)):
            path = f"/api/predictions?market={market}&horizon={horizon}&session_to={day}&limit={size}"
            yield {"name": "list", "path": path}


def _per_second(address: str, requests: list[dict[str, Any]]) -> float:
    told = _ask(address=address, requests=requests, clients=CLIENTS, seconds=ROUND_SECONDS)
    return sum(map(len, told["milliseconds"].values())) / told["seconds"]


def _ask(**plan: Any) -> dict[str, Any]:  # noqa: ANN401 - see benchmarks.load
    argv = [sys.executable, "-m", "benchmarks.load"]
    done = subprocess.run(argv, input=json.dumps(plan), capture_output=True, text=True, cwd=PROJECT, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"The load broke off: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100, method="inclusive")[98]
