"""A process whose clock is wrong, for tests: `python -m tests.point_in_time.skewed MARKET DAY ASSET LEAD SKEW...`.

Materializes the asset's day on DATABASE_URL once for each skew (seconds by which this process's clock is ahead), as a
run does. The database's clock stays right. LEAD is the market's lead in seconds.
"""

import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import time_machine

from craveny_assets.assets import BODIES
from craveny_assets.days.work import Work
from craveny_assets.ranges import run_days
from craveny_store.engine import open_engine
from craveny_store.leases import LeaseKeeper
from craveny_store.settings import Settings, load_markets


def main(code: str, day: str, asset: str, lead: str, *skews: str) -> int:
    """0 when every run succeeded."""
    market = replace(load_markets()[code], lead=timedelta(seconds=float(lead)))
    engine, failed = open_engine(Settings().database_url), {}
    for number, skew in enumerate(skews):
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=float(skew)), tick=True):
            keeper = LeaseKeeper(engine, f"skewed {number}")
            work = Work(engine, market, keeper)
            failed |= run_days(work, asset, BODIES[asset].body, [date.fromisoformat(day)], print).failed
            keeper.shutdown()
    engine.dispose()
    print(failed or "", file=sys.stderr)  # noqa: T201 - read by the test that started this
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
