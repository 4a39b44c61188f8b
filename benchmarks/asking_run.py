"""A run that asks language models many questions, as a child process.

`python -m benchmarks.asking_run COUNT IN_FLIGHT`: database and provider are those of its environment. Says at its end
how long the asking took and worked, how the questions ended, and its memory: at the end, and how much that is more
than after a third of the time.
"""

import json
import sys
import threading
import time
from collections import Counter
from dataclasses import replace

import openai
import psutil

from craveny_assets.llm.asking import Asker
from craveny_store.engine import open_engine
from craveny_store.settings import Settings
from tests.llm.ask_once import PLENTY
from tests.llm.questions import wishes

EVERY = 0.25


def main(count: int, in_flight: int) -> dict[str, object]:
    """The account of the asking."""
    engine = open_engine(Settings().database_url)
    asker = Asker(engine, replace(PLENTY, in_flight=in_flight), f"bench, client {openai.__version__}")
    asked = wishes(count)
    memory: list[float] = []
    over = threading.Event()
    watching = threading.Thread(target=_watch, args=(memory, over))
    watching.start()
    begun, worked = time.monotonic(), time.process_time()
    results = asker.ask(asked)
    seconds, cpu_seconds = time.monotonic() - begun, time.process_time() - worked
    over.set()
    watching.join()
    engine.dispose()
    growth = memory[-1] - memory[len(memory) // 3]
    outcomes = Counter(result.outcome_class for result in results.values())
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "mib": memory[-1],
        "growth_mib": growth,
        "outcomes": outcomes,
    }


def _watch(memory: list[float], over: threading.Event) -> None:
    own = psutil.Process()
    while True:
        memory.append(own.memory_info().rss / 2**20)
        if over.wait(EVERY):
            memory.append(own.memory_info().rss / 2**20)
            return


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*map(int, sys.argv[1:]))))
