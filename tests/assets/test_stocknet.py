"""StockNet through our own chain: no tweet and no link is lost, and our settlement agrees with the paper's labels."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import psycopg
import pytest
from sqlalchemy import Engine, text

from benchmarks.pairs import adjusted_closes
from craveny_assets.installation import Imported, import_archive
from craveny_cli.services.postgres import EmbeddedPostgres
from craveny_domain.clocks import Market
from craveny_domain.settlement import settle
from craveny_domain.stocknet import DEV, TRAIN, Count, Pair, count_pairs, labelled_pairs
from craveny_store.calendar import sessions_between
from craveny_store.engine import open_engine
from craveny_store.partitions import database_now
from craveny_store.prices import price_panel
from tests.conftest import Bench

pytestmark = pytest.mark.slow

FIRST, LAST = date(2013, 12, 31), date(2015, 9, 30)
PRICES_FROM = date(2013, 12, 2)


@pytest.fixture(scope="module")
def market(markets: dict[str, Market]) -> Market:
    """The paper reads news up to the open."""
    return replace(markets["us"], lead=timedelta(0))


@pytest.fixture(scope="module")
def stocknet(shared_data: Path, postgres: EmbeddedPostgres, template: str, market: Market) -> Iterator[Engine]:
    """The folder imported, nothing materialized."""
    with psycopg.connect(postgres.url("postgres", "psycopg").replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"CREATE DATABASE stocknet TEMPLATE {template}")  # type: ignore[arg-type]
        engine = open_engine(postgres.url("stocknet", "psycopg"))
        done = import_archive(engine, market, shared_data / "stocknet", say=lambda _: None)
        assert done == Imported({"stock": 88, "news": 92_244, "price": 66_100}, known=0, quarantined=0)
        yield engine
        engine.dispose()
        server.execute("DROP DATABASE stocknet WITH (FORCE)")


@pytest.fixture(scope="module")
def priced(stocknet: Engine, market: Market) -> Engine:
    """The same with every session's prices materialized."""
    Bench(stocknet, market).run("price", PRICES_FROM, LAST)
    return stocknet


def pairs_of(engine: Engine, span: tuple[date, date]) -> dict[tuple[int, date], Pair]:
    with engine.connect() as conn:
        closes = adjusted_closes(conn, "us")
    return {(stock, pair.day): pair for stock, series in closes.items() for pair in labelled_pairs(series, span)}


def test_the_price_table_gives_the_published_counts_of_pairs(priced: Engine) -> None:
    with priced.connect() as conn:
        stocks = list(adjusted_closes(conn, "us").values())
    assert count_pairs(stocks, TRAIN) == Count(pairs=20_339, ups=10_318)
    assert count_pairs(stocks, DEV) == Count(pairs=2_555, ups=1_139)


def settled_returns(engine: Engine, market: Market) -> dict[tuple[int, date], float]:
    """What our settlement says of every stock's session, from close to close."""
    with engine.connect() as conn:
        sessions = sessions_between(conn, market.code, PRICES_FROM, LAST)
        panel = price_panel(conn, market.code, sessions, database_now(conn))
    returns = {}
    for row, day in enumerate(panel.sessions):
        settlement = settle(panel, row, 1, row)
        for column in np.flatnonzero(settlement.status == 1).tolist():
            returns[int(panel.stocks[column]), day] = float(settlement.outcome_return[column])
    return returns


@pytest.mark.parametrize(("span", "ups", "dividends"), [(TRAIN, 10_277, 41), (DEV, 1_136, 3)], ids=["train", "dev"])
def test_our_settlement_gives_the_papers_labels_but_where_only_the_dividend_made_it_a_rise(
    priced: Engine, market: Market, span: tuple[date, date], ups: int, dividends: int
) -> None:
    returns, pairs = settled_returns(priced, market), pairs_of(priced, span)
    assert pairs.keys() <= returns.keys()
    others = [key for key, pair in pairs.items() if (returns[key] > 0) != pair.is_up]
    # The paper's closes are adjusted for dividends too, ours for splits: a dividend is what the two differ by.
    assert all(pairs[key].movement - returns[key] > 0.002 and returns[key] <= 0 for key in others)
    assert len(others) == dividends
    assert sum(returns[key] > 0 for key in pairs) == ups


def test_no_tweet_and_no_link_to_a_stock_is_lost(stocknet: Engine, market: Market) -> None:
    bench = Bench(stocknet, market)
    for asset in ("raw_news", "news", "match"):
        bench.run(asset, FIRST, LAST)
    with stocknet.connect() as conn:
        raw, tweets, links = (
            conn.execute(text(query)).scalar_one()
            for query in (
                "SELECT count(*) FROM raw_news",
                "SELECT count(*) FROM news",
                "SELECT sum(mentions) FROM match",
            )
        )
        refused = conn.execute(text("SELECT count(*) FROM quarantine")).scalar_one()
    assert (raw, tweets, links, refused) == (92_244, 74_849, 92_244, 0)
