"""Malformed feeds and edited stories through a whole crawl: real servers, the real client, the tables it fills."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, text

from tests.sources.malformed_feeds import Malformed, large_feeds, malformed_feeds

WANTED = (
    "utf-8 cut at byte 220", "utf-8 cut at byte 440", "utf-8 cut at byte 660", "utf-8 cut at byte 33",
    "cp949 cut at byte 340", "cp949 cut at byte 510", "byte 0 in a title", "byte 8 in a title", "reference &#0;",
    "NUL after every byte of a title", "utf-8 labelled euc-kr, declared euc-kr",
    "cp949 labelled utf-8, declared euc-kr", "cp949 labelled euc-kr, declared utf-8",
    "cp949 labelled None, declared None",
    "utf-8 labelled iso-8859-1, declared windows-1252", "no feed: a page", "no feed: nothing", "no feed: blanks",
    "no feed: JSON", "no feed: noise 3", "billion laughs in a title", "quadratic blow-up", "parameter entity",
    "external type", "deep nesting", "too deep nesting", "nested items", "a script for a title",
    "a script and no text", "an entity of HTML", "no end of the item", "an unknown prefix", "no end of a comment",
    "no end of a CDATA section", "link javascript:alert(1)", "link file:///etc/passwd", "one id for all", "no ids",
    "the same item twice", "dated Sat, 21 Nov 2999 00:00:00 GMT", "dated soon", "dated 0001-01-01T00:00:00Z",
)  # fmt: skip


def old(feed: Malformed) -> bytes:
    """The body with its dates long past, whatever the day of the test."""
    return feed.body.replace(b"Nov 2026", b"Nov 2020")


def chosen() -> list[Malformed]:
    """Forty kinds of malformed feeds, 20,000 items among them."""
    by_name = {feed.name: feed for feed in malformed_feeds()}
    return [*(by_name[name] for name in WANTED), next(large_feeds())]


@contextmanager
def served(pages: Mapping[str, tuple[bytes, str]]) -> Iterator[int]:
    """A host of its own on loopback that answers each path with a body and its type; gives the port."""

    class Paper(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body, content_type = pages.get(self.path, (b"", "text/plain"))
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Paper)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def configured(
    papers: Mapping[str, dict[str, tuple[bytes, str]]], database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Every paper on a host of its own, and all of them the news sources of krx."""
    with ExitStack() as stack:
        ports = {name: stack.enter_context(served(pages)) for name, pages in papers.items()}
        entries = [
            f'[[krx.news]]\nname = "{name}"\nkind = "rss"\naddress = "http://127.0.0.1:{port}/feed"\n'
            for name, port in ports.items()
        ]
        sources = folder / "sources.toml"
        sources.write_text("\n".join(entries), encoding="utf-8")
        monkeypatch.setenv("DATABASE_URL", database)
        monkeypatch.setenv("CRAVENY_SOURCES", str(sources))
        monkeypatch.setenv("CRAVENY_FETCH_ALLOW", "127.0.0.0/8")
        yield


def crawl() -> None:
    """One crawl of krx in its own process."""
    argv = [sys.executable, "-m", "tests.assets.crawl_once", "krx"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env={**os.environ}, timeout=400)
    assert done.returncode == 0, done.stderr[-3_000:]


def make_due(engine: Engine) -> None:
    """Let time pass for the sources and their hosts."""
    with engine.begin() as conn:
        conn.execute(
            text("UPDATE fetch_state SET attempted_at = attempted_at - interval '1 day', not_before_at = NULL")
        )
        conn.execute(text("UPDATE fetch_host SET next_at = next_at - interval '1 day'"))


def counted(engine: Engine, query: str) -> dict[str, int]:
    """How many rows there are by source."""
    with engine.connect() as conn:
        return {row[0]: row[1] for row in conn.execute(text(query))}


RAW = "SELECT source, count(*) FROM raw_news GROUP BY 1"
QUARANTINED = "SELECT source, count(*) FROM quarantine WHERE feed = 'news' GROUP BY 1"
FAILED = "SELECT source, count(*) FROM fetch_log WHERE outcome = 'failed' AND error_class = 'unreadable' GROUP BY 1"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_crawl_of_malformed_feeds_keeps_what_is_good_and_says_what_is_not(
    database: str, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds = {f"paper-{n}": feed for n, feed in enumerate(chosen())}
    pages = {name: {"/feed": (old(feed), feed.content_type or "text/xml")} for name, feed in feeds.items()}
    unreadable = {name: 1 for name, feed in feeds.items() if _is_no_feed(feed)}
    accepted = {name: feed.accepted for name, feed in feeds.items() if feed.accepted}
    refused = {name: feed.refused for name, feed in feeds.items() if feed.refused and name not in unreadable}
    assert len(feeds) >= 40
    with configured(pages, database, tmp_path, monkeypatch):
        crawl()
        assert counted(engine, RAW) == accepted
        assert counted(engine, QUARANTINED) == refused
        assert counted(engine, FAILED) == unreadable
        # Again, with the ids of all that has a link changed: no item is new.
        for name, served_pages in pages.items():
            body, content_type = served_pages["/feed"]
            if not feeds[name].name.startswith("link "):
                served_pages["/feed"] = (body.replace(b"<guid>paper-", b"<guid>other-"), content_type)
        make_due(engine)
        crawl()
        assert counted(engine, RAW) == accepted


def _is_no_feed(feed: Malformed) -> bool:
    return feed.name.startswith("no feed") or feed.name == "utf-8 cut at byte 33"


STORY = "삼성전자, 3분기 영업이익 9조 원 발표로 시장 전망치를 크게 웃돌아"


def _feed(title: str, link: str) -> tuple[bytes, str]:
    body = f'<rss version="2.0"><channel><item><title>{title}</title><link>{link}</link></item></channel></rss>'
    return body.encode(), "text/xml; charset=utf-8"


def test_an_edited_story_is_another_version_and_a_copy_belongs_to_the_story(
    database: str, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = {"/feed": _feed(STORY, "https://wire.example/1")}
    paper = {"/feed": _feed("코스피, 외국인 매수에 1% 상승 마감", "https://paper.example/1")}
    with configured({"wire": wire, "paper": paper}, database, tmp_path, monkeypatch):
        crawl()
        wire["/feed"] = _feed(f"{STORY} (종합)", "https://wire.example/1")
        paper["/feed"] = _feed(f"[속보] {STORY}", "https://paper.example/2")
        make_due(engine)
        crawl()
    with engine.connect() as conn:
        rows = conn.execute(
            text("SELECT source, title, link, news_id = story_id, story_id FROM news ORDER BY news_id")
        ).all()
        versions = conn.execute(
            text("SELECT count(*) FROM raw_news WHERE item_key = 'https://wire.example/1'")
        ).scalar()
    assert versions == 2
    first = next(row for row in rows if row[1] == STORY)
    told = {(row[0], row[1]) for row in rows if row[4] == first[4]}
    assert told == {("wire", STORY), ("wire", f"{STORY} (종합)"), ("paper", f"[속보] {STORY}")}
    assert [row[1] for row in rows if row[3] and row[4] != first[4]] == ["코스피, 외국인 매수에 1% 상승 마감"]
