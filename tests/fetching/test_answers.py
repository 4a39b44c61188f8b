"""What comes of asking: bodies, validators, failures of every class, and second tries."""

import gzip
import logging
import random
from itertools import pairwise

import pytest

from craveny_assets.fetching.client import Fetcher, user_agent
from craveny_assets.fetching.failures import FetchFailed
from craveny_store.fetching import save_success, state_of
from tests.fetching.conftest import NOON, failing
from tests.fetching.scripted import Host, answer, dropped, host, raw

VALIDATORS = [b'"abc"', b'W/"abc"', b"unquoted", b'"', b'W/"a"b"', b'"\xe9\xff\xb0"', b'"a", "b"', b"'x\\'", b'"\t~"']


def test_a_body_comes_with_its_headers_and_the_database_time(fetcher: Fetcher, server: Host, clock) -> None:
    server.on("/feed", answer(200, b"<rss/>", Content_Type="text/xml; charset=euc-kr"))
    fetched = fetcher.get(server.url(), source="test")
    assert (fetched.status, fetched.body, fetched.fetched_at) == (200, b"<rss/>", clock.now())
    assert fetched.headers["content-type"] == "text/xml; charset=euc-kr"
    assert fetched.address == server.url()


def test_a_zipped_body_comes_unpacked(fetcher: Fetcher, server: Host) -> None:
    server.on("/feed", answer(200, b"<rss/>" * 1000, zipped=True))
    assert fetcher.get(server.url(), source="test").body == b"<rss/>" * 1000
    assert server.asked()[0].headers["accept-encoding"] == b"gzip"


@pytest.mark.parametrize("validator", VALIDATORS)
def test_validators_go_back_byte_for_byte_through_the_store(engine, fetcher, server, validator: bytes) -> None:
    server.on("/feed", answer(200, b"x", ETag=validator, Last_Modified=validator), answer(304))
    first = fetcher.get(server.url(), source="test")
    with engine.begin() as conn:
        kept = {"etag": first.headers["etag"], "last_modified": first.headers["last-modified"]}
        save_success(conn, "us", "test", "news", at=NOON, **kept)
    with engine.connect() as conn:
        state = state_of(conn, "us", "news")["test"]
    again = fetcher.get(server.url(), source="test", etag=state.etag, last_modified=state.last_modified)
    assert (again.status, again.body) == (304, b"")
    asked = server.asked()[1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == (validator, validator)


def test_parameters_are_added_and_shown_nowhere(fetcher: Fetcher, server: Host, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    server.on("/feed", answer(200, b"x"), answer(500))
    fetched = fetcher.get(server.url("/feed?a=1"), source="test", params={"key": "S3CRET"})
    failed = failing(fetcher, server.url("/feed?a=1"), params={"key": "S3CRET"})
    assert server.asked()[0].target == "/feed?a=1&key=S3CRET"
    assert "S3CRET" not in f"{fetched.address} {fetched!r} {failed.message} {caplog.text}"


def test_a_host_is_told_who_asks_and_whom_to_write_to(open_fetcher, server: Host) -> None:
    server.on("/feed", answer(200))
    open_fetcher(contact="https://example.org/about").get(server.url(), source="test")
    agent = server.asked()[0].headers["user-agent"].decode()
    assert agent.startswith("Craveny/")
    assert "+https://example.org/about" in agent


@pytest.mark.parametrize("contact", ["a\r\nX-Evil: 1", "누구", "a)b"])
def test_a_contact_that_would_break_the_header_is_refused_by_name(contact: str) -> None:
    with pytest.raises(ValueError, match="CRAVENY_FETCH_CONTACT"):
        user_agent(contact)


def test_a_cookie_is_never_given_back(fetcher: Fetcher, server: Host) -> None:
    server.on("/feed", answer(200, Set_Cookie="session=1; Path=/"))
    for _ in range(2):
        fetcher.get(server.url(), source="test")
    assert "cookie" not in server.asked()[1].headers


def test_a_proxy_of_the_environment_is_not_used(open_fetcher, server: Host, monkeypatch) -> None:
    server.on("/feed", answer(200, b"direct"))
    with host() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url(""))
        assert open_fetcher().get(server.url(), source="test").body == b"direct"
        assert proxy.connections == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 300, 305, 418, 451])
