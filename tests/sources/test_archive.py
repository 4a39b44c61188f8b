"""The archive folder: every line becomes a fact or a stated refusal, and an unusable folder says why and what to do."""

import csv
import gzip
import json
import os
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from craveny_assets.sources.archive import ArchiveFolder
from craveny_assets.sources.archive_files import MAX_LINE_BYTES, ArchiveError
from craveny_domain.calendar import trading_sessions
from craveny_domain.clocks import Market, Session
from craveny_domain.facts import Bar, RawItem, Rejected

US = Market("us", "XNYS", "America/New_York", "USD", timedelta(minutes=30), date(2012, 9, 1))
KRX = Market("krx", "XKRX", "Asia/Seoul", "KRW", timedelta(minutes=30), date(2012, 9, 1))
NOW = datetime(2015, 10, 1, tzinfo=UTC)
LAG = timedelta(minutes=20)
STOCKS = "symbol,name,sector\nAAPL,Apple Inc.,Technology\nBRK-A,Berkshire Hathaway Inc.,Financial\n"
HEADER = "symbol,date,open,high,low,close,adj_close,volume\n"
GOOD_PRICE = "AAPL,2015-01-05,10.5,11.25,10,11,9.5,1200"
GOOD_NEWS = {"id": "1", "published_at": "2015-01-05T14:00:00Z", "symbol": "AAPL", "text": "Apple & co", "source": "x"}
SHARED_DATA = Path(os.environ.get("CRAVENY_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
real_data = pytest.mark.skipif(
    not SHARED_DATA.is_dir(), reason=f"no shared data at {SHARED_DATA}; set CRAVENY_SHARED_DATA to its folder"
)


def session(day: date, opens: int = 14, closes: int = 21) -> Session:
    return Session(day, datetime(day.year, day.month, day.day, opens, 30, tzinfo=UTC), datetime(
        day.year, day.month, day.day, closes, tzinfo=UTC))  # fmt: skip


SESSIONS = {day: session(day) for day in (date(2015, 1, 5), date(2015, 1, 6), date(2015, 9, 30), date(2016, 1, 4))}


def folder(
    at: Path,
    prices: Iterable[str] = (GOOD_PRICE,),
    news: Iterable[str | bytes] | None = None,
    stocks: str = STOCKS,
    header: str = HEADER,
) -> ArchiveFolder:
    at.mkdir(exist_ok=True)
    (at / "stocks.csv").write_text(stocks, encoding="utf-8")
    (at / "prices.csv.gz").write_bytes(gzip.compress((header + "\n".join(prices) + "\n").encode()))
    if news is not None:
        lines = [line if isinstance(line, bytes) else line.encode() for line in news]
        (at / "news.jsonl.gz").write_bytes(gzip.compress(b"".join(line + b"\n" for line in lines)))
    return ArchiveFolder(at, US)


def news_line(**changes: object) -> str:
    return json.dumps({**GOOD_NEWS, **changes})


def price_line(**changes: str) -> str:
    row = dict(zip(HEADER.strip().split(","), GOOD_PRICE.split(","), strict=True))
    return ",".join({**row, **changes}.values())


def only_refusal(rows: Iterable[RawItem | Bar | Rejected]) -> Rejected:
    refused = [row for row in rows if isinstance(row, Rejected)]
    assert len(refused) == 1
    return refused[0]


def test_a_price_line_becomes_a_bar_known_after_its_close(tmp_path: Path):
    (bar,) = folder(tmp_path).price_rows(SESSIONS, LAG, NOW)
    assert bar == Bar(
        "AAPL", date(2015, 1, 5), "10.5", "11.25", "10", "11", "9.5", 1200, "1",
        datetime(2015, 1, 5, 21, 20, tzinfo=UTC), "declared",
    )  # fmt: skip


def test_columns_are_found_by_name_and_an_absent_adjusted_close_is_none(tmp_path: Path):
    header = "date,symbol,volume,close,low,high,open,note\n"
    (bar,) = folder(tmp_path, ["2015-01-05,AAPL,0,11,10,11.25,10.5,x"], header=header).price_rows(SESSIONS, LAG, NOW)
    assert isinstance(bar, Bar)
    assert (bar.open, bar.high, bar.low, bar.close, bar.adj_close, bar.volume) == ("10.5", "11.25", "10", "11", None, 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (price_line(symbol="ZZZZ"), "not in stocks.csv"),
        (price_line(symbol=""), "not in stocks.csv"),
        (price_line(open="ten"), "not a number"),
        (price_line(open="nan"), "not a number"),
        (price_line(close="1e3"), "not a number"),
        (price_line(close="１１"), "not a number"),
        (price_line(close=""), "not a number"),
        (price_line(adj_close="x"), "not a number"),
        (price_line(low="0"), "not above zero"),
        (price_line(low="-10"), "not above zero"),
        (price_line(adj_close="-1"), "not above zero"),
        (price_line(high="10.9"), "high is below"),
        (price_line(low="10.6"), "low is above"),
        (price_line(volume="many"), "not a whole number"),
        (price_line(volume="-5"), "not a whole number"),
        (price_line(volume="1.5"), "not a whole number"),
        (price_line(date="2015-01-04"), "not a session of the market us"),
        (price_line(date="05.01.2015"), "not written YYYY-MM-DD"),
        (price_line(date="2016-01-04"), "in the future"),
        (price_line(date="2012-08-31"), "before 2012-09-01"),
        ("AAPL,2015-01-05,10.5", "3 fields where the header has 8"),
        ('"AAPL,2015-01-05,10.5', "not valid CSV"),
        (price_line(symbol="AA\0PL"), "NUL"),
    ],
)
def test_an_impossible_price_line_is_refused_with_its_reason_and_costs_no_other(tmp_path: Path, line: str, reason: str):
    rows = list(folder(tmp_path, [line, price_line(date="2015-01-06")]).price_rows(SESSIONS, LAG, NOW))
    refused = only_refusal(rows)
    assert reason in refused.reason
    assert refused.item_key == "prices.csv.gz:2"
    assert refused.payload == line.replace("\0", "\ufffd")
    assert [row.session_date for row in rows if isinstance(row, Bar)] == [date(2015, 1, 6)]


@pytest.mark.parametrize("changes", [{"high": "10.95"}, {"low": "10.54"}])
def test_prices_off_by_rounding_are_kept(tmp_path: Path, changes: dict[str, str]):
    (bar,) = folder(tmp_path, [price_line(**changes)]).price_rows(SESSIONS, LAG, NOW)
    assert isinstance(bar, Bar)


def test_a_second_bar_of_one_day_is_refused_and_a_refused_first_one_does_not_count(tmp_path: Path):
    rows = list(folder(tmp_path, [price_line(open="x"), GOOD_PRICE, GOOD_PRICE]).price_rows(SESSIONS, LAG, NOW))
    assert [type(row) for row in rows] == [Rejected, Bar, Rejected]
    assert isinstance(rows[2], Rejected) and "already has a bar" in rows[2].reason


def test_a_session_still_open_is_in_the_future(tmp_path: Path):
    rows = [price_line(date="2015-09-30"), GOOD_PRICE]
    before, after = (datetime(2015, 9, 30, hour, tzinfo=UTC) for hour in (20, 22))
    assert "not closed yet" in only_refusal(folder(tmp_path, rows).price_rows(SESSIONS, LAG, before)).reason
    assert all(isinstance(row, Bar) for row in folder(tmp_path, rows).price_rows(SESSIONS, LAG, after))


def test_a_news_line_becomes_an_item_with_the_line_itself_as_payload(tmp_path: Path):
    line = '{"id": "1",  "published_at": "2015-01-05T09:00:00-05:00", "symbol": "AAPL", "text": "a\\n\\u0000 é"}'
    (item,) = folder(tmp_path, news=[line]).news_rows(timedelta(minutes=5), NOW)
    assert item == RawItem("1:AAPL", line, datetime(2015, 1, 5, 14, 5, tzinfo=UTC), "declared")


def test_an_item_that_names_no_stock_is_kept(tmp_path: Path):
    bare = json.dumps({key: value for key, value in GOOD_NEWS.items() if key != "symbol"})
    items = list(folder(tmp_path, news=[bare, news_line(id="2", symbol=None)]).news_rows(LAG, NOW))
    assert [item.item_key for item in items] == ["1:", "2:"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{broken", "not readable JSON"),
        ("[" * 100_000, "not readable JSON"),
        ("[1]", "not one object"),
        (news_line(id=None), "no id"),
        (news_line(id=17), "no id"),
        (news_line(id="a\nb"), "control characters"),
        (news_line(text=""), "no text"),
        (news_line(text=["a"]), "no text"),
        (news_line(published_at=None), "no published_at"),
        (news_line(published_at="yesterday"), "not ISO 8601"),
        (news_line(published_at="2015-01-05T14:00:00"), "not ISO 8601 with a zone"),
        (news_line(published_at="0001-01-01T00:00:00+14:00"), "not ISO 8601"),
        (news_line(published_at="2015-10-01T00:00:01Z"), "in the future"),
        (news_line(published_at="9999-12-31T23:59:59Z"), "in the future"),
        (news_line(published_at="2012-08-31T12:00:00Z"), "before 2012-09-01"),
        (news_line(symbol="ZZZZ"), "'ZZZZ' is not in stocks.csv"),
        (news_line(symbol=5), "no symbol"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (b'{"id": "\x00"}', "NUL"),
        (b'"' + b"x" * (2 * MAX_LINE_BYTES) + b'"', "longer than"),
    ],
)
def test_a_bad_news_line_is_refused_with_its_reason_and_costs_no_other(tmp_path: Path, line: str | bytes, reason: str):
    rows = list(folder(tmp_path, news=[line, news_line(id="9")]).news_rows(LAG, NOW))
    refused = only_refusal(rows)
    assert reason in refused.reason
    assert refused.item_key == "news.jsonl.gz:1"
    assert "\0" not in refused.payload
    assert len(refused.payload) <= 4_000
    assert [row.item_key for row in rows if isinstance(row, RawItem)] == ["9:AAPL"]


def test_repeats_are_numbered_in_file_order_even_when_an_earlier_one_is_refused(tmp_path: Path):
    lines = [news_line(), news_line(symbol="BRK-A"), news_line(), news_line(text=""), news_line()]
    rows = list(folder(tmp_path, news=lines).news_rows(LAG, NOW))
    assert [row.item_key for row in rows] == ["1:AAPL", "1:BRK-A", "1:AAPL#2", "news.jsonl.gz:4", "1:AAPL#4"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([news_line().encode(), b"{}", b"", b"null"]))))
