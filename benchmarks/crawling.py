"""How close a crawl comes to what politeness allows: 200 feeds on 200 hosts of loopback, 50 ms away each.

crawl.ratio_to_ideal: seconds to fetch them all as a crawl does, with its threads, through a new Fetcher with turns in
the store, robots.txt, checked addresses and limits, over the least that so many threads need when nothing but the
latency takes time: ceil(200 / threads) * 50 ms. Each host's robots.txt is remembered from the crawl before, as in all
crawls of a day but one; beside it crawl.first_ratio is of the crawl that has to read them.
"""

import math
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median

from sqlalchemy import Engine

from benchmarks.costs import PROJECT
from benchmarks.figures import Figure
from benchmarks.homes import Say, empty_store
from benchmarks.slow_hosts import FEED, HOSTS, LATENCY
from craveny_assets.fetching import CONCURRENT
from craveny_assets.fetching.client import Fetcher
from craveny_assets.fetching.politeness import JITTER, SPACING

NAMES = ("crawl.ratio_to_ideal",)
ROUNDS = 7
IDEAL = math.ceil(len(HOSTS) / CONCURRENT) * LATENCY
LIMIT = 1.5


def measure_crawling(_: Collection[str], say: Say) -> Iterator[Figure]:
    """The ratio of the median crawl, and that of the first."""
    with empty_store("crawl") as engine, _hosts() as port:
        addresses = [f"http://{host}:{port}/feed" for host in HOSTS]
        first, *later = (_crawl(engine, addresses, say) for _ in range(ROUNDS + 1))
    compared = f"{len(HOSTS)} feeds, {CONCURRENT} threads, {LATENCY * 1000:g} ms each: {IDEAL:g} s"
    yield Figure("crawl.ratio_to_ideal", median(later) / IDEAL, "ratio", ROUNDS, LIMIT, compared)
    yield Figure("crawl.first_ratio", first / IDEAL, "ratio", 1, None, f"{compared}; robots.txt of each is read too")


def _crawl(engine: Engine, addresses: list[str], say: Say) -> float:
    begun = time.perf_counter()
    with Fetcher(engine, allow="127.0.1.0/24") as fetcher, ThreadPoolExecutor(CONCURRENT) as pool:
        for fetched in pool.map(lambda address: fetcher.get(address, source=address), addresses):
            assert fetched.body == FEED
    took = time.perf_counter() - begun
    say(f"{len(addresses)} feeds in {took:.3f} s; {IDEAL:g} s is ideal")
    # Until every host may be asked again: a crawl comes every ten minutes.
    time.sleep(SPACING.total_seconds() * (1 + JITTER))
    return took


@contextmanager
def _hosts() -> Iterator[int]:
    argv = [sys.executable, "-m", "benchmarks.slow_hosts"]
    with subprocess.Popen(argv, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as hosts:
        assert hosts.stdout
        yield int(hosts.stdout.readline())
        hosts.communicate()
