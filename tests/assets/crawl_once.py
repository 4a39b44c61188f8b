"""One crawl of today as a process of its own, for tests that end it at once: MARKET, with its sources from the
environment."""

import os
import sys

from craveny_assets.assets import BODIES
from craveny_assets.days.work import Work
from craveny_assets.installation import declare
from craveny_assets.ranges import run_days
from craveny_domain.launches import CRAWL
from craveny_store.engine import open_engine
from craveny_store.leases import LeaseKeeper
from craveny_store.partitions import database_now
from craveny_store.settings import Settings, load_markets
from craveny_store.source_entries import load_entries, sources_path


def crawl(market_code: str, assets: tuple[str, ...] = CRAWL) -> int:
    """The assets of the market's current day; 0 when all were written, or held by another process."""
    settings = Settings()
    markets = load_markets(settings.markets_file)
    market = markets[market_code]
    engine = open_engine(settings.database_url)
    entries = load_entries(sources_path(settings.sources), markets)
    with engine.begin() as conn:
        declare(conn, market, entries)
        today = market.local_date(database_now(conn))
    keeper = LeaseKeeper(engine, f"crawl-{os.getpid()}", wait_seconds=30)
    work = Work(engine, market, keeper, entries=entries)
    failed = [run_days(work, name, BODIES[name].body, [today], sys.stderr.write).failed for name in assets]
    keeper.shutdown()
    return 1 if any(failed) else 0


if __name__ == "__main__":
    sys.exit(crawl(sys.argv[1]))
