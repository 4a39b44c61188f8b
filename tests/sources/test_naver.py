"""The search of Naver, against a server that speaks its protocol, through the real fetcher."""

import json
import logging
import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from craveny_assets.fetching.client import Fetcher
from craveny_assets.sources.naver import NaverSource
from craveny_domain.articles import read_article
from craveny_store.news import append_raw
from craveny_store.sources import add_quarantine
from craveny_store.universe import CrawledStock
from tests.sources.vendors import (
    KRX,
    NOW,
    HastyClock,
    Hit,
    Naver,
    Reply,
    Request,
    asked,
    entry,
    failure,
    kept_by_crawls,
    payloads,
    reply,
    rfc822,
    told_by,
)

KEYS = ("NAVER_CLIENT_ID", "NAVER_CLIENT_SECRET")
SAMSUNG = CrawledStock("005930", "삼성전자", 1)
HANWHA = CrawledStock("000880", "한화", 4)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def naver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Naver]:
    vendor = Naver()
    for name, value in zip(KEYS, vendor.keys, strict=True):
        monkeypatch.setenv(name, value)
    with vendor.running():
        yield vendor


@pytest.fixture
def fetcher(naver: Naver, kept_store: Engine) -> Iterator[Fetcher]:
    with Fetcher(kept_store, allow=naver.allow, clock=HastyClock()) as opened:
        yield opened


def source(naver: Naver, fetcher: Fetcher, *stocks: CrawledStock, **changes: object) -> NaverSource:
    configured = entry("naver", str(changes.pop("address", naver.hub)), KEYS, **changes)
    return NaverSource(configured, KRX, fetcher, stocks or (SAMSUNG,))


def hits(count: int, name: str = "삼성전자", every: timedelta = MINUTE) -> list[Hit]:
    return [Hit(f"{name} 소식 {n}", f"https://news.example/{name}/{n}", NOW - n * every) for n in range(1, count + 1)]


@pytest.mark.parametrize("door", ["hub", "center"])
def test_each_stock_is_searched_for_by_its_name_at_either_door_of_naver(naver: Naver, fetcher: Fetcher, door: str):
    naver.hits = hits(2) + hits(1, "한화")
    answer = source(naver, fetcher, SAMSUNG, HANWHA, address=getattr(naver, door)).news(asked())
    assert [request.params for request in naver.requests] == [
        {"query": "삼성전자", "display": "100", "start": "1", "sort": "date"},
        {"query": "한화", "display": "20", "start": "1", "sort": "date"},
    ]
    assert len(answer.items) == 3


def test_a_hit_is_an_item_known_now_that_names_no_stock(naver: Naver, fetcher: Fetcher):
    naver.hits = [Hit("삼성전자 &quot;깜짝&quot; 실적", "https://news.example/1", NOW - MINUTE, "가" * 300)]
    (item,) = source(naver, fetcher).news(asked()).items
    payload = json.loads(item.payload)
    assert payload["title"] == '삼성전자 "깜짝" 실적'
    assert payload["link"] == payload["id"] == item.item_key == "https://news.example/1"
    assert len(payload["text"]) == 100
    assert payload["published_at"] == "2026-11-20T04:59:00+00:00"
    assert payload["date"] == "Fri, 20 Nov 2026 13:59:00 +0900"
    assert "symbols" not in payload
    assert (item.available_at, item.basis, item.fetched_at) == (NOW, "observed", NOW)
    assert item.headers is not None
    assert item.headers["content-type"] == "application/json; charset=utf-8"


def test_terms_decide_what_of_the_passage_is_kept(naver: Naver, fetcher: Fetcher):
    naver.hits = [Hit("삼성전자", "https://news.example/1", NOW - MINUTE, "가" * 300)]
    kept = {terms: payloads(source(naver, fetcher, terms=terms).news(asked()))[0] for terms in ("link", "full")}
    assert "text" not in kept["link"]
    assert len(str(kept["full"]["text"])) > 300


def test_an_article_found_for_two_stocks_is_one_item_whatever_passage_each_search_shows(naver: Naver, fetcher: Fetcher):
    naver.hits = [Hit("삼성전자와 한화", "https://news.example/1", NOW - MINUTE)]
    both = source(naver, fetcher, SAMSUNG, HANWHA).news(asked()).items
    (other,) = source(naver, fetcher, HANWHA).news(asked()).items
    assert len(both) == 1
    assert both[0].payload != other.payload
    assert (both[0].item_key, both[0].identity) == (other.item_key, other.identity)


