"""Parse, clean, de-duplicate, match: items a second on one core, and what an item costs when there are more of them.

ingest.items_per_second: a million items, ten thousand a day over a hundred days, in CPU seconds of one process
(see `ingest_run`), on StockNet and on Korean sample text (see `ingest_texts`); the slower of the two.
ingest.growth: what an item of a million costs over what one of ten thousand costs, both of a press of a thousand items
a day: a thousand days against ten (of five places of the corpus, read again and again meanwhile, so that whatever else
the machine does slows both alike); the worse of the two corpora.
ingest.growth_dense: the same for a press ten times as dense, ten thousand items a day over a hundred days: every item
then has ten times as many others within its three days. Nobody set it a limit.
ingest.peak_mib: memory holds four days of items, whatever their sum.
ingest.stored_items_per_second: the assets' bodies with the store's reads and writes, twenty thousand items a day, in a
process that begins with that day.
ingest.cycle_cpu_seconds: what one crawl of the evening costs beyond fetching where a day brings twenty thousand items:
the day's articles and links made again, in a process that remembers nothing.

Beyond a million: days are independent but for three days of reach, so markets and stretches of days run on as many
cores as there are. A day denser than some 50,000 items should keep each article's band keys beside it in the store, so
that a crawl signs its new items only.
"""

import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.costs import ONE_THREAD, PROJECT
from benchmarks.figures import Figure
from benchmarks.homes import STOCKNET, Say
from benchmarks.ingest_stored import measure_stored
from benchmarks.ingest_texts import CORPORA, English

NAMES = ("ingest.items_per_second", "ingest.growth")
GROWTH = 1.3
DENSE, SPARSE = 10_000, 1_000
DENSE_DAYS, SPARSE_DAYS, DAYS = 100, 10, 1_000
PLACES = (0, 217_000, 434_000, 651_000, 868_000)
"""Spread over the million: on later passes through an archive its texts are no longer quite the same."""


def measure_ingest(wanted: Collection[str], say: Say) -> Iterator[Figure]:
    """All figures; StockNet is left out, loudly, where its folder is not there."""
    del wanted
    names = list(CORPORA)
    if not STOCKNET.is_dir():
        say(f"SKIPPED: no StockNet at {STOCKNET}; set CRAVENY_SHARED_DATA to measure on it.")
        names.remove(English.name)
    speeds, growths = [], []
    for name in names:
        grown, few = _side_by_side(say, name, SPARSE, DAYS)
        dense, meanwhile = _side_by_side(say, name, DENSE, DENSE_DAYS)
        speeds.append(dense["items"] / _seconds(dense))
        growths.append(_cost(grown) / _cost(*few))
        yield Figure(f"ingest.items_per_second.{name}", speeds[-1], "items/s", dense["items"])
        yield Figure(f"ingest.growth.{name}", growths[-1], "ratio", grown["items"])
        yield Figure(f"ingest.growth_dense.{name}", _cost(dense) / _cost(*meanwhile), "ratio", dense["items"])
        yield from _companions(name, dense)
        yield from measure_stored(CORPORA[name](), say)
    yield Figure("ingest.items_per_second", min(speeds), "items/s", len(names), compared_with="the slower corpus")
    told = "1,000,000 items against 10,000, both at 1,000 a day, CPU per item"
    yield Figure("ingest.growth", max(growths), "ratio", len(names), GROWTH, told)


def _cost(*told: dict[str, Any]) -> float:
    return sum(map(_seconds, told)) / sum(each["items"] for each in told)


def _side_by_side(say: Say, name: str, per_day: int, days: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The million, and meanwhile the ten thousand of each place again and again."""
    few: list[dict[str, Any]] = []
    with ThreadPoolExecutor(1) as pool:
        many = pool.submit(_run, say, name, per_day, days)
        while not many.done() or len(few) < len(PLACES):
            few.append(_run(_silent, name, SPARSE, SPARSE_DAYS, PLACES[len(few) % len(PLACES)]))
    return many.result(), few


def _silent(line: str) -> None:
    del line


def _companions(name: str, many: dict[str, Any]) -> Iterator[Figure]:
    yield Figure(f"ingest.peak_mib.{name}", many["peak_mib"], "MiB", compared_with="the process, its corpus included")
    yield Figure(f"ingest.copies.{name}", many["copies"] / many["items"], "share", many["items"])
    for stage, seconds in many["seconds"].items():
        yield Figure(f"ingest.{stage}_microseconds.{name}", seconds / many["items"] * 1e6, "us/item", many["items"])


def _seconds(told: dict[str, Any]) -> float:
    return sum(told["seconds"].values())


def _run(say: Say, name: str, per_day: int, days: int, skip: int = 0) -> dict[str, Any]:
    """What a child process told of its run at the end."""
    argv = [sys.executable, "-m", "benchmarks.ingest_run", name, *map(str, (per_day, days, skip))]
    environment = {**os.environ, **ONE_THREAD}
    told: dict[str, Any] = {}
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environment, cwd=PROJECT) as child:
        for line in child.stdout or ():
            told = json.loads(line)
            if told.get("items", 1) % (10 * per_day) == 0:
                say(f"ingest {name}, {per_day} a day: {told['items']} of {days * per_day} items")
    if child.returncode != 0:
        raise RuntimeError(f"benchmarks.ingest_run {name} ended with code {child.returncode}; its error stands above.")
    return told
