"""What an answer means before its body is parsed: where it redirects, why it failed, and its bytes within limits."""

import io
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import h11
import httpcore2
import httpx2

from craveny_assets.fetching.connections import UnknownName
from craveny_assets.fetching.failures import FetchFailed

REDIRECTS = (301, 302, 303, 307, 308)
ENCODINGS = ("", "identity", "gzip")
"""One layer of what was asked for, undone here in bounded pieces; what follows the end of a gzip is left alone."""
PIECE = 1_000_000
"""Bytes unpacked at once."""
RATIO = 100
"""Bytes out per byte in, at most: feeds reach 5 to 20, a page of one repeated line 60, a bomb 1,000."""
RATIO_FROM = 1_000_000
"""Smaller bodies may be as regular as they like."""


@dataclass(frozen=True)
class Limits:
    """What one fetch may cost: bytes of the body, on the wire and after decompression, and seconds on the network.

    8 MB: a feed of 20,000 items has about 6. 30 s: what the slowest useful feeds need, and no crawl waits longer.
    """

    body_bytes: int = 8_000_000
    seconds: float = 30.0


def place(url: httpx2.URL) -> str:
    """The URL as it may be shown and stored: without the query, which may hold a key."""
    shown = f"{url.scheme}://{url.netloc.decode('ascii')}{url.path}"
    return shown if len(shown) <= 200 else f"{shown[:199]}…"


def headers_of(response: httpx2.Response) -> dict[str, str]:
    """By lower-case name, byte for byte as Latin-1: a validator must go back exactly as it came."""
    values: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("ascii").lower(), raw_value.decode("latin-1")
        values[name] = f"{values[name]}, {value}" if name in values else value
    return values


def as_meant(header: str) -> str:
    """A header that may hold words beyond ASCII, as hosts mean them: in UTF-8."""
    return header.encode("latin-1").decode("utf-8", "replace")


def read_body(response: httpx2.Response, limits: Limits) -> bytes:
    """The body, streamed and decompressed; raises FetchFailed as soon as it outgrows a limit."""
    where = place(response.url)
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ENCODINGS:
        raise FetchFailed("unreadable", f"{where} came encoded as {encoding[:40]!r}, unasked: use another feed.")
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:18]) > limits.body_bytes:
        raise _too_large(where, limits)
    # A buffer that is handed over without a copy: many small pieces would weigh more than what they hold.
    body = io.BytesIO()
    for piece in _unpacked(response, encoding, limits):
        size = body.tell() + len(piece)
        if size > limits.body_bytes:
            raise _too_large(where, limits)
        if size > RATIO_FROM and size > RATIO * response.num_bytes_downloaded:
            raise FetchFailed("too_large", f"{where} unpacks to more than {RATIO} times its size: use another feed.")
        body.write(piece)
    return body.getvalue()


def _unpacked(response: httpx2.Response, encoding: str, limits: Limits) -> Iterator[bytes]:
    # By ourselves: the client gives nothing to count where much comes in and nothing comes out.
    packed = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    for piece in response.iter_raw():
        if response.num_bytes_downloaded > limits.body_bytes:
            raise _too_large(place(response.url), limits)
        if packed is None:
            yield piece
            continue
        left = piece
        while left and not packed.eof:
            yield packed.decompress(left, PIECE)
            left = packed.unconsumed_tail
    if packed is not None and response.num_bytes_downloaded:
        yield packed.flush()
        if not packed.eof:
            raise zlib.error("the end is missing")


def _too_large(where: str, limits: Limits) -> FetchFailed:
    return FetchFailed("too_large", f"{where} has more than {limits.body_bytes:,} bytes: use a smaller feed.")


@contextmanager
def plain_errors(url: httpx2.URL, seconds: float) -> Iterator[None]:
    """Turns every error of a connection and of HTTP into FetchFailed."""
    where = place(url)
    try:
        yield
    except UnknownName as error:
        raise FetchFailed("dns", f"{url.host} has no address: check the name, or the network.") from error
    except httpcore2.ConnectTimeout as error:
        message = f"{url.host} took no connection in time: it is tried again by itself."
        raise FetchFailed("timeout", message, is_passing=True) from error
    except httpcore2.TimeoutException as error:
        message = f"{where} took too long to answer ({seconds:g} s in all are allowed): it is tried again by itself."
        raise FetchFailed("timeout", message) from error
    except httpcore2.NetworkError as error:
        raise _unconnected(url, error) from error
    except httpcore2.RemoteProtocolError as error:
        raise _broken_off(where, error) from error
    except (httpcore2.ProtocolError, httpx2.HTTPError, zlib.error) as error:
        raise FetchFailed("unreadable", f"{where} cannot be asked or read: use another feed.") from error


def _unconnected(url: httpx2.URL, error: httpcore2.NetworkError) -> FetchFailed:
    cause = _cause(error)
    if isinstance(cause, ssl.SSLError):
        reason = getattr(cause, "verify_message", "") or cause.reason or "no common language"
        return FetchFailed("tls", f"No safe connection to {url.host}: {reason}. Its owner must renew the certificate.")
    message = f"{url.host} refused or dropped the connection: check the address, it is tried again by itself."
    return FetchFailed("refused", message, is_passing=True)


def _broken_off(where: str, error: httpcore2.RemoteProtocolError) -> FetchFailed:
    cause = _cause(error)
    if not isinstance(cause, h11.RemoteProtocolError):
        message = f"{where} closed the connection without an answer: it is tried again by itself."
        return FetchFailed("refused", message, is_passing=True)
    if cause.error_status_hint == 431:
        return FetchFailed("too_large", f"{where} sends more headers than can be read: use another feed.")
    return FetchFailed("unreadable", f"{where} broke off or broke the rules of HTTP: it is tried again by itself.")


def _cause(error: Exception) -> object:
    # The pool cuts __cause__ off; what was mapped is still the argument.
    return error.args[0] if error.args else None