def test_a_corrected_title_is_another_version(naver: Naver, fetcher: Fetcher):
    naver.hits = [Hit("삼성전자 실적", "https://news.example/1", NOW - MINUTE)]
    (first,) = source(naver, fetcher).news(asked()).items
    naver.hits = [Hit("삼성전자 실적(종합)", "https://news.example/1", NOW - MINUTE)]
    (second,) = source(naver, fetcher).news(asked()).items
    assert first.item_key == second.item_key
    assert first.identity != second.identity


def test_without_the_link_to_the_press_the_link_to_naver_counts_and_a_hit_without_any_is_refused(
    naver: Naver, fetcher: Fetcher
):
    hit = {"title": "삼성전자", "description": "", "pubDate": rfc822(NOW - MINUTE)}
    naver.instead = lambda _: reply({"items": [{**hit, "originallink": "", "link": "https://n.example/1"}, hit]})
    answer = source(naver, fetcher).news(asked())
    assert [item.item_key for item in answer.items] == ["https://n.example/1"]
    assert [refused.reason for refused in answer.refused] == ["The hit has no link."]


@pytest.mark.parametrize(
    ("priority", "depth", "starts"), [(1, 250, [1, 101, 201]), (3, 100, [1]), (5, 7, [1]), (4, 0, [])]
)
def test_priority_decides_how_many_hits_are_asked_for(
    naver: Naver, fetcher: Fetcher, priority: int, depth: int, starts: list[int]
):
    naver.hits = hits(400, every=timedelta(seconds=1))
    depths = tuple(depth if n == priority else 100 for n in range(1, 6))
    answer = source(naver, fetcher, CrawledStock("005930", "삼성전자", priority), depth=depths).news(asked())
    assert [int(request.params["start"]) for request in naver.requests] == starts
    assert len(answer.items) == depth


def test_pages_are_turned_only_while_a_page_is_wholly_newer_than_what_was_read(naver: Naver, fetcher: Fetcher):
    naver.hits = hits(400)
    reader = source(naver, fetcher, depth=(1000,) * 5)
    assert len(reader.news(asked(reached_at=NOW - 150 * MINUTE)).items) == 200
    assert len(naver.requests) == 2
    assert len(reader.news(asked(reached_at=NOW - 10 * MINUTE)).items) == 100
    assert len(naver.requests) == 3


def test_the_last_page_ends_at_the_thousandth_hit(naver: Naver, fetcher: Fetcher):
    naver.hits = hits(1200, every=timedelta(seconds=1))
    answer = source(naver, fetcher, depth=(1000,) * 5).news(asked(reached_at=NOW - timedelta(days=1)))
    assert len(answer.items) == 1000
    assert naver.requests[-1].params["start"] == "901"


def test_what_moves_to_another_page_while_pages_are_turned_comes_once(naver: Naver, fetcher: Fetcher):
    naver.hits = hits(150, every=timedelta(seconds=1))

    def publish_between(request: Request) -> None:
        if request.params["start"] == "101":
            naver.hits.append(Hit("삼성전자 속보", "https://news.example/new", NOW))

    naver.instead = publish_between
    answer = source(naver, fetcher, depth=(200,) * 5).news(asked(reached_at=NOW - timedelta(hours=1)))
    assert {item.item_key for item in answer.items} == {hit.link for hit in naver.hits} - {"https://news.example/new"}
    assert len(answer.items) == 150


def test_hits_of_long_ago_that_a_search_finds_for_want_of_newer_ones_are_no_news(naver: Naver, fetcher: Fetcher):
    naver.hits = hits(10, every=timedelta(hours=6))
    assert len(source(naver, fetcher).news(asked()).items) == 4
    # A hit may turn up late: up to a day before what was read.
    assert len(source(naver, fetcher).news(asked(reached_at=NOW - timedelta(hours=12))).items) == 6


def test_what_is_dated_ahead_waits_for_the_next_asking_or_is_refused(naver: Naver, fetcher: Fetcher):
    naver.hits = [
        Hit("삼성전자 1", "https://news.example/1", NOW),
        Hit("삼성전자 2", "https://news.example/2", NOW + 30 * MINUTE),
        Hit("삼성전자 3", "https://news.example/3", NOW + 62 * MINUTE),
    ]
    answer = source(naver, fetcher).news(asked())
    assert [item.item_key for item in answer.items] == ["https://news.example/1"]
    assert len(answer.refused) == 1
    assert "lies in the future" in answer.refused[0].reason


