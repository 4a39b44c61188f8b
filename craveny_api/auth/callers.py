"""Where a request comes from: the network its caller is limited by, and whether a page of ours sent it."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from fastapi import Request

from craveny_api.problems import Refusal
from craveny_api.settings import ApiSettings

LIMITED_PREFIX = {4: 24, 6: 64}


def network_of(request: Request) -> str:
    """The caller's /24 or /64, e.g. 203.0.113.0/24; X-Forwarded-For counts only where a trusted proxy wrote it."""
    settings: ApiSettings = request.app.state.settings
    address = _address(request.client.host) if request.client else None
    hops = [_address(hop.strip()) for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    while address is not None and hops and any(address in network for network in settings.proxy_networks):
        address = hops.pop() or address
    if address is None:
        return "unknown"
    return str(ip_network(f"{address}/{LIMITED_PREFIX[address.version]}", strict=False))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def refuse_foreign_pages(request: Request) -> None:
    """403 when a browser says that a page of another site sent this. Programs send no Origin, and may."""
    origin = request.headers.get("Origin")
    if origin is None:
        return
    own = request.app.state.settings.public_address
    expected = urlsplit(own).netloc if own else request.headers.get("Host", "")
    sent = urlsplit(origin)
    if sent.netloc != expected or (own and sent.scheme != urlsplit(own).scheme):
        raise Refusal(
            403,
            "Foreign page",
            "A page of another address sent this. Open Craveny at its own address, or set CRAVENY_PUBLIC_ADDRESS.",
        )
