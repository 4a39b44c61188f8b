"""The labelled pairs of StockNet, counted in our own price table after import and materialization."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, select

from benchmarks.figures import Figure
from benchmarks.homes import StockNetHome
from craveny_assets.assets import BODIES
from craveny_assets.days.work import Work
from craveny_assets.ranges import run_days
from craveny_domain.stocknet import DEV, TRAIN, count_pairs
from craveny_store.leases import LeaseKeeper
from craveny_store.tables import price

PUBLISHED = {"train": (TRAIN, 20_339, 10_318), "dev": (DEV, 2_555, 1_139)}
SOURCE = "the count published in the paper (ACL 2018)"
OWN = "up pairs counted by the published protocol"


def measure_pairs(home: StockNetHome) -> Iterator[Figure]:
    """Every session's prices through the asset, then the protocol on the adjusted closes read back."""
    home.fresh("pairs")
    with home.engine("pairs") as engine:
        keeper = LeaseKeeper(engine, "bench")
        work = Work(engine, home.market, keeper)
        home.say("materializing every session's prices")
        days = [s.session_date for s in work.sessions if s.session_date.year <= DEV[1].year]
        account = run_days(work, "price", BODIES["price"].body, [d for d in days if d < DEV[1]], home.say)
        keeper.shutdown()
        if account.failed:
            raise RuntimeError(f"prices failed: {account.failed}")
        with engine.connect() as conn:
            stocks = list(adjusted_closes(conn, home.market.code).values())
    for name, (span, pairs, ups) in PUBLISHED.items():
        count = count_pairs(stocks, span)
        yield Figure(f"stocknet.{name}_pairs", count.pairs, "pairs", 1, pairs, SOURCE, is_exact=True)
        yield Figure(f"stocknet.{name}_up_pairs", count.ups, "pairs", 1, ups, OWN, is_exact=True)


def adjusted_closes(conn: Connection, market: str) -> dict[int, list[tuple[date, float]]]:
    """Each stock's sessions and adjusted closes as stored, ascending."""
    c = price.c
    query = select(c.stock_id, c.session_date, c.adj_close).where(c.market == market)
    found = defaultdict(list)
    for stock_id, day, adjusted in conn.execute(query.order_by(c.stock_id, c.session_date)):
        found[stock_id].append((day, float(adjusted)))
    return found
