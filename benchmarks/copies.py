"""More articles to store: StockNet's tweets again under other ids, as an archive of `krx`, through the normal path."""

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

from benchmarks.homes import STOCKNET, Say
from craveny_assets.assets import BODIES
from craveny_assets.days.work import Work
from craveny_assets.installation import import_archive
from craveny_assets.ranges import run_days
from craveny_domain.clocks import days_between
from craveny_domain.launches import CRAWL
from craveny_store.engine import open_engine
from craveny_store.leases import LeaseKeeper
from craveny_store.settings import load_markets

COPIES = 25_000
PER_DAY = 1_000
START = date(2016, 1, 4)
SYMBOL = "COPY"


def store_copies(database_url: str, folder: Path, say: Say) -> None:
    """Write the archive, import it and materialize its days down to the vectors."""
    _write_archive(folder)
    market, engine = load_markets()["krx"], open_engine(database_url)
    import_archive(engine, market, folder, say=lambda _: None)
    keeper = LeaseKeeper(engine, "bench")
    days = days_between(START, START + timedelta(days=(COPIES - 1) // PER_DAY))
    for asset in CRAWL:
        say(f"materializing {asset} of the copies")
        account = run_days(Work(engine, market, keeper), asset, BODIES[asset].body, days, say)
        if account.failed:
            raise RuntimeError(f"{asset} of the copies failed: {account.failed}")
    keeper.shutdown()
    engine.dispose()


def _write_archive(folder: Path) -> None:
    folder.mkdir()
    (folder / "stocks.csv").write_text(f"symbol,name,sector\n{SYMBOL},Copies,\n", encoding="utf-8")
    with gzip.open(folder / "prices.csv.gz", "wt", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["symbol", "date", "open", "high", "low", "close", "adj_close", "volume"])
        rows.writerow([SYMBOL, START, 1, 1, 1, 1, 1, 1])
    with gzip.open(folder / "news.jsonl.gz", "wt", encoding="utf-8") as file:
        for number, text in enumerate(islice(_texts(), COPIES)):
            file.write(json.dumps(_item(number, text)) + "\n")


def _item(number: int, text: str) -> dict[str, str]:
    day = datetime(START.year, START.month, START.day, 1, tzinfo=UTC) + timedelta(days=number // PER_DAY)
    published = day + timedelta(seconds=number % PER_DAY)
    return {"id": f"copy-{number}", "published_at": published.isoformat(), "symbol": SYMBOL, "text": text}


def _texts() -> Iterator[str]:
    with gzip.open(STOCKNET / "news.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)["text"]
