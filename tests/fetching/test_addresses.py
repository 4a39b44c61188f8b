"""What may not be reached is not, however it is spelt, resolved or led to. Connections are real."""

from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from craveny_assets.fetching.addresses import AllowList, Guard, refusal
from craveny_assets.fetching.failures import FetchFailed
from tests.fetching.conftest import failing
from tests.fetching.scripted import Host, answer, host

INNER = {
    "loopback": "127.0.0.1",
    "another loopback": "127.8.9.10",
    "private 10": "10.0.0.1",
    "private 172": "172.31.255.255",
    "private 192": "192.168.1.1",
    "link-local": "169.254.1.1",
    "metadata": "169.254.169.254",
    "metadata of Azure": "168.63.129.16",
    "metadata of Alibaba": "100.100.100.200",
    "metadata of Oracle": "192.0.0.192",
    "carrier": "100.64.0.1",
    "this network": "0.0.0.1",
    "measurements": "198.19.255.255",
    "documentation": "203.0.113.9",
    "6to4 relay": "192.88.99.1",
    "multicast": "224.0.0.251",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "loopback 6": "::1",
    "unspecified 6": "::",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped public": "::ffff:8.8.8.8",
    "compatible": "::127.0.0.1",
    "link-local 6": "fe80::1",
    "link-local with zone": "fe80::1%eth0",
    "site-local": "fec0::1",
    "unique local": "fd00::1",
    "metadata 6": "fd00:ec2::254",
    "6to4": "2002:7f00:1::",
    "NAT64": "64:ff9b::7f00:1",
    "local NAT64": "64:ff9b:1::7f00:1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "documentation 6": "2001:db8::1",
    "multicast 6": "ff02::1",
    "unassigned 6": "4000::1",
    "discard": "100::1",
}
PUBLIC = ["8.8.8.8", "1.1.1.1", "223.130.192.247", "100.63.255.255", "100.128.0.0", "172.32.0.1", "2606:4700::1111"]
SPELLINGS = [
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.0.0.1./",
    "http://0/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:7f00:0001]/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://%31%32%37.0.0.1/",
    "http://1.2.3.4.5/",
]


@pytest.fixture
def strict(open_fetcher):
    """A fetcher that may reach nothing but public addresses."""
    return open_fetcher(allow="")


@pytest.fixture
def inner(server: Host) -> Iterator[Host]:
    """A host on loopback that must never see a connection."""
    server.on("/feed", answer(200, b"secret"))
    yield server
    assert server.connections == 0


@pytest.mark.parametrize("kind", INNER)
def test_an_inner_address_is_not_public(kind: str) -> None:
    assert refusal(ip_address(INNER[kind]))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address: str) -> None:
    assert refusal(ip_address(address)) is None
    assert Guard(AllowList()).addresses(address, 443) == [address]


@pytest.mark.parametrize("kind", INNER)
def test_a_name_that_answers_with_an_inner_address_is_refused(open_fetcher, kind: str) -> None:
    fetcher = open_fetcher(allow="", resolve=lambda _: [INNER[kind]])
    assert failing(fetcher, "http://innocent.example/feed").error_class == "forbidden_address"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_of_an_address_is_refused(strict, spelling: str) -> None:
    assert failing(strict, spelling).error_class == "forbidden_address"


def test_the_metadata_of_a_cloud_is_refused(strict) -> None:
    failed = failing(strict, "http://169.254.169.254/latest/meta-data/")
    assert failed.error_class == "forbidden_address"
    assert "CRAVENY_FETCH_ALLOW" in failed.message


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "localhost.", "LOCALHOST", "[::1]", "127.1"])
def test_loopback_is_refused_by_every_name(strict, inner: Host, name: str) -> None:
    failed = failing(strict, f"http://{name}:{inner.port}/feed")
    assert failed.error_class == "forbidden_address"


@pytest.mark.parametrize("scheme", ["file", "ftp", "gopher", "data", "javascript", "ws", "unix", "feed", ""])
def test_only_http_and_https_are_asked(strict, scheme: str) -> None:
    assert failing(strict, f"{scheme}://8.8.8.8/etc/passwd").error_class == "forbidden_address"


@pytest.mark.parametrize("address", ["http://u:p@8.8.8.8/", "http://u@8.8.8.8/", "http://a.example\\@8.8.8.8/"])
def test_credentials_in_an_address_are_refused(strict, address: str) -> None:
    failed = failing(strict, address)
    assert failed.error_class == "forbidden_address"
    assert "u:p" not in failed.message


@pytest.mark.parametrize("port", [22, 25, 6379, 8080, 5432, 65535, 65536, 0, 99999])
def test_a_port_that_is_not_the_webs_is_refused(strict, port: int) -> None:
    assert failing(strict, f"http://8.8.8.8:{port}/").error_class == "forbidden_address"


@pytest.mark.parametrize("location", ["http://169.254.169.254/", "//[fe80::1]/", "http://10.0.0.1/", "http://0x7f.1/"])
def test_a_redirect_to_an_inner_address_is_refused(fetcher, server: Host, location: str) -> None:
    server.on("/feed", answer(302, Location=location))
    assert failing(fetcher, server.url()).error_class == "forbidden_address"


