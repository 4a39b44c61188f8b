"""The floors on StockNet's development period: what anyone who claims skill there has to be held against.

Every session of the period is forecast, settled and scored by the product's own assets, on the reconstructed board
(an archive's word is not an observation), for horizon 1. Nothing is tuned to these figures, and no limit is set.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from benchmarks.figures import Figure
from benchmarks.homes import StockNetHome
from craveny_assets.assets import BODIES
from craveny_assets.days.work import Options, Work
from craveny_assets.ranges import run_days
from craveny_domain.clocks import days_between
from craveny_domain.forecasters import FLOORS
from craveny_domain.intervals import Figure as Interval
from craveny_domain.scoring import summarise_all
from craveny_domain.stocknet import DEV
from craveny_store.leases import LeaseKeeper
from craveny_store.reads.evaluations import Board, board_sums

SHOWN = ("hit_rate", "mcc", "brier")
NAMES = tuple(f"stocknet.dev_{figure}.{floor}" for figure in SHOWN for floor in FLOORS)
WARM_UP = timedelta(days=7)
"""News of days before the first session that its forecasts read."""
NEWS = ("raw_news", "news", "match", "news_embeddings")
JUDGED = ("prediction", "evaluation_history", "daily_performance")


def measure_dev_floors(home: StockNetHome) -> Iterator[Figure]:
    """Hit rate, MCC and Brier score of every floor, each with its 95 % block interval, n and days."""
    home.fresh("floors")
    first, last = DEV[0], DEV[1] - timedelta(days=1)
    with home.engine("floors") as engine:
        keeper = LeaseKeeper(engine, "bench")
        work = Work(engine, home.market, keeper, options=Options(tuple(FLOORS)))
        sessions = [s.session_date for s in work.sessions if s.session_date <= last]
        _run(work, ("price",), [day for day in sessions if day >= date(first.year - 2, 9, 1)], home)
        _run(work, NEWS, days_between(first - WARM_UP, last), home)
        _run(work, JUDGED, days_between(first, last), home)
        keeper.shutdown()
        with engine.connect() as conn:
            board = Board(home.market.code, "reconstructed", 1)
            figures = summarise_all(board_sums(conn, board, first, last), board.horizon)
    for floor in FLOORS:
        for name in SHOWN:
            yield _figure(f"stocknet.dev_{name}.{floor}", figures[floor][name])


def _run(work: Work, assets: tuple[str, ...], days: list[date], home: StockNetHome) -> None:
    for asset in assets:
        home.say(f"{asset} of {len(days)} days")
        account = run_days(work, asset, BODIES[asset].body, days, lambda _: None)
        if account.failed:
            raise RuntimeError(f"{asset} failed: {account.failed}")


def _figure(name: str, found: Interval) -> Figure:
    if found.value is None:
        return Figure(name, 0.0, "not defined", found.n, compared_with=f"{found.days} days")
    bounds = "no interval" if found.low is None or found.high is None else f"{found.low:.4f} to {found.high:.4f}"
    return Figure(name, found.value, "score", found.n, compared_with=f"95 % block interval {bounds}, {found.days} days")
