"""Redirects: how many, where to, and what goes along. Inner addresses are in test_addresses."""

import ssl
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fetching.certificates import NOW, Authority
from tests.fetching.conftest import failing
from tests.fetching.scripted import Host, answer, host


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    folder: Path = tmp_path_factory.mktemp("certificates")
    return Authority(folder)


def loopback(_: str) -> list[str]:
    return ["127.0.0.1"]


def test_five_redirects_are_followed(fetcher, server: Host) -> None:
    for n in range(5):
        server.on(f"/{n}", answer(301 + n % 3, Location=f"{n + 1}"))
    server.on("/5", answer(200, b"there"))
    fetched = fetcher.get(server.url("/0"), source="test")
    assert (fetched.body, fetched.address) == (b"there", server.url("/5"))


def test_a_sixth_redirect_is_not(fetcher, server: Host) -> None:
    for n in range(100):
        server.on(f"/{n}", answer(302, Location=f"/{n + 1}"))
    assert failing(fetcher, server.url("/0")).error_class == "redirects"
    assert [r.path for r in server.requests if r.path != "/robots.txt"] == [f"/{n}" for n in range(6)]


def test_a_redirect_to_itself_ends(fetcher, server: Host) -> None:
    server.on("/feed", answer(307, Location="/feed"))
    assert failing(fetcher, server.url()).error_class == "redirects"
    assert len(server.asked()) == 6


def test_validators_go_along_and_secrets_do_not(fetcher, server: Host) -> None:
    with host() as other:
        server.on("/feed", answer(308, Location=other.url("/moved")))
        other.on("/moved", answer(304))
        fetched = fetcher.get(server.url(), source="test", headers={"X-Key": "S3CRET"}, etag='"e"')
        assert fetched.status == 304
        assert server.asked()[0].headers["x-key"] == b"S3CRET"
        asked = other.asked("/moved")[0].headers
        assert asked["if-none-match"] == b'"e"'
        assert "x-key" not in asked


def test_the_robots_txt_of_the_next_host_counts(fetcher, server: Host) -> None:
    with host() as other:
        server.on("/feed", answer(302, Location=other.url("/moved")))
        other.on("/robots.txt", answer(200, b"User-agent: *\nDisallow: /"))
        assert failing(fetcher, server.url()).error_class == "robots"
        assert other.asked("/moved") == []


def test_a_safe_address_does_not_lead_to_an_unsafe_one(open_fetcher, server: Host, authority: Authority) -> None:
    with host("feeds.example", tls=authority.server("feeds.example")) as safe:
        safe.on("/feed", answer(301, Location=server.url()))
        fetcher = open_fetcher(resolve=loopback, tls=authority.trusting)
        assert failing(fetcher, safe.url()).error_class == "redirects"
        assert server.connections == 0


def test_tls_names_and_checks_the_name_although_the_address_is_pinned(open_fetcher, authority: Authority) -> None:
    with host("feeds.example", tls=authority.server("feeds.example")) as safe:
        safe.on("/feed", answer(200, b"safe"))
        fetcher = open_fetcher(resolve=loopback, tls=authority.trusting)
        assert fetcher.get(safe.url(), source="test").body == b"safe"
        assert set(safe.names) == {"feeds.example"}
        assert safe.asked()[0].headers["host"].decode() == safe.netloc


@pytest.mark.parametrize("wrong", ["name", "expired", "unknown authority", "no tls"])
def test_a_connection_that_is_not_safe_is_not_used(open_fetcher, authority: Authority, tmp_path, wrong: str) -> None:
    contexts: dict[str, ssl.SSLContext | None] = {
        "name": authority.server("other.example"),
        "expired": authority.server("feeds.example", ends=NOW - timedelta(days=1)),
        "unknown authority": Authority(tmp_path).server("feeds.example"),
        "no tls": None,
    }
    with host("feeds.example", tls=contexts[wrong]) as server:
        server.on("/feed", answer(200, b"x"))
        address = f"https://feeds.example:{server.port}/feed"
        assert failing(open_fetcher(resolve=loopback, tls=authority.trusting), address).error_class == "tls"
        assert server.asked() == []