@pytest.mark.parametrize("written", ["", "whenever", "Fri, 99 Nov 2026 99:99:99 +0900", "0", None, "١٢ ١٢"])
def test_a_hit_without_a_readable_date_is_kept_without_one(naver: Naver, fetcher: Fetcher, written: str | None):
    naver.instead = lambda _: reply(
        {"items": [{"title": "삼성전자", "originallink": "https://news.example/1", "pubDate": written}]}
    )
    (payload,) = payloads(source(naver, fetcher).news(asked()))
    assert "published_at" not in payload
    assert payload.get("date", "") == (written or "")


def test_a_date_without_a_zone_is_in_the_zone_of_the_entry(naver: Naver, fetcher: Fetcher):
    naver.instead = lambda _: reply(
        {"items": [{"title": "삼성전자", "originallink": "https://n.example", "pubDate": "Fri, 20 Nov 2026 13:59:00"}]}
    )
    assert payloads(source(naver, fetcher).news(asked()))[0]["published_at"] == "2026-11-20T04:59:00+00:00"


def test_no_stocks_no_hits_and_a_past_day_give_nothing(naver: Naver, fetcher: Fetcher):
    assert not NaverSource(entry("naver", naver.hub, KEYS), KRX, fetcher).news(asked()).items
    assert not naver.requests
    assert not source(naver, fetcher).news(asked()).items
    assert len(naver.requests) == 1
    naver.hits = hits(3)
    reader = source(naver, fetcher)
    assert not reader.answers_past_days
    assert not reader.news(asked(day=KRX.local_date(NOW) - timedelta(days=1))).items
    assert len(naver.requests) == 1