def test_no_line_is_lost_and_importing_twice_says_the_same(tmp_path: Path, lines: list[bytes]):
    archive = folder(tmp_path, news=[news_line(), *lines])
    told = list(archive.news_rows(LAG, NOW))
    unpacked = gzip.decompress((tmp_path / "news.jsonl.gz").read_bytes())
    filled = [line for line in unpacked.split(b"\n") if line.decode(errors="replace").strip()]
    assert len(told) == len(filled)
    assert len({row.item_key for row in told}) == len(told)
    assert list(archive.news_rows(LAG, NOW)) == told


def test_blank_lines_and_a_byte_order_mark_are_no_rows(tmp_path: Path):
    archive = folder(tmp_path, ["", GOOD_PRICE, ""], stocks="\ufeff" + STOCKS.replace("\n", "\r\n") + "\r\n")
    assert [x.symbol for x in archive.listings()[0]] == ["AAPL", "BRK-A"]
    assert len(list(archive.price_rows(SESSIONS, LAG, NOW))) == 1


def test_listings_carry_names_and_the_start_of_the_market(tmp_path: Path):
    stocks = "symbol,name,name_en,market\n000270,기아자동차,Kia Motors,KOSPI\n"
    (kia,), rejected = folder(tmp_path, stocks=stocks).listings()
    assert (kia.symbol, kia.name, kia.name_en, kia.kind, kia.sector) == (
        "000270", "기아자동차", "Kia Motors", "stock", None,
    )  # fmt: skip
    assert kia.available_at == datetime(2012, 9, 1, 4, tzinfo=UTC)
    assert rejected == []