def test_a_refusal_is_a_failure_that_is_not_repeated(fetcher: Fetcher, server: Host, status: int) -> None:
    server.on("/feed", answer(status))
    failed = failing(fetcher, server.url())
    assert (failed.error_class, failed.not_before_at, len(server.asked())) == ("status", None, 1)
    assert str(status) in failed.message


@pytest.mark.parametrize("hiccup", [answer(500), answer(502), answer(503), dropped(), raw(b"")])
def test_a_hiccup_is_tried_again_until_it_passes(fetcher: Fetcher, server: Host, hiccup) -> None:
    server.on("/feed", hiccup, hiccup, answer(200, b"at last"))
    assert fetcher.get(server.url(), source="test").body == b"at last"


def test_three_tries_are_all_and_keep_the_spacing(fetcher: Fetcher, server: Host) -> None:
    server.on("/feed", answer(500))
    assert failing(fetcher, server.url()).error_class == "status"
    times = [request.at for request in server.asked()]
    assert len(times) == 3
    assert all((b - a).total_seconds() >= 1 for a, b in pairwise(times))


def test_a_closed_port_is_refused(fetcher: Fetcher) -> None:
    with host() as gone:
        address = gone.url()
    assert failing(fetcher, address).error_class == "refused"


def test_a_name_without_an_address_is_a_failure_of_dns(open_fetcher) -> None:
    def nowhere(_: str) -> list[str]:
        raise OSError

    assert failing(open_fetcher(resolve=nowhere), "http://nowhere.example/feed").error_class == "dns"


def test_an_encoding_that_was_not_asked_for_is_unreadable(fetcher: Fetcher, server: Host) -> None:
    for encoding in ("br", "zstd", "deflate", "gzip, gzip", "compress"):
        server.on("/feed", answer(200, b"x", Content_Encoding=encoding))
        assert failing(fetcher, server.url(), source=encoding).error_class == "unreadable"


@pytest.mark.parametrize("cut", [1, 9, -9, -1])
def test_a_zipped_body_without_its_end_is_unreadable(fetcher: Fetcher, server: Host, cut: int) -> None:
    server.on("/feed", answer(200, gzip.compress(random.Random(1).randbytes(5000))[:cut], Content_Encoding="gzip"))
    assert failing(fetcher, server.url()).error_class == "unreadable"


def test_what_follows_a_zipped_body_is_left_alone(fetcher: Fetcher, server: Host) -> None:
    server.on("/feed", answer(200, gzip.compress(b"feed") + b"more", Content_Encoding="gzip"))
    assert fetcher.get(server.url(), source="test").body == b"feed"


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\x01\x02",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip at all",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[half\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: //\xff\xfe/\r\n\r\n",
        b"HTTP/1.1 302 Found\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 999 Odd\r\n\r\n",
        b"<html>not http</html>\r\n\r\n",
    ],
)
def test_whatever_a_host_sends_ends_in_an_answer_or_a_failure(fetcher: Fetcher, server: Host, garbage: bytes) -> None:
    server.on("/feed", raw(garbage))
    try:
        fetcher.get(server.url(), source="test")
    except FetchFailed as failed:
        assert failed.message.endswith(".")


def test_broken_answers_of_every_kind_end_in_an_answer_or_a_failure(open_fetcher, server: Host) -> None:
    chance = random.Random(20261019)
    whole = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\nRetry-After: 5\r\nETag: x\r\n"
        b"Location: /feed\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    )
    fetcher = open_fetcher()
    for n in range(100):
        broken = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        server.on("/feed", raw(bytes(broken[: chance.randrange(1, len(broken) + 1)])))
        try:
            fetcher.get(server.url(), source=str(n))
        except FetchFailed as failed:
            assert failed.message
