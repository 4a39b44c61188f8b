"""Vendors played by real local servers that speak their published protocols, and what a source needs to ask them."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from craveny_assets.fetching.failures import FetchFailed
from craveny_assets.sources import Answer, Asked, NewsSource
from craveny_domain.clocks import Market
from craveny_store.source_entries import DEFAULT_DEPTH, SourceEntry
from craveny_store.tables import fetch_host, fetch_log, fetch_state, raw_news

SEOUL = ZoneInfo("Asia/Seoul")
KRX = Market("krx", "XKRX", "Asia/Seoul", "KRW", timedelta(minutes=30), date(2012, 9, 1))
NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
"""14:00 in Seoul on a Friday."""
TODAY = date(2026, 11, 20)
JSON = "application/json; charset=utf-8"

Reply = tuple[int, dict[str, str], bytes]


class HastyClock:
    """A clock that waits without losing time: politeness is kept on it, and a test does not sleep."""

    def __init__(self, now: datetime = NOW) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def reply(value: object, status: int = 200, content_type: str = JSON, **headers: str) -> Reply:
    body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return status, {"Content-Type": content_type, **named}, body


@dataclass
class Request:
    """What a vendor was asked: `params` of the query, or the members of the JSON object that was posted."""

    path: str
    params: dict[str, str]
    headers: dict[str, str]


@dataclass
class Vendor:
    """A server; `instead` answers a request in the vendor's place, or gives None to let the vendor answer."""

    requests: list[Request] = field(default_factory=list)
    instead: Callable[[Request], Reply | None] = lambda _: None
    port: int = 0

    def answer(self, request: Request) -> Reply:
        raise NotImplementedError

    @property
    def allow(self) -> str:
        return f"127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[None]:
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.told({name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()})

            def do_POST(self) -> None:
                self.told(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def told(self, params: dict[str, str]) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(urlsplit(self.path).path, params, headers)
                vendor.requests.append(request)
                status, headers, body = vendor.instead(request) or vendor.answer(request)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Hit:
    """An article that a search finds by any word of its title."""

    title: str
    link: str
    at: datetime
    text: str = "본문"


@dataclass
class Naver(Vendor):
    """Naver's news search, at both of its doors."""

    keys: tuple[str, str] = ("an-id", "a-secret")
    hits: list[Hit] = field(default_factory=list)

    @property
    def hub(self) -> str:
        return f"http://127.0.0.1:{self.port}/search/v1/news"

    @property
    def center(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/search/news.json"

    def answer(self, request: Request) -> Reply:
        doors = {
            "/search/v1/news": ("x-ncp-apigw-api-key-id", "x-ncp-apigw-api-key"),
            "/v1/search/news.json": ("x-naver-client-id", "x-naver-client-secret"),
        }
        if request.path not in doors:
            return reply({"errorMessage": "Invalid search api", "errorCode": "SE05"}, 404)
        if tuple(request.headers.get(name) for name in doors[request.path]) != self.keys:
            return reply({"errorMessage": "NID AUTH Result Invalid (1000)", "errorCode": "024"}, 401)
        query, display, start = request.params["query"], int(request.params["display"]), int(request.params["start"])
        if not 1 <= display <= 100:
            return reply({"errorMessage": "Invalid display value", "errorCode": "SE02"}, 400)
        if not 1 <= start <= 1000:
            return reply({"errorMessage": "Invalid start value", "errorCode": "SE03"}, 400)
        found = sorted((hit for hit in self.hits if query in hit.title), key=lambda hit: hit.at, reverse=True)
        items = [self.item(hit, query) for hit in found[start - 1 : start - 1 + display]]
        return reply(
            {"lastBuildDate": rfc822(NOW), "total": len(found), "start": start, "display": len(items), "items": items}
        )

    def item(self, hit: Hit, query: str) -> dict[str, object]:
        return {
            "title": hit.title.replace(query, f"<b>{query}</b>"),
            "originallink": hit.link,
            "link": f"https://n.news.example/{abs(hash(hit.link))}",
            # A passage around what was searched for, so another one for every search.
            "description": f"…{query}물류센터: {hit.text}",
            "pubDate": rfc822(hit.at),
        }


@dataclass
class Dart(Vendor):
    """DART's list of filings."""

    key: str = "d" * 40
    filings: list[dict[str, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/list.json"

    def answer(self, request: Request) -> Reply:
        asked = request.params
        if asked.get("crtfc_key") != self.key:
            return reply({"status": "010", "message": "등록되지 않은 키입니다."})
        if not all(re.fullmatch(r"\d{8}", asked.get(name, "")) for name in ("bgn_de", "end_de")):
            return reply({"status": "100", "message": "필드의 부적절한 값입니다."})
        found = [f for f in self.filings if asked["bgn_de"] <= f["rcept_dt"] <= asked["end_de"]]
        if not found:
            return reply({"status": "013", "message": "조회된 데이타가 없습니다."})
        found.sort(key=lambda f: f["rcept_no"], reverse=asked.get("sort_mth") != "asc")
        number, count = int(asked["page_no"]), int(asked["page_count"])
        return reply(
            {
                "status": "000",
                "message": "정상",
                "page_no": number,
                "page_count": count,
                "total_count": len(found),
                "total_page": -(-len(found) // count),
                "list": found[(number - 1) * count : number * count],
            }
        )


def filing(number: int, day: date = TODAY, **changes: str) -> dict[str, str]:
    """A filing as DART lists it."""
    return {
        "corp_code": "00126380",
        "corp_name": "삼성전자",
        "stock_code": "005930",
        "corp_cls": "Y",
        "report_nm": "주요사항보고서(자기주식취득결정)",
        "rcept_no": f"{day:%Y%m%d}{number:06}",
        "flr_nm": "삼성전자",
        "rcept_dt": f"{day:%Y%m%d}",
        "rm": "",
        **changes,
    }


def rfc822(at: datetime) -> str:
    return format_datetime(at.astimezone(SEOUL))


def entry(kind: str, address: str, keys: tuple[str, ...], **changes: object) -> SourceEntry:
    fields: dict[str, object] = {
        "market": "krx",
        "feed": "news",
        "name": f"a-{kind}",
        "kind": kind,
        "line": 1,
        "address": address,
        "timezone": SEOUL,
        "language": "ko",
        "lag": timedelta(0),
        "every": timedelta(minutes=10),
        "terms": "excerpt",
        "keys": keys,
        "depth": DEFAULT_DEPTH,
        "suffix": "",
        "folder": None,
        "tolerance": 0.005,
    }
    return SourceEntry(**{**fields, **changes})  # pyright: ignore[reportArgumentType]


def asked(now: datetime = NOW, day: date | None = None, reached_at: datetime | None = None) -> Asked:
    """A question of the day in which now lies, or of another day."""
    day = day or KRX.local_date(now)
    start, end = KRX.day_bounds(day)
    return Asked(day, start, end, now, start <= now < end, reached_at)


def payloads(answer: Answer) -> list[dict[str, object]]:
    return [json.loads(item.payload) for item in answer.items]


def failure(reader: NewsSource) -> FetchFailed:
    """What asking a source for today fails with; fails the test when it does not."""
    with pytest.raises(FetchFailed) as caught:
        reader.news(asked())
    return caught.value


def told_by(reader: NewsSource) -> str:
    """All that a source and its answer for today, or its failure, can put into a log."""
    try:
        said = repr(reader.news(asked()))
    except FetchFailed as failed:
        said = f"{failed!r} {failed.message} {failed.__cause__!r} {failed.__context__!r}"
    return f"{said} {reader!r}"


def kept_by_crawls(engine: Engine) -> str:
    """All that the tables hold which a crawl writes."""
    with engine.connect() as conn:
        return str([conn.execute(table.select()).all() for table in (fetch_host, fetch_state, fetch_log, raw_news)])