def test_wrong_keys_fail_with_the_cure_and_without_the_keys(
    naver: Naver, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(KEYS[1], "wrong-secret")
    failed = failure(source(naver, fetcher))
    assert failed.error_class == "status"
    assert "401" in failed.message
    assert "key" in failed.message
    assert "wrong-secret" not in failed.message


@pytest.mark.parametrize("value", [None, "", "  ", "비밀", "two\nlines"])
def test_a_key_that_is_not_there_is_named_and_nobody_is_asked(
    naver: Naver, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, value: str | None
):
    monkeypatch.delenv(KEYS[1]) if value is None else monkeypatch.setenv(KEYS[1], value)
    failed = failure(source(naver, fetcher))
    assert failed.error_class == "status"
    assert KEYS[1] in failed.message
    assert not value or not value.strip() or value not in failed.message
    assert not naver.requests


def test_a_spent_quota_is_a_rate_limit_until_when_naver_says(naver: Naver, fetcher: Fetcher):
    quota = {"errorMessage": "Query limit exceeded", "errorCode": "010"}
    naver.instead = lambda _: reply(quota, 429, Retry_After="600")
    failed = failure(source(naver, fetcher))
    assert failed.error_class == "rate_limited"
    assert failed.not_before_at is not None
    assert failed.not_before_at >= NOW + 10 * MINUTE


def test_a_stock_that_cannot_be_searched_for_fails_the_asking(naver: Naver, fetcher: Fetcher):
    naver.hits = hits(3)
    naver.instead = lambda request: reply({}, 500) if request.params["query"] == "한화" else None
    assert failure(source(naver, fetcher, SAMSUNG, HANWHA)).error_class == "status"


UNREADABLE: dict[str, Reply] = {
    "html": reply(b"<!doctype html><title>\xec\xa0\x90\xea\xb2\x80 \xec\xa4\x91</title>", content_type="text/html"),
    "cut": reply(b'{"items": [{"title": "'),
    "empty": reply(b""),
    "list": reply([1, 2]),
    "number": reply(b"9" * 5_000),
    "deep": reply(b"[" * 100_000),
    "nan": reply(b"NaN"),
    "no items": reply({"total": 3}),
    "items of another kind": reply({"items": {"title": "x"}}),
    "xml": reply(b"<rss><channel><item/></channel></rss>", content_type="text/xml"),
    "bytes of an image": reply(bytes(range(256)) * 40, content_type="image/png"),
    "an error spoken with 200": reply({"errorMessage": "System Error", "errorCode": "SE99"}),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_an_answer_that_is_not_of_the_protocol_is_unreadable_and_says_so(naver: Naver, fetcher: Fetcher, what: str):
    naver.instead = lambda _: UNREADABLE[what]
    failed = failure(source(naver, fetcher))
    assert failed.error_class == "unreadable"
    assert naver.hub in failed.message
    assert failed.message.endswith(".")


def test_more_than_a_megabyte_is_not_read(naver: Naver, fetcher: Fetcher):
    naver.instead = lambda _: reply({"items": ["x" * 1_100_000]})
    assert failure(source(naver, fetcher)).error_class == "too_large"


def test_korean_in_euc_kr_is_read_as_what_it_is(naver: Naver, fetcher: Fetcher):
    title = "삼성전자 펲시와 손잡다"
    found = {"items": [{"title": title, "originallink": "https://n.example/1", "pubDate": rfc822(NOW - MINUTE)}]}
    body = json.dumps(found, ensure_ascii=False).encode("cp949")
    for content_type in ("application/json; charset=euc-kr", "application/json"):
        naver.instead = lambda _, content_type=content_type: reply(body, content_type=content_type)
        assert payloads(source(naver, fetcher).news(asked()))[0]["title"] == title


HOSTILE = [
    {"title": "<script>alert(1)</script>삼성전자", "originallink": "https://n.example/1"},
    {"title": "&lt;img src=x onerror=alert(1)&gt; 삼성전자", "originallink": "javascript:alert(1)"},
    {"title": "삼성\u0000전자 \ud800 \u202egnp.exe", "originallink": "https://n.example/3\u0000\ud800"},
    {"title": "삼성전자" * 10_000, "originallink": "https://n.example/4", "description": "다" * 50_000},
    {"title": "삼성전자", "originallink": "https://n.example/" + "긴" * 700},
    {"title": "'; DROP TABLE news; -- 삼성전자", "originallink": "https://n.example/6", "pubDate": "1"},
    {"title": "삼성전자", "originallink": "file:///etc/passwd", "description": "<a href='javascript:x'>y</a>"},
    {"title": "\u200b\u200b", "originallink": "https://n.example/8"},
    {"title": {"b": 1}, "originallink": "https://n.example/9"},
    {"title": None, "originallink": None, "link": None},
    {"title": "삼성전자", "originallink": ["https://n.example/11"]},
    {"title": "삼성전자", "originallink": "https://n.example/12", "pubDate": {"year": 2026}},
    "삼성전자",
    None,
    7,
    [[]],
]


def test_hostile_hits_are_stored_harmless_or_refused_and_all_are_counted(
    naver: Naver, fetcher: Fetcher, kept_store: Engine
):
    naver.instead = lambda _: reply(json.dumps({"items": HOSTILE}).encode())
    answer = source(naver, fetcher, terms="full").news(asked())
    assert (len(answer.items), len(answer.refused)) == (6, 10)
    with kept_store.begin() as conn:
        assert append_raw(conn, "krx", "hostile", answer.items) == 6
        assert add_quarantine(conn, "krx", "hostile", "news", answer.refused) == 10
    for item in answer.items:
        article = read_article(item.payload)
        assert "script" not in article.title
        assert "\u202e" not in article.text
        assert article.link is None or article.link.startswith("https://n.example/")


def test_the_keys_are_told_to_nobody_but_naver(
    naver: Naver, kept_store: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    naver.keys = ("sentinel-7f3a-id", "sentinel-7f3a-secret")
    for name, value in zip(KEYS, naver.keys, strict=True):
        monkeypatch.setenv(name, value)
    caplog.set_level(logging.DEBUG)
    told = []
    naver.hits = hits(3)
    thief = Naver(instead=lambda _: reply({}))
    with thief.running(), Fetcher(kept_store, allow=f"{naver.allow},{thief.allow}", clock=HastyClock()) as fetcher:
        moved = reply(b"", 302, Location=thief.hub)
        for instead in (lambda _: None, lambda _: reply({}, 401), lambda _: reply(b"<html>"), lambda _: moved):
            naver.instead = instead
            told.append(told_by(source(naver, fetcher)))
    assert len(naver.requests) == 4
    assert all("sentinel-7f3a" in str(request.headers) for request in naver.requests)
    assert thief.requests
    assert "sentinel-7f3a" not in str(thief.requests)
    assert "sentinel-7f3a" not in "".join(told)
    assert "sentinel-7f3a" not in caplog.text
    assert "sentinel-7f3a" not in kept_by_crawls(kept_store)
    assert os.environ[KEYS[0]] == naver.keys[0]
