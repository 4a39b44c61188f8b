"""`python -m benchmarks.newest_day MARKET DAY`: the assets that judge a day, alone, in a process that knows nothing.

Tells the seconds each of them took.
"""

import json
import sys
import time
from datetime import date

from craveny_assets.assets import BODIES
from craveny_assets.days.work import Work
from craveny_assets.ranges import run_day
from craveny_store.engine import open_engine
from craveny_store.leases import LeaseKeeper
from craveny_store.settings import Settings, load_markets

JUDGING = ("evaluation_history", "daily_performance", "model_comparison")


def main(arguments: list[str]) -> int:
    """Write the day's partitions of each asset in turn."""
    engine = open_engine(Settings().database_url)
    work = Work(engine, load_markets()[arguments[0]], LeaseKeeper(engine, "bench"))
    told = {}
    for asset in JUDGING:
        begun = time.perf_counter()
        run_day(work, asset, BODIES[asset].body, date.fromisoformat(arguments[1]))
        told[asset] = time.perf_counter() - begun
    work.keeper.shutdown()
    engine.dispose()
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
