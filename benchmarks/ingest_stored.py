"""What ingesting costs with the store: the bodies of `news` and `match` on a Postgres of their own."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Engine

from benchmarks.costs import Meter, Sessions
from benchmarks.figures import Figure
from benchmarks.homes import Say, temporary_folder
from benchmarks.ingest_texts import FIRST, Corpus
from craveny_assets.assets import BODIES
from craveny_assets.days.work import Work
from craveny_assets.installation import prepare
from craveny_assets.ranges import run_days
from craveny_cli.services.home import Home
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.facts import Listing, RawItem
from craveny_domain.stories import MAX_AGE
from craveny_store.engine import open_engine
from craveny_store.leases import LeaseKeeper
from craveny_store.news import RawRow, append_raw
from craveny_store.universe import add_listings

CROWDED = 20_000
NEW_IN_A_CYCLE = CROWDED // 144


def measure_stored(corpus: Corpus, say: Say) -> Iterator[Figure]:
    """A day of articles after three others, and one more crawl on the evening of a crowded day."""
    with temporary_folder("ingest") as folder:
        server = EmbeddedPostgres(Home(folder / "home"))
        server.start()
        try:
            engine = open_engine(server.url("postgres", "psycopg"))
            pid = server.pid
            assert pid is not None
            prepare(engine, {corpus.market.code: corpus.market}, None, say=say)
            _list_stocks(engine, corpus)
            yield from _figures(engine, corpus, Meter(Sessions(pid)), Meter(Sessions(pid)), say)
            engine.dispose()
        finally:
            server.stop()


def _figures(engine: Engine, corpus: Corpus, whole: Meter, cycle: Meter, say: Say) -> Iterator[Figure]:
    for number in range(MAX_AGE.days):
        say(f"ingest {corpus.name} with the store: day {number + 1} of {MAX_AGE.days}")
        _take(engine, corpus, number, corpus.day(number, CROWDED, 0))
    rows = corpus.day(MAX_AGE.days, CROWDED, 0)
    say(f"ingest {corpus.name} with the store: {len(rows)} items of one day, then one crawl more")
    _take(engine, corpus, MAX_AGE.days, rows[:-NEW_IN_A_CYCLE], whole)
    _take(engine, corpus, MAX_AGE.days, rows[-NEW_IN_A_CYCLE:], cycle)
    speed = (len(rows) - NEW_IN_A_CYCLE) / whole.seconds
    told = "articles, stories and links through the store, in a process that remembers nothing; CPU with Postgres"
    yield Figure(f"ingest.stored_items_per_second.{corpus.name}", speed, "items/s", len(rows), compared_with=told)
    yield Figure(f"ingest.cycle_cpu_seconds.{corpus.name}", cycle.seconds, "CPU s", compared_with=told)


def _take(engine: Engine, corpus: Corpus, number: int, rows: list[RawRow], meter: Meter | None = None) -> None:
    """Store the items, then make the day of them as a run does, in `meter` where one is given."""
    day = FIRST + timedelta(days=number)
    items = [RawItem(f"{number}-{row.item_key}", row.payload, row.available_at, "declared") for row in rows]
    with engine.begin() as conn:
        append_raw(conn, corpus.market.code, corpus.name, items)
    keeper = LeaseKeeper(engine, "bench")
    work = Work(engine, corpus.market, keeper)
    for asset in ("raw_news", "news", "match"):
        if meter is None or asset == "raw_news":
            account = run_days(work, asset, BODIES[asset].body, [day], lambda _: None)
        else:
            meter.sessions.look()
            with meter.running():
                account = run_days(work, asset, BODIES[asset].body, [day], lambda _: None)
        if account.failed:
            raise RuntimeError(f"{asset} of {day} failed: {account.failed}")
    keeper.shutdown()


def _list_stocks(engine: Engine, corpus: Corpus) -> None:
    """Every stock of the corpus, by the kinds of names its aliases have."""
    names: dict[int, dict[str, str]] = {}
    for alias in corpus.aliases():
        names.setdefault(alias.stock_id, {})[alias.kind] = alias.alias
    since = corpus.market.day_bounds(corpus.market.first_date)[0]
    listings = [
        Listing(known.get("code") or known["ticker"], known["name"], None, "stock", None, (), since)
        for known in names.values()
    ]
    with engine.begin() as conn:
        add_listings(conn, corpus.market, listings, is_synthetic=True)
