"""Which addresses may be reached: public ones on the ports of the web, and what an operator allows besides."""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from httpx2 import URL

from craveny_assets.fetching.failures import FetchFailed

PORTS = (80, 443)
"""The web's own: what listens elsewhere is rarely a feed and often an inner service."""
SETTING = "CRAVENY_FETCH_ALLOW"

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str], Sequence[str]]
"""The addresses of a name, as text; raises OSError when there are none."""

# Written out instead of asking ipaddress: its own registry changes with the release of Python.
_REFUSED_4 = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "a carrier's inner network",
    "127.0.0.0/8": "loopback",
    "168.63.129.16/32": "a cloud's metadata",
    "169.254.0.0/16": "link-local, where clouds keep metadata",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "reserved",
    "192.0.2.0/24": "for documentation",
    "192.31.196.0/24": "reserved",
    "192.52.193.0/24": "reserved",
    "192.88.99.0/24": "a 6to4 relay",
    "192.168.0.0/16": "private",
    "192.175.48.0/24": "reserved",
    "198.18.0.0/15": "for measurements",
    "198.51.100.0/24": "for documentation",
    "203.0.113.0/24": "for documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
}
# Of 6, only 2000::/3 is the public network; these parts of it are not. The rest is named for the message alone.
_PUBLIC_6 = IPv6Network("2000::/3")
_REFUSED_6 = {
    "::/128": "unspecified",
    "::1/128": "loopback",
    "::ffff:0:0/96": "an IPv4 address in disguise",
    "64:ff9b::/96": "an IPv4 address behind NAT64",
    "64:ff9b:1::/48": "an IPv4 address behind NAT64",
    "2001::/23": "a tunnel or reserved",
    "2001:db8::/32": "for documentation",
    "2002::/16": "an IPv4 address behind 6to4",
    "3fff::/20": "for documentation",
    "fc00::/7": "private",
    "fe80::/10": "link-local",
    "fec0::/10": "private",
    "ff00::/8": "multicast",
}
_REFUSED: list[tuple[Network, str]] = [(ip_network(net), kind) for net, kind in {**_REFUSED_4, **_REFUSED_6}.items()]
_NAME = re.compile(r"(?=.{1,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")


def system_addresses(name: str) -> list[str]:
    """What the system's resolver answers for a name, in its order, each once."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def refusal(address: Address) -> str | None:
    """What keeps an address from being public, in words; None: it is public."""
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return "link-local"
    for network, kind in _REFUSED:
        if address.version == network.version and address in network:
            return kind
    return None if address.version == 4 or address in _PUBLIC_6 else "reserved"


@dataclass(frozen=True)
class AllowList:
    """What may be reached although it is not public: whole networks, and single hosts (name or address) at a port."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[tuple[str, int]] = frozenset()

    @staticmethod
    def of(setting: str) -> "AllowList":
        """From comma-separated `host:port`, `address` or `network/bits`; raises ValueError naming the wrong one."""
        networks: list[Network] = []
        hosts: set[tuple[str, int]] = set()
        for entry in filter(None, map(str.strip, setting.split(","))):
            try:
                networks.append(ip_network(entry))
            except ValueError:
                hosts.add(_host_and_port(entry))
        return AllowList(tuple(networks), frozenset(hosts))

    def names(self, host: str, port: int) -> bool:
        """Whether a host is allowed at a port."""
        return (host, port) in self.hosts

    def holds(self, address: Address) -> bool:
        """Whether an address is in an allowed network."""
        return any(address.version == network.version and address in network for network in self.networks)


def _host_and_port(entry: str) -> tuple[str, int]:
    host, _, port = entry.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f"{SETTING} has {entry!r}. Write host:port, an address, or a network such as 10.1.0.0/16.")
    return host.strip("[]").lower().removesuffix("."), int(port)


@dataclass(frozen=True)
class Guard:
    """Decides what may be asked and where a connection may go; every hop and every robots.txt passes it."""

    allowed: AllowList
    resolve: Resolver = system_addresses

    def url(self, address: str, seen_at: URL | None = None) -> URL:
        """The address as a URL that may be asked, as far as its spelling tells; raises FetchFailed.

        An address that another one leads to may be relative to where it was seen.
        """
        try:
            url = URL(address.strip())
            if seen_at is not None:
                url = seen_at.join(url)
        except Exception as error:
            raise _forbidden("The address cannot be read as a URL: correct it.") from error
        if url.scheme not in ("http", "https"):
            raise _forbidden(f"Only http and https may be asked, not {url.scheme or 'nothing'}: correct the address.")
        if url.userinfo:
            raise _forbidden(f"The address of {url.host} holds a name or password: take it out.")
        if url.host.endswith(".") or url.fragment:
            url = url.copy_with(host=url.host.removesuffix("."), fragment=None)
        if _literal(url.host) is None and not _is_name(host_of(url)):
            raise _forbidden(f"{url.host[:100]!r} is neither a name nor a plainly written address: correct it.")
        if not 0 < port_of(url) < 65536:
            raise _forbidden(f"{url.host} is asked at port {url.port}: correct the address.")
        return url

    def addresses(self, host: str, port: int) -> list[str]:
        """Where a connection to a host's port may go, resolved once; raises FetchFailed or OSError.

        A name with one forbidden address is refused whole: it is split or lying, and either needs an operator.
        """
        literal = _literal(host)
        found = [literal] if literal is not None else [ip_address(text) for text in self.resolve(host)]
        for address in found:
            self._check(host, address, port)
        return [str(address) for address in found]

    def _check(self, host: str, address: Address, port: int) -> None:
        listed = self.allowed
        if listed.names(host, port) or listed.names(str(address), port) or listed.holds(address):
            return
        kind = refusal(address)
        if kind is not None:
            raise _forbidden(f"{host} is at {address}, {kind}: correct the address, or allow it in {SETTING}.")
        if port not in PORTS:
            raise _forbidden(f"{host} is asked at port {port}, not 80 or 443: correct it, or allow it in {SETTING}.")


def host_of(url: URL) -> str:
    """The host of a URL as it is resolved: in ASCII, an address of version 6 without brackets."""
    return url.raw_host.decode("ascii")


def port_of(url: URL) -> int:
    """The port of a URL, written or not."""
    return url.port or (443 if url.scheme == "https" else 80) if url.port != 0 else 0


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_name(host: str) -> bool:
    # Resolvers read 127.1, 2130706433 and 0x7f000001 as addresses; a name's last label is never a number.
    return _NAME.fullmatch(host) is not None and _NUMBER.fullmatch(host.rpartition(".")[2]) is None


def _forbidden(message: str) -> FetchFailed:
    return FetchFailed("forbidden_address", message)
