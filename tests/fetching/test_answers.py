"""What comes of asking: bodies, validators, failures of every class."""

import pytest

from craveny_assets.fetching.client import Fetcher
from craveny_assets.fetching.failures import FetchFailed
from tests.fetching.scripted import Host, answer, raw, reset


def failing(fetcher: Fetcher, address: str, **more) -> FetchFailed:
    with pytest.raises(FetchFailed) as failed:
        fetcher.get(address, source="test", **more)
    return failed.value


def test_a_body_comes_with_its_headers_and_the_database_time(fetcher: Fetcher, server: Host, clock) -> None:
    server.on("/feed", answer(200, b"<rss/>", Content_Type="text/xml; charset=euc-kr"))
    fetched = fetcher.get(server.url(), source="test")
    assert (fetched.status, fetched.body, fetched.fetched_at) == (200, b"<rss/>", clock.now())
    assert fetched.headers["content-type"] == "text/xml; charset=euc-kr"
    assert fetched.address == server.url()
