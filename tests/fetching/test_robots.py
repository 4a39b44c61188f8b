"""robots.txt: what it allows, for how long it is remembered, and what its absence means."""

import pytest
from sqlalchemy import select

from craveny_store.tables import fetch_host
from tests.fetching.conftest import NOON, failing
from tests.fetching.scripted import Host, Reply, answer, dropped, host

NOBODY = b"User-agent: *\nDisallow: /"


@pytest.fixture(autouse=True)
def _feed(server: Host) -> None:
    server.on("/feed", answer(200, b"x"))


@pytest.mark.parametrize(
    "robots",
    [
        b"User-agent: *\nDisallow: /",
        b"User-agent: *\nAllow: /\nUser-agent: Craveny\nDisallow: /feed",
        b"user-agent: craveny\ndisallow: *eed$",
        b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /",
        b"\x00\xff\xfe garbage\nUser-agent: *\nDisallow: /\x00\nDisallow: /f",
    ],
)
def test_what_it_forbids_is_not_asked(open_fetcher, server: Host, robots: bytes) -> None:
    server.on("/robots.txt", answer(200, robots))
    # The second one knows it from the store.
    for fetcher in (open_fetcher(), open_fetcher()):
        assert failing(fetcher, server.url()).error_class == "robots"
    assert [r.path for r in server.requests] == ["/robots.txt"]


@pytest.mark.parametrize("robots", [b"", b"<html>", b"User-agent: Other\nDisallow: /", b"Disallow: /feedback", NOBODY])
def test_what_it_does_not_forbid_is_asked_and_so_is_a_keyed_interface(open_fetcher, server: Host, robots) -> None:
    server.on("/robots.txt", answer(200, robots))
    fetched = open_fetcher().get(server.url(), source="test", obeys_robots=robots != NOBODY)
    assert fetched.body == b"x"
    assert len(server.asked("/robots.txt")) == (robots != NOBODY)


@pytest.mark.parametrize(
    "reply", [answer(404), answer(401), answer(403), answer(410), answer(302, Location="/robots.txt")]
)
def test_without_one_everything_is_allowed_and_that_is_remembered(open_fetcher, server: Host, reply: Reply) -> None:
    server.on("/robots.txt", reply)
    for _ in range(2):
        assert open_fetcher().get(server.url(), source="test").body == b"x"
    asked = [r.path for r in server.requests]
    assert asked.index("/feed") == len(asked) - 2


def test_one_that_the_host_cannot_give_forbids_everything_for_this_time(open_fetcher, engine, server: Host) -> None:
    server.on("/robots.txt", answer(500), answer(503), answer(200))
    for _ in range(2):
        assert failing(open_fetcher(), server.url()).error_class == "robots"
    assert server.asked() == []
    with engine.connect() as conn:
        assert conn.execute(select(fetch_host.c.robots_at)).scalar() is None
    assert open_fetcher().get(server.url(), source="test").body == b"x"


def test_a_host_that_is_busy_with_it_is_held(open_fetcher, server: Host) -> None:
    server.on("/robots.txt", answer(429, Retry_After="600"))
    for _ in range(2):
        assert failing(open_fetcher(), server.url()).error_class == "rate_limited"
    assert len(server.requests) == 1


def test_a_dropped_connection_is_not_an_absent_one(open_fetcher, server: Host) -> None:
    server.on("/robots.txt", dropped(), answer(200, NOBODY))
    assert failing(open_fetcher(), server.url()).error_class == "robots"
    assert server.asked() == []


def test_it_is_read_once_a_day(open_fetcher, clock, server: Host) -> None:
    server.on("/robots.txt", answer(200, b""), answer(200, NOBODY))
    fetcher = open_fetcher()
    for _ in range(23):
        for each in (fetcher, open_fetcher()):
            each.get(server.url(), source="test")
        clock.turn(hours=1)
    assert len(server.asked("/robots.txt")) == 1
    clock.turn(hours=2)
    assert failing(fetcher, server.url()).error_class == "robots"
    assert len(server.asked("/robots.txt")) == 2


def test_it_and_the_page_it_allows_are_one_visit(fetcher, clock, server: Host) -> None:
    fetcher.get(server.url(), source="test")
    assert clock.now() == NOON
    assert [r.path for r in server.requests] == ["/robots.txt", "/feed"]


def test_each_port_has_its_own(fetcher, server: Host) -> None:
    server.on("/robots.txt", answer(200, NOBODY))
    with host() as other:
        other.on("/feed", answer(200, b"other"))
        assert fetcher.get(other.url(), source="test").body == b"other"
