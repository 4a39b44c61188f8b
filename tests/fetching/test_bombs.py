"""Answers that are meant to exhaust whoever reads them: memory and time stay bounded. Measured in another process."""

import gzip
import json
import socket
import subprocess
import sys
import time
import zlib

import pytest

from craveny_assets.fetching.answers import Limits
from tests.conftest import copied_database
from tests.fetching.conftest import failing
from tests.fetching.scripted import Host, Reply, answer, host, raw

pytestmark = pytest.mark.slow

MB = 1_000_000
GROWTH = 64 * MB
SLOW = 2.0
"""The deadline given where only a deadline helps."""
HEAD = b"HTTP/1.1 200 OK\r\n"
ENDS: dict[str, tuple[str, float]] = {
    "gzip bomb": ("too_large", 30),
    "gzip bomb of regular bytes under the ratio": ("too_large", 30),
    "200 MB announced": ("too_large", 30),
    "endless body": ("too_large", 30),
    "endless body in pieces of one byte": ("timeout", SLOW),
    "endless gzip of nothing": ("too_large", 30),
    "drip of a body": ("timeout", SLOW),
    "drip of headers": ("timeout", SLOW),
    "silence": ("timeout", SLOW),
    "200 MB in one header": ("too_large", 30),
    "200 MB of headers": ("too_large", 30),
    "endless 100 Continue": ("timeout", SLOW),
    "100 redirects": ("redirects", 30),
    "robots.txt that is a bomb": ("robots", 30),
    "robots.txt without end": ("robots", 30),
    "billion laughs": ("", 30),
}
"""What each must end in (nothing: it is for the parser), and the deadline given."""


def bomb() -> bytes:
    """200 MB of zeros, behind about 200 kB."""
    packer, piece = zlib.compressobj(9, zlib.DEFLATED, 31), bytes(MB)
    return b"".join([packer.compress(piece) for _ in range(200)] + [packer.flush()])


def replies() -> dict[str, Reply]:
    zipped = bomb()
    assert len(zipped) < 250_000
    nothing = gzip.compress(b"")
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha">' + b'<!ENTITY b "&a;&a;&a;&a;">' * 30 + b"]><rss>&b;</rss>"
    regular = gzip.compress(b"".join(b"%09d\n" % n for n in range(1_000_000)))
    assert len(regular) < 8 * MB
    return {
        "gzip bomb": answer(200, zipped, Content_Encoding="gzip"),
        "gzip bomb of regular bytes under the ratio": answer(200, regular, Content_Encoding="gzip"),
        "200 MB announced": raw(HEAD + b"Content-Length: 200000000\r\n\r\n", forever=bytes(65536)),
        "endless body": raw(HEAD + b"\r\n", forever=bytes(65536)),
        "endless body in pieces of one byte": raw(
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n", forever=b"1\r\nx\r\n" * 5000
        ),
        "endless gzip of nothing": raw(HEAD + b"Content-Encoding: gzip\r\n\r\n", forever=nothing * 3000),
        "drip of a body": raw(HEAD + b"\r\n", forever=b"x", pause=0.5),
        "drip of headers": raw(HEAD + b"X: ", forever=b"x", pause=0.5),
        "silence": lambda *_: time.sleep(20),
        "200 MB in one header": raw(HEAD + b"X: ", *[bytes(b"a" * MB)] * 200),
        "200 MB of headers": raw(HEAD, *[b"X-A: aaaaaaaaaaaaaa\r\n" * 50_000] * 200),
        "endless 100 Continue": raw(b"", forever=b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        "100 redirects": answer(302, Location="0"),
        "billion laughs": answer(200, laughs),
        "robots.txt that is a bomb": answer(200, zipped, Content_Encoding="gzip"),
        "robots.txt without end": raw(HEAD + b"\r\n", forever=b"User-agent: *\n" * 1000),
    }


@pytest.fixture(scope="module")
def ends(postgres, template) -> dict[str, dict]:
    """What came of each in a process of its own."""
    with copied_database(postgres, template) as database:
        servers = {}
        for name, reply in replies().items():
            # A host each: what robots.txt says and turns are per host.
            servers[name] = running = host()
            place = running.__enter__()
            servers[name] = (running, place)
            place.on("/robots.txt" if name.startswith("robots") else "/0", reply)
        with host() as warm:
            warm.on("/feed", answer(200, b"<rss/>", zipped=True))
            fetches = {name: (place.url("/0"), ENDS[name][1]) for name, (_, place) in servers.items()}
            asked = json.dumps({"database": database, "warm": warm.url(), "fetches": fetches})
            done = subprocess.run(
                [sys.executable, "-m", "tests.fetching.one_fetch"],
                input=asked, capture_output=True, text=True, check=False, timeout=250,
            )  # fmt: skip
        for running, _ in servers.values():
            running.__exit__(None, None, None)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", ENDS)
def test_a_bomb_ends_as_a_failure_within_its_time_and_64_mb(ends: dict[str, dict], name: str) -> None:
    error_class, deadline = ENDS[name]
    end = ends[name]
    assert (end["error_class"] or "") == error_class
    assert end["growth"] < GROWTH
    assert end["seconds"] < deadline + 5


def test_a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(fetcher, server: Host) -> None:
    limits = Limits(body_bytes=100_000)
    for zipped in (False, True):
        server.on("/feed", answer(200, b"ab" * 50_000, zipped=zipped))
        assert len(fetcher.get(server.url(), source="test", limits=limits).body) == 100_000
        server.on("/feed", answer(200, b"ab" * 50_000 + b"c", zipped=zipped))
        assert failing(fetcher, server.url(), limits=limits).error_class == "too_large"


def test_8_mb_and_30_s_are_the_limits_unless_told_otherwise() -> None:
    assert Limits() == Limits(body_bytes=8_000_000, seconds=30.0)


def test_a_resolver_that_hangs_does_not_outlast_the_deadline(open_fetcher) -> None:
    def hanging(_: str) -> list[str]:
        time.sleep(8)
        return []

    begun = time.monotonic()
    fetcher = open_fetcher(resolve=hanging)
    assert failing(fetcher, "http://slow.example/", limits=Limits(seconds=1)).error_class == "dns"
    assert time.monotonic() - begun < 6


def test_a_handshake_that_never_ends_does_not_outlast_the_deadline(fetcher) -> None:
    begun = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        assert failing(fetcher, address, limits=Limits(seconds=1)).error_class == "timeout"
    assert time.monotonic() - begun < 20