def test_aliases_leave_out_legal_forms_and_what_two_stocks_share(tmp_path: Path):
    stocks = (
        "symbol,name,sector\nAAPL,Apple Inc.,\nBRK-A,Berkshire Hathaway Inc.,\nUL,Unilever PLC,\nUN,Unilever N.V.,\n"
        "TOT,TOTAL S.A.,\nPG,The Procter & Gamble,\nMRK,Merck & Co.,\n"
    )
    aliases = {x.symbol: x.aliases for x in folder(tmp_path, stocks=stocks).listings()[0]}
    assert aliases == {
        "AAPL": ("Apple",), "BRK-A": ("Berkshire Hathaway", "BRK.A"), "UL": (), "UN": (), "TOT": (),
        "PG": ("Procter & Gamble",), "MRK": ("Merck",),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",Nameless,x", "no symbol or no name"),
        ("XYZ,,x", "no symbol or no name"),
        ("AAPL,Apple again,x", "twice"),
        ("X\x1bZ,Escape,x", "control characters"),
        ("XYZ", "1 fields where the header has 3"),
    ],
)
def test_a_bad_stock_line_is_refused_and_the_others_are_kept(tmp_path: Path, line: str, reason: str):
    listings, rejected = folder(tmp_path, stocks=STOCKS + line + "\n").listings()
    assert [listing.name for listing in listings] == ["Apple Inc.", "Berkshire Hathaway Inc."]
    assert reason in only_refusal(rejected).reason


def test_a_sound_folder_passes_the_check_with_and_without_news(tmp_path: Path):
    silent = folder(tmp_path)
    assert (silent.check(), silent.has_news, list(silent.news_rows(LAG, NOW))) == (None, False, [])
    telling = folder(tmp_path, news=[news_line()])
    assert (telling.check(), telling.has_news) == (None, True)


def test_a_missing_folder_or_file_is_named(tmp_path: Path):
    with pytest.raises(ArchiveError, match=r"nowhere is not a folder; name the folder"):
        ArchiveFolder(tmp_path / "nowhere", US).check()
    for name in ("stocks.csv", "prices.csv.gz"):
        archive = folder(tmp_path)
        (tmp_path / name).unlink()
        with pytest.raises(ArchiveError, match=rf"{name} does not exist; an archive folder holds"):
            archive.check()


