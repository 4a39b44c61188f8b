"""All nearest-past-news searches of the backfill against one blocked exact search that answers the same questions.

retrieval.ratio_to_exact = CPU seconds of the plain run in loading the history from Postgres and searching it (see
`plain_run`) / CPU seconds of `exact_search`, which has all vectors in memory before its clock starts. Both on one
BLAS thread; the answers must be equal, or there is no figure.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks.backfill import plain_run
from benchmarks.costs import run_child
from benchmarks.figures import Figure
from benchmarks.homes import StockNetHome
from craveny_domain.neighbours import LOOKBACK_DAYS


def measure_retrieval(home: StockNetHome) -> Iterator[Figure]:
    """The ratio, with both sides of it."""
    windows = plain_run(home).told[-1]["windows"].values()
    ours = sum(window["retrieval_seconds"] for window in windows)
    exact = _exact(home)
    lookback = f"a lookback of {LOOKBACK_DAYS} days"
    yield Figure(
        "retrieval.ratio_to_exact",
        ours / exact["seconds"],
        "ratio",
        exact["searches"],
        3,
        "one blocked exact NumPy search over vectors in memory, the same questions, the same answers",
    )
    yield Figure("retrieval.cpu_seconds", ours, "CPU s", compared_with=f"reading and searching, {lookback}")
    yield Figure("retrieval.exact_cpu_seconds", exact["seconds"], "CPU s")
    yield Figure("retrieval.searches_per_second", exact["searches"] / ours, "searches/CPU s", exact["searches"])
    yield Figure("retrieval.largest_history", max(w["history_stories"] for w in windows), "stories")


def _exact(home: StockNetHome) -> dict[str, Any]:
    home.say("answering every search again, in blocks")
    arguments, environment = [str(home.searches)], home.environment("plain")
    cost = run_child(
        "benchmarks.exact_search", arguments, environment, home.postmaster_pid, home.log, say=lambda _: None
    )
    return dict(cost.told[-1])
