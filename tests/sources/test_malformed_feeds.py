"""Whatever a feed is like, reading it ends with exact counts, holds little, and reaches for nothing."""

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from craveny_domain.articles import read_article
from tests.sources.feeds import TITLE, atom, item, read, rss
from tests.sources.malformed_feeds import Malformed, large_feeds, malformed_feeds

FEEDS = list(malformed_feeds())
MOST_HELD_BYTES = 8_000_000
"""What reading may hold beside the bytes that are read."""


def test_there_are_hundreds_of_them_each_by_its_own_name() -> None:
    assert len({feed.name for feed in FEEDS}) == len(FEEDS) >= 200


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_a_malformed_feed_gives_exactly_what_can_be_read_of_it(feed: Malformed) -> None:
    answer = read(feed.body, feed.content_type)
    assert (len(answer.items), len(answer.refused)) == (feed.accepted, feed.refused)
    for one in answer.items:
        article = read_article(one.payload)
        one.payload.encode()
        assert "\0" not in one.payload
        assert "root:" not in article.text
        assert article.link is None or article.link.startswith("http")
        assert len(one.item_key.encode()) <= 2_000
    if feed.is_read_right:
        assert [json.loads(one.payload)["title"] for one in answer.items] == [f"{TITLE} {n}" for n in (1, 2, 3)]
    for refused in answer.refused:
        assert refused.reason.endswith(".")
        assert refused.item_key.isprintable()
        refused.payload.encode()


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server that nobody may ask: its address, and what it was asked."""
    paths: list[str] = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"leaked")

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Trap)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", paths
    server.shutdown()
    server.server_close()


def test_reading_a_feed_fetches_nothing_and_opens_no_file(asked: tuple[str, list[str]], tmp_path: Path) -> None:
    address, paths = asked
    secret = tmp_path / "secret"
    secret.write_text("leaked")
    for place in (f"{address}/x", secret.as_uri(), str(secret)):
        for feed in (
            f'<!DOCTYPE rss SYSTEM "{place}">' + rss(item(1), None),
            f'<!DOCTYPE rss [<!ENTITY a SYSTEM "{place}">]>' + rss(item(1, "&a;"), None),
            f'<!DOCTYPE rss [<!ENTITY % a SYSTEM "{place}">%a;]>' + rss(item(1), None),
            rss(item(1), root=f'<rss version="2.0" xmlns:a="{place}" xml:base="{place}">'),
            rss(item(1, f"<![CDATA[<img src='{place}'>삼성]]>")),
            atom(f'<entry><title type="html" src="{place}">t</title><content src="{place}"/><id>1</id></entry>'),
        ):
            assert "leaked" not in "".join(one.payload for one in read(feed).items)
        assert len(read(place).refused) == 1
    assert paths == []


_MEASURE = """
import gc, sys, tracemalloc
from tests.sources.feeds import read
from tests.sources.malformed_feeds import large_feeds, malformed_feeds

def peak_of_resident():
    fields = dict(line.split(":") for line in open("/proc/self/status") if ":" in line)
    return int(fields["VmHWM"].split()[0]) * 1024, int(fields["VmRSS"].split()[0]) * 1024

for warm in [*malformed_feeds()][::8]:
    read(warm.body, warm.content_type)
for feed in large_feeds():
    gc.collect()
    open("/proc/self/clear_refs", "w").write("5")
    before = peak_of_resident()[1]
    answer = read(feed.body, feed.content_type)
    resident = peak_of_resident()[0] - before
    counts = len(answer.items), len(answer.refused)
    print("resident", resident, *counts, feed.accepted, feed.refused, feed.name, sep="\\t")
tracemalloc.start()
for feed in malformed_feeds():
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    answer = read(feed.body, feed.content_type)
    held = tracemalloc.get_traced_memory()[1] - before
    print("traced", held, len(answer.items), len(answer.refused), feed.accepted, feed.refused, feed.name, sep="\\t")
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_feed_makes_the_reader_hold_more_than_8_mb_beside_it() -> None:
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("SKIPPED: this system has no /proc/self/clear_refs to measure a peak of memory by")
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(rows) == len(FEEDS) + len(list(large_feeds()))
    for way, held, items, refused, accepted, expected, name in rows:
        assert int(held) <= MOST_HELD_BYTES, f"{name} held {held} bytes ({way})"
        assert (items, refused) == (accepted, expected), name