def test_a_redirect_to_a_file_is_refused(fetcher, server: Host) -> None:
    server.on("/feed", answer(302, Location="file:///etc/passwd"))
    assert failing(fetcher, server.url()).error_class == "forbidden_address"


def test_a_redirect_with_credentials_is_refused(fetcher, server: Host) -> None:
    server.on("/feed", answer(302, Location=f"http://u:p@{server.netloc}/elsewhere"))
    assert failing(fetcher, server.url()).error_class == "forbidden_address"
    assert server.asked("/elsewhere") == []


def test_the_redirect_of_a_robots_txt_is_checked_as_well(fetcher, server: Host) -> None:
    server.on("/robots.txt", answer(302, Location="http://169.254.169.254/robots.txt"))
    server.on("/feed", answer(200, b"x"))
    assert failing(fetcher, server.url()).error_class == "forbidden_address"
    assert server.asked() == []


def test_a_name_that_moves_inside_after_it_was_checked_is_not_followed(open_fetcher) -> None:
    """DNS rebinding: the first answer is allowed, every later one is not."""
    answers = iter(["127.0.0.2"])
    resolved: list[str] = []

    def rebinding(name: str) -> list[str]:
        resolved.append(name)
        return [next(answers, "127.0.0.3")]

    with host("feeds.example", bind="127.0.0.2") as outer, host(bind="127.0.0.3", port=outer.port) as hidden:
        outer.on("/feed", answer(200, b"public"))
        hidden.on("/feed", answer(200, b"secret"))
        fetcher = open_fetcher(allow="127.0.0.2/32", resolve=rebinding)
        assert fetcher.get(outer.url(), source="test", obeys_robots=False).body == b"public"
        assert resolved == ["feeds.example"]
        again = open_fetcher(allow="127.0.0.2/32", resolve=rebinding)
        assert failing(again, outer.url()).error_class == "forbidden_address"
        assert (outer.connections, hidden.connections) == (1, 0)


def test_a_name_with_a_public_and_an_inner_address_is_refused_whole(open_fetcher, inner: Host) -> None:
    for answers in (["127.0.0.2", "127.0.0.1"], ["127.0.0.1", "127.0.0.2"]):
        fetcher = open_fetcher(allow="127.0.0.2/32", resolve=lambda _, found=answers: found)
        assert failing(fetcher, f"http://split.example:{inner.port}/feed").error_class == "forbidden_address"


def test_a_redirect_resolves_and_checks_the_next_name_itself(open_fetcher, inner: Host) -> None:
    names = {"outer.example": ["127.0.0.2"], "inner.example": ["127.0.0.1"]}
    with host("outer.example", bind="127.0.0.2") as outer:
        outer.on("/feed", answer(302, Location=f"http://inner.example:{inner.port}/feed"))
        fetcher = open_fetcher(allow="127.0.0.2/32", resolve=names.__getitem__)
        assert failing(fetcher, outer.url()).error_class == "forbidden_address"


def test_the_next_address_of_a_name_is_tried_when_the_first_takes_no_connection(open_fetcher) -> None:
    with host("feeds.example") as server:
        server.on("/feed", answer(200, b"x"))
        fetcher = open_fetcher(resolve=lambda _: ["127.0.0.9", "127.0.0.1"])
        assert fetcher.get(server.url(), source="test").body == b"x"


@pytest.mark.parametrize(
    ("allow", "is_reached"),
    [
        ("127.0.0.1:{port}", True),
        ("localhost:{port}", True),
        ("LocalHost.:{port}", True),
        ("127.0.0.0/8", True),
        ("127.0.0.1", True),
        ("10.0.0.0/8, 127.0.0.1:{port} ,", True),
        ("127.0.0.1:1", False),
        ("10.0.0.0/8", False),
        ("::1/128", False),
        ("", False),
    ],
)
def test_the_allow_list_opens_what_it_names_and_nothing_else(open_fetcher, server, allow, is_reached) -> None:
    server.on("/feed", answer(200, b"x"))
    fetcher = open_fetcher(allow=allow.format(port=server.port), resolve=lambda _: ["127.0.0.1"])
    address = f"http://localhost:{server.port}/feed"
    if is_reached:
        assert fetcher.get(address, source="test").body == b"x"
    else:
        assert failing(fetcher, address).error_class == "forbidden_address"
        assert server.connections == 0


@pytest.mark.parametrize("entry", ["somewhere", "host:", ":80", "host:0", "host:70000", "10.0.0.1/8", "host:http"])
def test_a_wrong_entry_of_the_allow_list_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="CRAVENY_FETCH_ALLOW has"):
        AllowList.of(f"127.0.0.0/8,{entry}")


def test_nobody_outside_the_guard_gets_a_look_at_an_inner_address() -> None:
    with pytest.raises(FetchFailed):
        Guard(AllowList()).addresses("localhost", 80)
