"""What an installation's configuration makes of it: its sources, the stocks it starts with, and the sample's."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from craveny_assets.installation import declare, prepare
from craveny_assets.sources.archive_files import ArchiveError
from craveny_assets.sources.starting_stocks import starting_stocks
from craveny_domain.clocks import Market
from craveny_store.partitions import database_now
from craveny_store.source_entries import load_entries, sources_path
from craveny_store.sources import sources_of
from craveny_store.universe import aliases, crawled_stocks, stock_ids, universe
from tests.conftest import utc

MOMENT = timedelta(microseconds=1)


def test_the_samples_stocks_leave_the_universe_with_the_sample_and_come_back_with_it(
    engine: Engine, markets: dict[str, Market]
) -> None:
    us, sample = markets["us"], load_entries(sources_path("sample"), markets)
    sizes = []
    for entries in (sample, [], [], sample, sample):
        with engine.begin() as conn:
            declare(conn, us, entries)
        with engine.connect() as conn:
            sizes.append((database_now(conn), len(universe(conn, "us", database_now(conn)))))
    with engine.connect() as conn:
        again = [(at, len(universe(conn, "us", at))) for at, _ in sizes]
        is_on = {row.feed: row.last_date is None for row in sources_of(conn, "us")}
    assert [size > 0 for _, size in sizes] == [True, False, False, True, True]
    assert again == sizes, "what the universe was at an instant does not change afterwards"
    assert is_on == {"news": True, "price": True}


def test_an_installation_of_live_sources_starts_with_its_lists_known_from_then_on(
    engine: Engine, markets: dict[str, Market]
) -> None:
    with engine.connect() as conn:
        before = database_now(conn)
    prepare(engine, markets, sources_path("live"), say=lambda _: None)
    with engine.connect() as conn:
        now = database_now(conn)
        assert {stock.symbol for stock in universe(conn, "us", before) if not stock.is_synthetic} == set()
        listed = {stock.symbol for stock in universe(conn, "krx", now)}
        assert {"005930", "000880", "034730"} <= listed
        assert "KOSPI" in stock_ids(conn, "krx")
        assert crawled_stocks(conn, "krx", now)[0].priority == 1
        assert "포스코홀딩스" in {alias.alias for alias in aliases(conn, "krx", now)}
        off = {row.name: row.off_reason for row in sources_of(conn, "krx") if row.off_reason}
    assert "NAVER_CLIENT_ID" in off["naver-search"]
    assert "DART_API_KEY" in off["dart-filings"]


def test_starting_again_leaves_stocks_as_people_made_them(engine: Engine, markets: dict[str, Market]) -> None:
    prepare(engine, markets, sources_path("live"), say=lambda _: None)
    with engine.begin() as conn:
        conn.execute(text("UPDATE stock SET name = 'Renamed', priority = 5 WHERE symbol = 'AAPL'"))
    prepare(engine, markets, sources_path("live"), say=lambda _: None)
    with engine.connect() as conn:
        assert tuple(conn.execute(text("SELECT name, priority FROM stock WHERE symbol = 'AAPL'")).one()) == (
            "Renamed",
            5,
        )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Nameless,,,,,", "symbol and a name"),
        ("ABC,Alpha,,,bond,,", "kind is stock or index"),
        ("ABC,Alpha,,,stock,9,", "priority is 1 to 5"),
        ("ABC,Alpha", "fields where the header has"),
    ],
)
def test_a_row_of_a_list_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    path = tmp_path / "stocks.csv"
    path.write_text(f"symbol,name,name_en,sector,kind,priority,aliases\n{row}\n", encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"stocks\.csv line 2") as refused:
        starting_stocks(path, utc(2026, 1, 5))
    assert reason in str(refused.value)