@pytest.mark.parametrize("name", ["prices.csv.gz", "news.jsonl.gz"])
def test_a_file_that_is_not_gzip_is_named(tmp_path: Path, name: str):
    archive = folder(tmp_path, news=[news_line()])
    (tmp_path / name).write_text("symbol,date\n")
    with pytest.raises(ArchiveError, match=rf"{name} is not sound gzip .*compress the file"):
        archive.check()


@pytest.mark.parametrize("name", ["prices.csv.gz", "news.jsonl.gz"])
def test_a_file_that_was_cut_off_is_named_by_the_check_and_by_reading(tmp_path: Path, name: str):
    # Longer than any read-ahead, and cut near its end: only reading to the end can tell.
    filler = "x" * 700
    many = [news_line(id=str(n), text=f"{n * n}{filler}") for n in range(3_000)]
    archive = folder(tmp_path, [GOOD_PRICE, *(f"X{n},{n * n}{filler}" for n in range(3_000))], many)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[:-100])
    cut_off = rf"{name} is cut off or damaged .*copy the file again"
    with pytest.raises(ArchiveError, match=cut_off):
        archive.check()
    with pytest.raises(ArchiveError, match=cut_off):
        [*archive.news_rows(LAG, NOW), *archive.price_rows(SESSIONS, LAG, NOW)]


def test_a_folder_in_place_of_a_file_cannot_be_read(tmp_path: Path):
    archive = folder(tmp_path)
    (tmp_path / "stocks.csv").unlink()
    (tmp_path / "stocks.csv").mkdir()
    with pytest.raises(ArchiveError, match=r"stocks.csv cannot be read \(Is a directory\)"):
        archive.check()


def test_missing_columns_are_named(tmp_path: Path):
    with pytest.raises(ArchiveError, match=r"prices.csv.gz has no column close, volume; its first line must name"):
        folder(tmp_path, header="symbol,date,open,high,low\n").check()
    with pytest.raises(ArchiveError, match=r"stocks.csv has no column name;"):
        folder(tmp_path, stocks="symbol,title\n").check()
    with pytest.raises(ArchiveError, match=r"stocks.csv has no column symbol, name;"):
        folder(tmp_path, stocks="").check()


def test_a_file_without_a_usable_row_says_its_first_fault(tmp_path: Path):
    archive = folder(tmp_path, ["?"], ["{}"], stocks="symbol,name\n")
    with pytest.raises(ArchiveError, match=r"stocks.csv has no usable row; it is empty"):
        archive.listings()
    archive = folder(tmp_path, ["?"], ["{}"])
    with pytest.raises(
        ArchiveError, match=r"prices.csv.gz has no usable row; .*prices.csv.gz:2: The line has 1 fields"
    ):
        list(archive.price_rows(SESSIONS, LAG, NOW))
    with pytest.raises(ArchiveError, match=r"news.jsonl.gz has no usable row; .*The row has no id"):
        list(archive.news_rows(LAG, NOW))


def sessions_of(market: Market, last: date) -> dict[date, Session]:
    return {s.session_date: s for s in trading_sessions(market.exchange, date(2012, 9, 1), last)}


@real_data
def test_stocknet_is_read_whole():
    archive = ArchiveFolder(SHARED_DATA / "stocknet", US)
    archive.check()
    news = list(archive.news_rows(timedelta(0), NOW))
    bars = list(archive.price_rows(sessions_of(US, date(2015, 9, 30)), LAG, NOW))
    refused = Counter(row.reason for row in (*news, *bars) if isinstance(row, Rejected))
    assert refused == {}
    assert (len(news), len(bars), len(archive.listings()[0])) == (92_244, 66_100, 88)
    keys = {row.item_key for row in news}
    assert len(keys) == 92_244
    assert len({key.split(":")[0] for key in keys}) == 74_849
    assert sum("#" in key for key in keys) == 37


@real_data
def test_the_korean_prices_are_read_whole():
    archive = ArchiveFolder(SHARED_DATA / "krx", KRX)
    archive.check()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    bars = list(archive.price_rows(sessions_of(KRX, date(2016, 12, 29)), LAG, now))
    refused = Counter(row.reason for row in bars if isinstance(row, Rejected))
    with gzip.open(SHARED_DATA / "krx" / "prices.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert refused == {}
    assert len(bars) == len(rows) == 12_818
    assert [(b.symbol, b.close, b.volume) for b in bars if isinstance(b, Bar)] == [
        (row["symbol"], row["close"], int(row["volume"])) for row in rows
    ]
    assert list(archive.news_rows(LAG, now)) == []
