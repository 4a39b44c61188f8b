"""A process of its own that fetches addresses, one after the other, and tells what each cost. JSON in, JSON out."""

import json
import re
import sys
import time
from pathlib import Path

from craveny_assets.fetching.answers import Limits
from craveny_assets.fetching.client import Fetcher
from craveny_assets.fetching.failures import FetchFailed
from craveny_store.engine import open_engine
from tests.fetching.conftest import LOOPBACK, HandClock


def resident(which: str) -> int:
    """VmRSS or VmHWM, in bytes."""
    found = re.search(rf"{which}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found
    return int(found[1]) * 1024


def fetch(fetcher: Fetcher, address: str, seconds: float) -> dict[str, object]:
    """What came, how long it took, and by how much memory rose above what was there before."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, begun = resident("VmRSS"), time.monotonic()
    try:
        error_class = None if fetcher.get(address, source=address, limits=Limits(seconds=seconds)) else ""
    except FetchFailed as failed:
        error_class = failed.error_class
    took = time.monotonic() - begun
    return {"error_class": error_class, "growth": resident("VmHWM") - before, "seconds": took}


def main() -> None:
    asked = json.load(sys.stdin)
    engine = open_engine(asked["database"])
    with Fetcher(engine, allow=LOOPBACK, clock=HandClock()) as fetcher:
        fetch(fetcher, asked["warm"], 30)
        json.dump({name: fetch(fetcher, *one) for name, one in asked["fetches"].items()}, sys.stdout)
    engine.dispose()


if __name__ == "__main__":
    main()
