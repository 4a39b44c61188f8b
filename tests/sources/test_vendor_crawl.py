"""Naver and DART in a crawl as it runs: their items become news of the right stocks, their keys leave no trace."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from craveny_assets.sources.registry import source_rows
from craveny_store.partitions import database_now
from craveny_store.sources import declare_sources
from craveny_store.tables import metadata
from craveny_store.universe import CrawledStock, crawled_stocks
from tests.conftest import Bench
from tests.sources.vendors import Dart, Hit, Naver, entry, filing, reply

SENTINEL = "sentinel-5b8e"


@pytest.fixture
def stock(engine: Engine) -> CrawledStock:
    """The one stock that is searched for."""
    with engine.begin() as conn:
        first, *_ = crawled_stocks(conn, "krx", database_now(conn))
        conn.execute(text("UPDATE stock SET priority = 1 WHERE symbol = :symbol"), {"symbol": first.symbol})
    return first


@pytest.fixture
def vendors(krx: Bench, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Naver, Dart]]:
    """Both vendors, who are all the sources of news, with keys that would be recognised anywhere."""
    naver, dart = Naver(keys=(f"{SENTINEL}-id", f"{SENTINEL}-secret")), Dart(key=f"{SENTINEL}-key")
    with naver.running(), dart.running():
        keys = {"NAVER_ID": naver.keys[0], "NAVER_SECRET": naver.keys[1], "DART_KEY": dart.key}
        for name, value in keys.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("CRAVENY_FETCH_ALLOW", f"{naver.allow},{dart.allow}")
        search = entry("naver", naver.hub, ("NAVER_ID", "NAVER_SECRET"), depth=(100, 0, 0, 0, 0))
        krx.work.entries = (search, entry("dart", dart.address, ("DART_KEY",)))
        with engine.begin() as conn:
            today = krx.work.market.local_date(database_now(conn))
            declare_sources(conn, "krx", source_rows(krx.work.market, krx.work.entries, today), today)
        yield naver, dart


def everything_stored(engine: Engine) -> str:
    with engine.connect() as conn:
        return str([conn.execute(table.select()).all() for table in metadata.tables.values()])


def test_hits_are_matched_by_name_filings_by_their_code_and_no_key_is_stored_or_said(
    krx: Bench, engine: Engine, vendors: tuple[Naver, Dart], stock: CrawledStock, capsys: pytest.CaptureFixture[str]
):
    naver, dart = vendors
    with engine.connect() as conn:
        now = database_now(conn)
    today = krx.work.market.local_date(now)
    naver.hits = [
        Hit(f"{stock.name} 신제품 공개", "https://news.example/1", now - timedelta(minutes=5)),
        Hit(f"{stock.name}물류센터 준공", "https://news.example/2", now - timedelta(minutes=9)),
    ]
    dart.filings = [
        filing(1, today, stock_code=stock.symbol, corp_name="이름이 다른 회사"),
        filing(2, today, stock_code=""),
    ]
    said = "".join(repr(krx.run(asset, today)) for asset in ("raw_news", "news", "match"))
    with engine.connect() as conn:
        links = text(
            "SELECT n.link, m.kind FROM match m JOIN news n USING (news_id) JOIN stock s USING (stock_id)"
            " WHERE s.symbol = :symbol ORDER BY 1"
        )
        found = dict(conn.execute(links, {"symbol": stock.symbol}).tuples().all())
        assert found["https://news.example/1"] == "name"
        assert "https://news.example/2" not in found
        assert next(kind for link, kind in found.items() if "dart.fss.or.kr" in str(link)) == "declared"
        logged = conn.execute(text("SELECT source, outcome, items, added FROM fetch_log ORDER BY 1")).tuples().all()
    assert logged == [("a-dart", "answered", 1, 1), ("a-naver", "answered", 2, 2)]
    assert SENTINEL not in everything_stored(engine) + said + "".join(capsys.readouterr())


@pytest.mark.usefixtures("stock")
def test_when_both_refuse_the_crawl_fails_by_name_and_neither_log_nor_error_holds_a_key(
    krx: Bench, engine: Engine, vendors: tuple[Naver, Dart], capsys: pytest.CaptureFixture[str]
):
    naver, dart = vendors
    naver.instead = lambda request: reply({"errorMessage": str(request.headers)}, 401)
    dart.instead = lambda request: reply({"status": "010", "message": str(request.params)})
    with engine.connect() as conn:
        today = krx.work.market.local_date(database_now(conn))
    said = repr(krx.try_run("raw_news", today).failed)
    assert "Every news source failed" in said
    assert naver.requests
    assert dart.requests
    with engine.connect() as conn:
        logged = dict(conn.execute(text("SELECT source, detail FROM fetch_log")).tuples().all())
    assert "401" in logged["a-naver"]
    assert "DART_KEY is not registered" in logged["a-dart"]
    assert SENTINEL not in everything_stored(engine) + said + "".join(capsys.readouterr())


def test_a_backfill_takes_dart_for_what_it_declares_and_leaves_naver_alone(
    krx: Bench, engine: Engine, vendors: tuple[Naver, Dart], stock: CrawledStock
):
    naver, dart = vendors
    with engine.connect() as conn:
        day = krx.work.market.local_date(database_now(conn)) - timedelta(days=3)
    dart.filings = [filing(1, day - timedelta(days=1), stock_code=stock.symbol), filing(2, day)]
    krx.run("raw_news", day)
    with engine.connect() as conn:
        rows = (
            conn.execute(text("SELECT item_key, basis, available_at FROM raw_news WHERE source = 'a-dart'"))
            .tuples()
            .all()
        )
    start, _ = krx.work.market.day_bounds(day)
    assert rows == [(f"{day - timedelta(days=1):%Y%m%d}000001", "declared", start)]
    assert not naver.requests
