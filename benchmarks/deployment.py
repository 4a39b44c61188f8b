"""Everything of `craveny up`, as a person runs it: seconds to fill and to start again, memory, one forecast job.

Memory is proportional share (PSS) over every process of the start, Postgres included; during the backfill the
command and its child count too. Idle: median of samples from a minute after the start. Peak: the largest sum of one
second's samples while `craveny backfill us` does all of StockNet, a crawl is launched whenever the last has ended, and
more than 100,000 articles are stored: those of the sample and of StockNet, and copies of StockNet's tweets that were
imported as an archive of `krx` and materialized by the bodies.

run.today_seconds: the forecast job of the newest session whose cut-off has passed, click to finish, over a job of as
many assets that do nothing, in the same deployment: a second code location that only this bench starts.
"""

import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.copies import COPIES, store_copies
from benchmarks.figures import Figure
from benchmarks.homes import FIRST, LAST, STOCKNET, NoData, Say, temporary_folder
from benchmarks.running import Deployment, MemoryWatch, Rate
from craveny_domain.clocks import cutoff
from craveny_store.calendar import sessions_between
from craveny_store.engine import open_engine
from craveny_store.overview import row_counts
from craveny_store.partitions import database_now
from craveny_store.settings import load_markets

IDLE_AFTER_SECONDS = 60
IDLE_SAMPLES = 15
RUNS = 7
ARTICLES = 100_000
EVERYTHING = "PSS of everything of `make up`"


def measure_deployment(wanted: Collection[str], say: Say) -> Iterator[Figure]:
    """The wanted figures, with their companions, over one home that is started up to three times."""
    with temporary_folder("stack") as folder:
        deployment = Deployment(folder / "home", say)
        with deployment.started() as seconds:
            if "up.fill_seconds" in wanted:
                yield from _filled(deployment, seconds)
            if "stack.idle_mib" in wanted:
                yield _idle(deployment, say)
        if {"up.restart_seconds", "stack.peak_mib"} & set(wanted):
            with deployment.started() as seconds:
                yield Figure("up.restart_seconds", seconds, "s", 1, 15, "command to all services answering")
                if "stack.peak_mib" in wanted:
                    yield from _peak(deployment, folder, say)
        if "run.today_seconds" in wanted:
            with deployment.started(with_noop=True):
                yield from _today(deployment, say)


def _filled(deployment: Deployment, seconds: float) -> Iterator[Figure]:
    yield Figure("up.fill_seconds", seconds, "s", 1, 90, "120 sample days of both markets, all services answering")
    engine = open_engine(deployment.database_url)
    with engine.connect() as conn:
        rows = row_counts(conn)
    engine.dispose()
    yield Figure("up.fill_forecasts_per_second", rows["prediction"] / seconds, "forecasts/s", rows["prediction"])


def _idle(deployment: Deployment, say: Say) -> Figure:
    for left in range(IDLE_AFTER_SECONDS, 0, -10):
        say(f"idle for {left} s more")
        time.sleep(10)
    samples = []
    for _ in range(IDLE_SAMPLES):
        samples.append(deployment.memory_mib())
        time.sleep(2)
    return Figure("stack.idle_mib", median(samples), "MiB", len(samples), 1_200, EVERYTHING)


def _peak(deployment: Deployment, folder: Path, say: Say) -> Iterator[Figure]:
    if not STOCKNET.is_dir():
        raise NoData(f"There is no StockNet folder at {STOCKNET}. Set CRAVENY_SHARED_DATA to the folder that holds it.")
    say(f"storing {COPIES:,} more articles")
    store_copies(deployment.database_url, folder / "copies", say)
    deployment.command("import", "us", str(STOCKNET))
    with ExitStack() as stack:
        today = load_markets()["us"].local_date(datetime.now(UTC))
        crawl = stack.enter_context(Rate(deployment, "us_crawl_job", today.isoformat(), say))
        watch = stack.enter_context(MemoryWatch(deployment, say))
        begun = time.monotonic()
        deployment.command("backfill", "us", f"{FIRST}..{LAST}", measured=True)
        seconds = time.monotonic() - begun
    engine = open_engine(deployment.database_url)
    with engine.connect() as conn:
        articles = row_counts(conn)["news"]
    engine.dispose()
    if articles < ARTICLES:
        raise RuntimeError(f"Only {articles:,} articles are stored, {ARTICLES:,} are wanted.")
    n, what = len(watch.samples), f"{EVERYTHING} and of the backfill"
    yield Figure("stack.peak_mib", sum(watch.peak.values()), "MiB", n, 1_800, what)
    yield Figure("stack.peak_services_mib", watch.services_peak_mib, "MiB", n, compared_with=EVERYTHING)
    for name, mib in watch.peak.items():
        yield Figure(f"stack.peak.{name}_mib", mib, "MiB", compared_with="its part of the peak")
    yield Figure("stack.articles", articles, "articles", compared_with="stored at the end of that backfill")
    yield Figure("stack.backfill_seconds", seconds, "s", compared_with="that backfill, beside the crawls")
    yield Figure("stack.crawls", crawl.done, "runs", compared_with="crawls finished meanwhile")


def _today(deployment: Deployment, say: Say) -> Iterator[Figure]:
    code, day = _newest(deployment)
    ours, noop = [], []
    for number in range(RUNS + 1):
        say(f"forecast job of {code} {day}, {number} of {RUNS}")
        pair = deployment.run(f"{code}_forecast_job", day), deployment.run("noop_forecast_job", day, location="noop")
        # The first of each warms the code server up.
        if number:
            ours.append(pair[0])
            noop.append(pair[1])
    what = f"a no-op job of as many assets in the same deployment; {code} {day}, click to finish"
    yield Figure("run.today_seconds", median(ours) / median(noop), "ratio", RUNS, 3, what)
    yield Figure("run.today_seconds.ours", median(ours), "s", RUNS, compared_with="click to finish")
    yield Figure("run.today_seconds.noop", median(noop), "s", RUNS, compared_with="click to finish")


def _newest(deployment: Deployment) -> tuple[str, str]:
    """The market and day of the newest session whose cut-off has passed."""
    engine = open_engine(deployment.database_url)
    found = []
    with engine.connect() as conn:
        now = database_now(conn)
        for code, market in load_markets().items():
            today = market.local_date(now)
            sessions = sessions_between(conn, code, today - timedelta(days=10), today)
            found += [(cutoff(s, market.lead), code, s.session_date) for s in sessions if cutoff(s, market.lead) <= now]
    engine.dispose()
    _, code, day = max(found)
    return code, day.isoformat()
