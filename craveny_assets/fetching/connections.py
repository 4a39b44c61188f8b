"""Connections that go only to checked addresses and end with the deadline of who asked. Nothing of HTTP's meaning."""

import ssl
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore2
import httpx2

from craveny_assets.fetching import CONCURRENT
from craveny_assets.fetching.addresses import Guard

TRIED_ADDRESSES = 4
"""Of a name's addresses, as many are tried: two of each version; a name with a thousand must not use up the time."""
IDLE_SECONDS = 5.0
"""A connection is kept this long: robots.txt and the page behind it share one, the next crawl opens its own."""
IDLE_CONNECTIONS = 4
"""Kept at most: for the few hosts that are asked many things. Each costs every request of the crawl a look at it."""


class Deadline:
    """The seconds that one fetch may spend on the network, whatever trickles in; waiting for a turn is not counted."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._ends = 0.0

    def remaining(self) -> float:
        """Seconds left while it is applied; raises a timeout when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the deadline has passed")
        return left

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Let every read, write and connect of this thread keep the deadline."""
        begun = time.monotonic()
        self._ends = begun + self._left
        token = _DEADLINE.set(self)
        try:
            yield
        finally:
            _DEADLINE.reset(token)
            self._left -= time.monotonic() - begun


_DEADLINE: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def _within(timeout: float | None) -> float | None:
    """A timeout, shortened to what the deadline leaves: one read may take long, all of them together may not."""
    deadline = _DEADLINE.get()
    if deadline is None:
        return timeout
    return deadline.remaining() if timeout is None else min(timeout, deadline.remaining())


class _Stream(httpcore2.NetworkStream):
    """A stream whose every operation keeps the deadline of the thread that uses it now."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """At most so many bytes, as soon as there are any; empty at the end."""
        return self._stream.read(max_bytes, _within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        self._stream.write(buffer, _within(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """The stream inside TLS, under the same deadline."""
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _within(timeout)))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as declared there
        """What httpcore2 asks of a stream by name; None for what it does not know."""
        return self._stream.get_extra_info(info)


class _PinnedBackend(httpcore2.NetworkBackend):
    """Resolves a name once, has the answer checked, and connects to what was checked; TLS still names the name."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._sockets = httpcore2.SyncBackend()
        # The system's resolver knows no timeout; what hangs there must not hang the fetch.
        self._resolvers = ThreadPoolExecutor(CONCURRENT, "resolver")

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to the first checked address that takes one; raises UnknownName, FetchFailed or ConnectError."""
        failed: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in self._addresses(host, port, timeout)[:TRIED_ADDRESSES]:
            try:
                stream = self._sockets.connect_tcp(address, port, _within(timeout), local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
            else:
                return _Stream(stream)
        raise failed

    def _addresses(self, host: str, port: int, timeout: float | None) -> list[str]:
        asked = self._resolvers.submit(self._guard.addresses, host, port)
        try:
            return asked.result(_within(timeout))
        except TimeoutError as error:
            raise UnknownName(f"no answer for {host}") from error
        except OSError as error:
            raise UnknownName(f"no address for {host}") from error

    def close(self) -> None:
        """Give up names that are still being resolved."""
        self._resolvers.shutdown(wait=False, cancel_futures=True)


class UnknownName(Exception):  # noqa: N818
    """A name has no address, or none was told in time."""


class _Body(httpx2.SyncByteStream):
    """A body as it comes from httpcore2, for httpx2 to read."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        """Give the connection back to the pool."""
        if hasattr(self._stream, "close"):
            self._stream.close()  # type: ignore[attr-defined]


class PinnedTransport(httpx2.BaseTransport):
    """What an httpx2 client sends through; errors are httpcore2's, UnknownName, and FetchFailed of the guard.

    No proxy of the environment is used: it would connect where nothing was checked.
    """

    def __init__(self, guard: Guard, context: ssl.SSLContext) -> None:
        self._backend = _PinnedBackend(guard)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=context,
            max_connections=None,
            max_keepalive_connections=IDLE_CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=self._backend,
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; the body is left to be streamed."""
        url = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=url,
                headers=request.headers.raw,
                content=request.read() or None,
                extensions=request.extensions,
            )
        )
        assert isinstance(answer.stream, Iterable)  # noqa: S101 - narrows httpcore2's union of streams
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()
        self._backend.close()
