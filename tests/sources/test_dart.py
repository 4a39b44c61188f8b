"""DART's list of filings, against a server that speaks its protocol, through the real fetcher."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from craveny_assets.fetching.client import Fetcher
from craveny_assets.sources.dart import MAX_PAGES, DartSource
from craveny_domain.articles import read_article
from craveny_store.news import append_raw
from craveny_store.sources import add_quarantine
from tests.sources.vendors import (
    KRX,
    NOW,
    TODAY,
    Dart,
    HastyClock,
    Reply,
    Request,
    asked,
    entry,
    failure,
    filing,
    kept_by_crawls,
    payloads,
    reply,
    told_by,
)

KEY = "DART_API_KEY"
YESTERDAY = TODAY - timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 19, 15, tzinfo=UTC)
"""The start of today in Seoul."""


@pytest.fixture
def dart(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dart]:
    vendor = Dart()
    monkeypatch.setenv(KEY, vendor.key)
    with vendor.running():
        yield vendor


@pytest.fixture
def fetcher(dart: Dart, kept_store: Engine) -> Iterator[Fetcher]:
    with Fetcher(kept_store, allow=dart.allow, clock=HastyClock()) as opened:
        yield opened


def source(dart: Dart, fetcher: Fetcher, **changes: object) -> DartSource:
    return DartSource(entry("dart", dart.address, (KEY,), **changes), KRX, fetcher)


def test_todays_filings_are_known_now_and_name_their_stock(dart: Dart, fetcher: Fetcher):
    dart.filings = [filing(1), filing(2, YESTERDAY), filing(3, flr_nm="국민연금공단", report_nm="대량보유상황보고서 ")]
    first, second = source(dart, fetcher).news(asked()).items
    assert json.loads(first.payload) == {
        "id": "20261120000001",
        "title": "삼성전자 주요사항보고서(자기주식취득결정)",
        "link": "https://dart.fss.or.kr/dsaf001/main.do?rcpNo=20261120000001",
        "date": "20261120",
        "symbols": ["005930"],
    }
    assert (first.item_key, first.available_at, first.basis, first.fetched_at) == (
        "20261120000001", NOW, "observed", NOW,
    )  # fmt: skip
    assert json.loads(second.payload)["title"] == "삼성전자 대량보유상황보고서"
    assert json.loads(second.payload)["text"] == "국민연금공단"


def test_a_days_filings_are_asked_for_oldest_first_in_pages_of_a_hundred(dart: Dart, fetcher: Fetcher):
    dart.filings = [filing(n) for n in range(250)]
    answer = source(dart, fetcher).news(asked())
    assert len({item.item_key for item in answer.items}) == 250
    assert [(r.params["page_no"], r.params["page_count"], r.params["sort_mth"]) for r in dart.requests] == [
        ("1", "100", "asc"), ("2", "100", "asc"), ("3", "100", "asc"),
    ]  # fmt: skip
    assert {(r.params["bgn_de"], r.params["end_de"]) for r in dart.requests} == {("20261120", "20261120")}
    assert answer.bytes_read > 50_000


def test_what_is_filed_or_withdrawn_while_pages_are_turned_makes_nothing_come_twice(dart: Dart, fetcher: Fetcher):
    dart.filings = [filing(n) for n in range(200)]

    def change(request: Request) -> None:
        if request.params["page_no"] == "2":
            dart.filings = dart.filings[:50] + dart.filings[51:] + [filing(n) for n in range(900, 905)]

    dart.instead = change
    keys = [item.item_key for item in source(dart, fetcher).news(asked()).items]
    assert len(keys) == len(set(keys)) == 204
    dart.instead = lambda _: None
    # The next asking brings what moved to a page that was read already.
    assert len(source(dart, fetcher).news(asked()).items) == 204


def test_what_was_filed_between_the_last_asking_and_midnight_is_asked_for_once_more(dart: Dart, fetcher: Fetcher):
    dart.filings = [filing(1, YESTERDAY), filing(2)]
    reader = source(dart, fetcher)
    assert len(reader.news(asked(reached_at=MIDNIGHT - timedelta(minutes=5))).items) == 2
    assert len(reader.news(asked(reached_at=MIDNIGHT + timedelta(minutes=5))).items) == 1
    # Longer ago, a backfill tells when a filing came; found now, it would count as known no earlier than now.
    assert len(reader.news(asked(reached_at=MIDNIGHT - timedelta(days=3))).items) == 1


@pytest.mark.parametrize(
    ("lag", "received"),
    [
        (timedelta(0), 17),
        (timedelta(hours=2), 17),
        (timedelta(hours=23), 17),
        (timedelta(days=1), 16),
        (timedelta(days=3), 14),
    ],
)
def test_a_past_days_items_are_the_filings_whose_day_of_receipt_ended_by_then(
    dart: Dart, fetcher: Fetcher, lag: timedelta, received: int
):
    day = date(2026, 11, 18)
    dart.filings = [filing(n, date(2026, 11, n)) for n in range(10, 21)]
    (item,) = source(dart, fetcher, lag=lag).news(asked(day=day)).items
    assert item.item_key.startswith(f"202611{received}")
    assert item.basis == "declared"
    start, end = KRX.day_bounds(day)
    assert start <= item.available_at < end
    assert item.available_at == KRX.day_bounds(date(2026, 11, received))[1] + lag


def test_nothing_of_a_past_day_is_known_later_than_now(dart: Dart, fetcher: Fetcher):
    dart.filings = [filing(1, TODAY)]
    tomorrow = TODAY + timedelta(days=1)
    assert not source(dart, fetcher).news(asked(day=tomorrow)).items


def test_the_filing_seen_live_and_the_one_declared_later_are_one(dart: Dart, fetcher: Fetcher, kept_store: Engine):
    dart.filings = [filing(1)]
    reader = source(dart, fetcher)
    live = reader.news(asked()).items
    # By then the company has another name, and the filing a remark.
    dart.filings = [filing(1, corp_name="삼성전자홀딩스", rm="정")]
    later = reader.news(asked(now=NOW + timedelta(days=3), day=TODAY + timedelta(days=1))).items
    assert [item.item_key for item in live] == [item.item_key for item in later]
    with kept_store.begin() as conn:
        assert append_raw(conn, "krx", "a-dart", live) == 1
        assert append_raw(conn, "krx", "a-dart", later) == 0


def test_companies_without_a_stock_code_are_left_out(dart: Dart, fetcher: Fetcher):
    dart.filings = [filing(1, stock_code="", corp_cls="E", corp_name="삼성KODEX증권펀드"), filing(2, stock_code=" ")]
    answer = source(dart, fetcher).news(asked())
    assert (len(answer.items), len(answer.refused)) == (0, 0)


def test_terms_decide_whether_the_filer_is_kept(dart: Dart, fetcher: Fetcher):
    dart.filings = [filing(1, flr_nm="국민연금공단")]
    assert "text" not in payloads(source(dart, fetcher, terms="link").news(asked()))[0]


def test_a_day_without_filings_is_an_empty_answer(dart: Dart, fetcher: Fetcher):
    answer = source(dart, fetcher).news(asked())
    assert (answer.items, answer.refused) == ([], [])
    assert len(dart.requests) == 1


def test_a_list_that_shrinks_to_nothing_while_pages_are_turned_ends_there(dart: Dart, fetcher: Fetcher):
    dart.filings = [filing(n) for n in range(200)]
    dart.instead = lambda request: reply({"status": "013"}) if request.params["page_no"] == "2" else None
    assert len(source(dart, fetcher).news(asked()).items) == 100


@pytest.mark.parametrize(
    ("status", "error_class", "words"),
    [
        ("010", "status", f"{KEY} is not registered"),
        ("011", "status", f"{KEY} is suspended"),
        ("012", "status", f"{KEY} may not be used from this address"),
        ("901", "status", f"{KEY} has expired"),
        ("020", "rate_limited", "every_minutes"),
        ("100", "status", "status 100"),
        ("800", "status", "asked again later"),
        ("900", "status", "status 900"),
        ("0", "unreadable", "has no status"),
        ("<script>", "unreadable", "has no status"),
        (0, "unreadable", "has no status"),
        (None, "unreadable", "has no status"),
    ],
)
def test_what_dart_says_instead_of_a_list_is_a_failure_with_its_cure(
    dart: Dart, fetcher: Fetcher, status: object, error_class: str, words: str
):
    dart.instead = lambda _: reply({"status": status, "message": f"키 {dart.key} <b>"})
    failed = failure(source(dart, fetcher))
    assert failed.error_class == error_class
    assert words in failed.message
    assert dart.key not in failed.message


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_status_of_http_is_a_failure_too(dart: Dart, fetcher: Fetcher, status: int):
    dart.instead = lambda _: reply(b"", status, content_type="text/html")
    failed = failure(source(dart, fetcher))
    assert failed.error_class == ("rate_limited" if status == 429 else "status")


UNREADABLE: dict[str, Reply] = {
    "html": reply(b"<html><body>\xbc\xad\xba\xf1\xbd\xba \xc1\xa1\xb0\xcb</body></html>", content_type="text/html"),
    "cut": reply(b'{"status": "000", "list": ['),
    "empty": reply(b""),
    "list": reply([]),
    "deep": reply(b'{"a":' * 100_000),
    "no list": reply({"status": "000", "total_page": 1}),
    "no pages": reply({"status": "000", "list": []}),
    "pages of another kind": reply({"status": "000", "list": [], "total_page": "many"}),
    "xml": reply(b"<result><status>000</status></result>", content_type="application/xml"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_an_answer_that_is_not_of_the_protocol_is_unreadable(dart: Dart, fetcher: Fetcher, what: str):
    dart.instead = lambda _: UNREADABLE[what]
    failed = failure(source(dart, fetcher))
    assert failed.error_class == "unreadable"
    assert dart.address in failed.message


def test_a_list_of_more_pages_than_a_day_can_have_is_not_read(dart: Dart, fetcher: Fetcher):
    dart.instead = lambda _: reply({"status": "000", "list": [filing(1)], "total_page": MAX_PAGES + 1})
    failed = failure(source(dart, fetcher))
    assert failed.error_class == "too_large"
    assert len(dart.requests) == 1


def test_a_list_in_euc_kr_is_read_as_what_it_is(dart: Dart, fetcher: Fetcher):
    page = {"status": "000", "total_page": 1, "list": [filing(1, corp_name="펲시코리아")]}
    body = json.dumps(page, ensure_ascii=False).encode("cp949")
    dart.instead = lambda _: reply(body, content_type="application/json;charset=EUC-KR")
    assert str(payloads(source(dart, fetcher).news(asked()))[0]["title"]).startswith("펲시코리아")


HOSTILE = [
    filing(1, corp_name="<script>alert(1)</script>", report_nm="\u202e보고서\u0000\ud800"),
    filing(2, report_nm="보고서" * 10_000, flr_nm="가" * 50_000),
    filing(3, stock_code="005930'; DROP TABLE stock; --"),
    filing(4, rcept_no="../../etc/passwd"),
    filing(5, rcept_no=""),
    filing(6, rcept_no="２０２６１１２００００００６"),
    filing(7, rcept_dt="20261121"),
    filing(8, rcept_dt="오늘"),
    filing(9, rcept_dt=""),
    filing(10, corp_name="", report_nm=""),
    {**filing(11), "corp_name": ["삼성전자"]},
    {**filing(12), "stock_code": 5930},
    {"stock_code": "005930"},
    {},
    "삼성전자",
    None,
]


def test_hostile_rows_are_stored_harmless_or_refused_and_all_are_counted(
    dart: Dart, fetcher: Fetcher, kept_store: Engine
):
    dart.instead = lambda _: reply(json.dumps({"status": "000", "total_page": 1, "list": HOSTILE}).encode())
    answer = source(dart, fetcher, terms="full").news(asked())
    # One without a stock code is left out.
    assert (len(answer.items), len(answer.refused)) == (2, 13)
    with kept_store.begin() as conn:
        assert append_raw(conn, "krx", "hostile", answer.items) == 2
        assert add_quarantine(conn, "krx", "hostile", "news", answer.refused) == 13
    for item in answer.items:
        article = read_article(item.payload)
        assert "script" not in article.title
        assert "\u202e" not in article.text
        assert article.link is not None


def test_the_key_is_told_to_nobody_but_dart(
    dart: Dart, kept_store: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    dart.key = "sentinel-91c4-key"
    monkeypatch.setenv(KEY, dart.key)
    caplog.set_level(logging.DEBUG)
    dart.filings = [filing(1)]
    told = []
    thief = Dart(instead=lambda _: reply({}))
    echo = reply({"status": "900", "message": dart.key})
    with thief.running(), Fetcher(kept_store, allow=f"{dart.allow},{thief.allow}", clock=HastyClock()) as fetcher:
        moved = reply(b"", 302, Location=f"{thief.address}?page_no=1")
        instead = (
            lambda _: None,
            lambda _: reply({}, 500),
            lambda _: reply(b"<html>"),
            lambda _: moved,
            lambda _: echo,
        )
        for dart.instead in instead:
            told.append(told_by(source(dart, fetcher)))
    dart.port = 9
    with Fetcher(kept_store, allow="127.0.0.1:9", clock=HastyClock()) as fetcher:
        told.append(failure(source(dart, fetcher)).message)
    assert dart.requests
    assert all(request.params["crtfc_key"] == dart.key for request in dart.requests)
    assert thief.requests
    assert "sentinel-91c4" not in str(thief.requests)
    assert "sentinel-91c4" not in "".join(told)
    assert "sentinel-91c4" not in caplog.text
    assert "sentinel-91c4" not in kept_by_crawls(kept_store)
