"""Live price sources through their real clients, against local servers that speak the vendors' protocols."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from craveny_assets.fetching.client import Fetcher
from craveny_assets.fetching.failures import FetchFailed
from craveny_assets.sources import AnsweredBars, AskedBars, Instrument
from craveny_assets.sources.alpha_vantage import AlphaVantagePrices
from craveny_assets.sources.files import PriceFiles
from craveny_assets.sources.kis import TOKENS, KisPrices
from craveny_domain.clocks import Market, Session
from tests.conftest import utc
from tests.sources.price_vendors import AlphaVantage, Kis, Prices, Yahoo, chart
from tests.sources.vendors import KRX, HastyClock, Vendor, entry

NEW_YORK = ZoneInfo("America/New_York")
US = Market("us", "XNYS", "America/New_York", "USD", timedelta(minutes=30), date(2012, 9, 1))
DAYS = [date(2026, 10, day) for day in (12, 13, 14, 15, 16)]
"""Monday to Friday, sessions in both markets here."""
NOW = utc(2026, 10, 17, 3)
BAR: Prices = (100.0, 104.0, 99.0, 102.0, 1_000)


def sessions(market: Market) -> list[Session]:
    zone = market.zone
    return [
        Session(day, datetime(day.year, day.month, day.day, 9, tzinfo=zone).astimezone(utc(2026, 1, 1).tzinfo),
                datetime(day.year, day.month, day.day, 16, tzinfo=zone).astimezone(utc(2026, 1, 1).tzinfo))
        for day in DAYS
    ]  # fmt: skip


def asked(market: Market, day: date, *symbols: str, now: datetime = NOW) -> AskedBars:
    instruments = [Instrument(symbol, "index" if symbol in ("SPX", "KOSPI") else "stock") for symbol in symbols]
    return AskedBars(sessions(market)[DAYS.index(day)], sessions(market), now, instruments)


def said(answer: AnsweredBars) -> list[tuple[str, str, int]]:
    return [(bar.symbol, bar.close, bar.volume) for bar in answer.bars]


@pytest.fixture
def fetcher(engine: Engine) -> Iterator[Fetcher]:
    with Fetcher(engine, allow="127.0.0.0/8", clock=HastyClock(NOW)) as opened:
        yield opened


@pytest.fixture
def vantage(monkeypatch: pytest.MonkeyPatch) -> Iterator[AlphaVantage]:
    vendor = AlphaVantage(days={"AAA": dict.fromkeys(DAYS, BAR), "BRK.B": dict.fromkeys(DAYS, BAR)})
    monkeypatch.setenv("ALPHA_KEY", vendor.key)
    with vendor.running():
        yield vendor


@pytest.fixture
def kis(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kis]:
    won: Prices = (70_000, 71_000, 69_500, 70_500, 1_000_000)
    vendor = Kis(
        days={"005930": dict.fromkeys(DAYS, won), "0001": dict.fromkeys(DAYS, (2600.1, 2610.0, 2590.0, 2605.5, 400))}
    )
    monkeypatch.setenv("KIS_KEY", vendor.keys[0])
    monkeypatch.setenv("KIS_SECRET", vendor.keys[1])
    with vendor.running():
        yield vendor
    TOKENS.clear()


def alpha(vendor: AlphaVantage, fetcher: Fetcher, market: Market = US) -> AlphaVantagePrices:
    configured = entry(
        "alpha_vantage", vendor.address, ("ALPHA_KEY",), feed="price", market="us", lag=timedelta(minutes=30)
    )
    return AlphaVantagePrices(configured, market, fetcher)


def korea(vendor: Kis, fetcher: Fetcher, market: Market = KRX) -> KisPrices:
    return KisPrices(entry("kis", vendor.address, ("KIS_KEY", "KIS_SECRET"), feed="price"), market, fetcher)


def series(vendor: Vendor) -> int:
    return sum(request.path != "/oauth2/tokenP" for request in vendor.requests)


# Alpha Vantage


def test_one_answer_of_alpha_vantage_serves_every_session_of_a_run(vantage: AlphaVantage, fetcher: Fetcher) -> None:
    source = alpha(vantage, fetcher)
    for day in DAYS:
        answer = source.bars(asked(US, day, "AAA", "BRK-B", "SPX"))
        assert said(answer) == [("AAA", "102.0000", 1000), ("BRK-B", "102.0000", 1000)]
        assert (answer.refused, answer.failed) == ([], None)
        close = sessions(US)[DAYS.index(day)].close_at
        assert {(bar.available_at, bar.basis) for bar in answer.bars} == {(close + timedelta(minutes=30), "declared")}
    assert series(vantage) == 2


def test_what_was_read_before_a_close_is_read_again_after_it(vantage: AlphaVantage, engine: Engine) -> None:
    before, clock = sessions(US)[4].close_at - timedelta(minutes=1), HastyClock(sessions(US)[4].close_at)
    clock.at = before
    vantage.days["AAA"][DAYS[4]] = (100.0, 101.0, 99.0, 100.5, 10)
    with Fetcher(engine, allow="127.0.0.0/8", clock=clock) as fetcher:
        source = alpha(vantage, fetcher)
        source.bars(asked(US, DAYS[3], "AAA", now=before))
        vantage.days["AAA"][DAYS[4]] = BAR
        clock.at = NOW
        assert said(source.bars(asked(US, DAYS[4], "AAA"))) == [("AAA", "102.0000", 1000)]


def test_a_used_up_quota_ends_the_asking_keeps_what_came_and_never_tells_the_key(
    vantage: AlphaVantage, fetcher: Fetcher
) -> None:
    vantage.quota = 1
    answer = alpha(vantage, fetcher).bars(asked(US, DAYS[0], "AAA", "BRK-B", "CCC"))
    assert said(answer) == [("AAA", "102.0000", 1000)]
    assert answer.failed and answer.failed.error_class == "rate_limited" and answer.failed.not_before_at > NOW
    assert vantage.key not in answer.failed.message + str(answer.refused)
    assert series(vantage) == 2


def test_a_stock_unknown_to_alpha_vantage_costs_no_other(vantage: AlphaVantage, fetcher: Fetcher) -> None:
    answer = alpha(vantage, fetcher).bars(asked(US, DAYS[0], "NONE", "AAA"))
    assert (said(answer), answer.failed) == ([("AAA", "102.0000", 1000)], None)
    assert "does not know NONE" in answer.refused[0].reason


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b'{"Time Series (Daily)": {"soon": {}}}', b"null"])
def test_an_answer_that_is_no_series_is_refused(vantage: AlphaVantage, fetcher: Fetcher, body: bytes) -> None:
    vantage.instead = lambda _: (200, {"Content-Type": "application/json"}, body)
    answer = alpha(vantage, fetcher).bars(asked(US, DAYS[0], "AAA"))
    assert (answer.bars, answer.failed) == ([], None)
    assert "no daily series" in answer.refused[0].reason


def test_zero_negative_and_impossible_prices_and_closed_days_are_refused(
    vantage: AlphaVantage, fetcher: Fetcher
) -> None:
    saturday = date(2026, 10, 17)
    vantage.days = {
        "ZERO": {DAYS[0]: (0, 0, 0, 0, 0)},
        "MINUS": {DAYS[0]: (-1, 2, -1, 1, 5)},
        "CROSSED": {DAYS[0]: (100, 90, 95, 99, 5)},
        "CLOSED": {date(2026, 10, 10): BAR, DAYS[0]: BAR, saturday: BAR},
    }
    answer = alpha(vantage, fetcher).bars(asked(US, DAYS[0], "ZERO", "MINUS", "CROSSED", "CLOSED"))
    assert said(answer) == [("CLOSED", "102.0000", 1000)]
    assert [r.reason.split(" ")[-3:] for r in answer.refused[:2]] == [["not", "above", "zero."]] * 2
    assert "high is below" in answer.refused[2].reason


def test_a_bar_between_two_sessions_is_named_as_of_a_closed_day(vantage: AlphaVantage, fetcher: Fetcher) -> None:
    holiday = DAYS[1]
    without = [session for session in sessions(US) if session.session_date != holiday]
    question = AskedBars(without[1], without, NOW, [Instrument("AAA", "stock")])
    answer = alpha(vantage, fetcher).bars(question)
    assert [bar.session_date for bar in answer.bars] == [DAYS[2]]
    assert [(r.closed_date, r.reason) for r in answer.refused] == [(holiday, f"{holiday} is no session of the market.")]


def test_prices_in_dollars_are_refused_for_a_market_in_won(vantage: AlphaVantage, fetcher: Fetcher) -> None:
    with pytest.raises(FetchFailed, match="gives prices in USD, the market krx is in KRW"):
        alpha(vantage, fetcher, KRX).bars(asked(KRX, DAYS[0], "005930"))
    assert vantage.requests == []


# Korea Investment & Securities


def test_kis_tells_stocks_and_indices_with_one_token_and_one_answer_each(kis: Kis, fetcher: Fetcher) -> None:
    for source in (korea(kis, fetcher), korea(kis, fetcher)):
        for day in DAYS:
            answer = source.bars(asked(KRX, day, "005930", "KOSPI"))
            assert said(answer) == [("005930", "70500", 1_000_000), ("KOSPI", "2605.5", 400)]
            assert (answer.refused, answer.failed) == ([], None)
    assert (kis.tokens, series(kis)) == (1, 4)
    first = kis.requests[1].params
    assert (first["FID_ORG_ADJ_PRC"], first["FID_PERIOD_DIV_CODE"]) == ("1", "D")


def test_a_token_that_ended_is_asked_for_anew(kis: Kis, fetcher: Fetcher) -> None:
    korea(kis, fetcher).bars(asked(KRX, DAYS[0], "005930"))
    kis.tokens = 0
    later = asked(KRX, DAYS[4], "005930", now=NOW + timedelta(days=1))
    assert said(korea(kis, fetcher).bars(later)) == [("005930", "70500", 1_000_000)]
    assert [request.path for request in kis.requests].count("/oauth2/tokenP") == 2


def test_a_wrong_key_ends_the_asking_and_is_not_told(
    kis: Kis, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIS_SECRET", "not-it")
    answer = korea(kis, fetcher).bars(asked(KRX, DAYS[0], "005930"))
    assert answer.bars == [] and "403" in answer.refused[0].reason
    assert "not-it" not in str(answer) and "an-app-key" not in str(answer)


def test_a_code_kis_does_not_know_costs_no_other(kis: Kis, fetcher: Fetcher) -> None:
    answer = korea(kis, fetcher).bars(asked(KRX, DAYS[0], "999999", "005930"))
    assert (said(answer), "KIER2620" in answer.refused[0].reason) == ([("005930", "70500", 1_000_000)], True)


def test_prices_of_kis_that_do_not_fit_its_turnover_are_not_in_won(kis: Kis, fetcher: Fetcher) -> None:
    kis.turnover_unit = 1_000_000
    answer = korea(kis, fetcher).bars(asked(KRX, DAYS[0], "005930"))
    assert answer.bars == [] and "not in won" in answer.refused[0].reason


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"rt_cd": "0"}', b'{"rt_cd": "0", "output2": [{"stck_bsop_date": "x"}]}']
)
def test_an_answer_of_kis_without_bars_gives_none(kis: Kis, fetcher: Fetcher, body: bytes) -> None:
    kis.instead = lambda r: None if r.path == "/oauth2/tokenP" else (200, {"Content-Type": "application/json"}, body)
    answer = korea(kis, fetcher).bars(asked(KRX, DAYS[0], "005930"))
    assert (answer.bars, answer.failed) == ([], None)


# Folders of files


def test_a_later_table_corrects_an_earlier_one_and_a_broken_one_costs_no_other(tmp_path: Path) -> None:
    head = "symbol,date,open,high,low,close,volume,dividend\n"
    (tmp_path / "1.csv").write_text(
        f"{head}AAA,2026-10-12,1,1,1,1,5,\nAAA,2026-10-13,2,2,2,2,5,0.1\nAAA,2026-10-11,2,2,2,2,5,\n"
    )
    (tmp_path / "2.csv").write_text(f"{head}AAA,2026-10-12,3,3,3,3,5,\n")
    (tmp_path / "3.csv").write_text("nonsense\n")
    source = PriceFiles(entry("files", "", (), feed="price", folder=tmp_path), US)
    first, second = (source.bars(asked(US, day, "AAA")) for day in DAYS[:2])
    assert (said(first), said(second)) == ([("AAA", "3", 5)], [("AAA", "2", 5)])
    assert second.bars[0].dividend == "0.1"
    assert [(r.item_key, r.closed_date) for r in first.refused] == [("1.csv:4", date(2026, 10, 11)), ("3.csv", None)]


def test_a_folder_that_is_not_there_fails_the_source_with_its_cure(tmp_path: Path) -> None:
    source = PriceFiles(entry("files", "", (), feed="price", folder=tmp_path / "gone"), US)
    with pytest.raises(FetchFailed, match="is not a folder: make it"):
        source.bars(asked(US, DAYS[0], "AAA"))


# Yahoo


@pytest.fixture(scope="module")
def yahoo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yahoo]:
    """One for all tests: the package keeps one session, and with it its connections, for as long as a process lives."""
    yfinance = pytest.importorskip("yfinance", reason="SKIPPED: yfinance is not installed; install craveny[yfinance]")
    folder, server = tmp_path_factory.mktemp("yahoo"), Yahoo()
    yfinance.set_tz_cache_location(str(folder / "cache"))
    with server.running(folder) as authority, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.port}")
        patch.setenv("REQUESTS_CA_BUNDLE", str(authority))
        patch.delenv("NO_PROXY", raising=False)
        patch.delenv("no_proxy", raising=False)
        yield server


@pytest.fixture
def yahoo(yahoo_server: Yahoo) -> Yahoo:
    yahoo_server.charts, yahoo_server.asked = {}, []
    yahoo_server.too_often_after, yahoo_server.is_silent = 10_000, False
    return yahoo_server


def yahoo_prices(market: Market = US, **changes: object):
    from craveny_assets.sources.yfinance_prices import YahooPrices

    return YahooPrices(entry("yfinance", "", (), feed="price", market=market.code, **changes), market)


def test_yahoo_is_put_back_to_what_was_traded_and_asked_once_for_a_run(yahoo: Yahoo) -> None:
    # Two for one at Wednesday's open: Yahoo halves what came before, and doubles its volume.
    halved: Prices = (50.0, 52.0, 49.5, 51.125, 2_000)
    days = {DAYS[0]: halved, DAYS[1]: halved, **dict.fromkeys(DAYS[2:], (51.0, 53.0, 50.0, 52.5, 900))}
    yahoo.charts["AAA"] = chart(days, splits={DAYS[2]: (2, 1)}, dividends={DAYS[1]: 0.25, DAYS[3]: 0.5})
    source = yahoo_prices()
    bars = [bar for day in DAYS for bar in source.bars(asked(US, day, "AAA")).bars]
    assert [(b.open, b.close, b.volume, float(b.split_ratio), float(b.dividend)) for b in bars] == [
        ("100.0000", "102.2500", 1000, 1, 0),
        ("100.0000", "102.2500", 1000, 1, 0.5),
        ("51.0000", "52.5000", 900, 2, 0),
        ("51.0000", "52.5000", 900, 1, 0.5),
        ("51.0000", "52.5000", 900, 1, 0),
    ]
    assert yahoo.histories() == ["AAA"]


def test_yahoo_is_asked_by_its_own_names_and_refused_in_another_currency(yahoo: Yahoo) -> None:
    won = chart(dict.fromkeys(DAYS, (70_000.0, 71_000.0, 69_000.0, 70_500.0, 10)), currency="KRW", zone="Asia/Seoul")
    yahoo.charts |= {"005930.KS": won, "^KS11": won, "000660.KS": chart(dict.fromkeys(DAYS, BAR))}
    answer = yahoo_prices(KRX, suffix=".KS").bars(asked(KRX, DAYS[0], "005930", "KOSPI", "000660"))
    assert [bar.symbol for bar in answer.bars] == ["005930", "KOSPI"]
    assert [r.reason for r in answer.refused] == ["Its prices are in USD, the market's in KRW."]


def test_a_symbol_unknown_to_yahoo_costs_no_other(yahoo: Yahoo) -> None:
    yahoo.charts["AAA"] = chart(dict.fromkeys(DAYS, BAR))
    answer = yahoo_prices().bars(asked(US, DAYS[0], "NONE", "AAA"))
    assert ([bar.symbol for bar in answer.bars], answer.failed) == (["AAA"], None)
    assert "has nothing of NONE" in answer.refused[0].reason


def test_yahoo_asked_too_often_ends_the_asking_and_keeps_what_came(yahoo: Yahoo) -> None:
    yahoo.charts |= {name: chart(dict.fromkeys(DAYS, BAR)) for name in ("AAA", "BBB", "CCC")}
    yahoo.too_often_after = 1
    answer = yahoo_prices().bars(asked(US, DAYS[0], "AAA", "BBB", "CCC"))
    assert [bar.symbol for bar in answer.bars] == ["AAA"]
    assert answer.failed and answer.failed.error_class == "rate_limited"


def test_a_yahoo_that_does_not_answer_is_a_failed_source(yahoo: Yahoo) -> None:
    yahoo.is_silent = True
    answer = yahoo_prices().bars(asked(US, DAYS[0], "AAA"))
    assert (answer.bars, answer.failed and answer.failed.error_class) == ([], "refused")
