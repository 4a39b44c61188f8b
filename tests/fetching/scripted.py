"""Hosts of the tests: real sockets on loopback whose every byte a test chooses, and what they were asked."""

import gzip
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Reply = Callable[[socket.socket, "Request"], None]


@dataclass(frozen=True)
class Request:
    """One request as it arrived, header values as raw bytes."""

    target: str
    headers: dict[str, bytes]
    at: Any

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass
class Host:
    """A server: `replies` by path, what it was asked and when by `clock`, connections, and names that TLS asked for."""

    name: str
    port: int
    scheme: str
    replies: dict[str, list[Reply]] = field(default_factory=lambda: defaultdict(list))
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    names: list[str | None] = field(default_factory=list)
    clock: Callable[[], Any] = time.monotonic
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def netloc(self) -> str:
        return f"{self.name}:{self.port}"

    def url(self, path: str = "/feed") -> str:
        return f"{self.scheme}://{self.netloc}{path}"

    def on(self, path: str, *replies: Reply) -> None:
        """Answer a path with each reply in turn, then with the last one for ever."""
        self.replies[path] = list(replies)

    def asked(self, path: str = "/feed") -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def reply_to(self, request: Request) -> Reply:
        with self.lock:
            self.requests.append(request)
            waiting = self.replies[request.path]
            if not waiting:
                return answer(404)
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]


def answer(status: int = 200, body: bytes = b"", *, zipped: bool = False, **headers: str | bytes) -> Reply:
    """A plain reply; `Content_Type="x"` becomes the header Content-Type."""
    content = gzip.compress(body) if zipped else body

    def reply(client: socket.socket, _: Request) -> None:
        lines = [f"HTTP/1.1 {status} As Told".encode(), b"Content-Length: %d" % len(content)]
        lines += [b"Content-Encoding: gzip"] if zipped else []
        for name, value in headers.items():
            raw = value if isinstance(value, bytes) else value.encode("latin-1")
            lines.append(name.replace("_", "-").encode() + b": " + raw)
        client.sendall(b"\r\n".join([*lines, b"", b""]) + (b"" if status == 304 else content))

    return reply


def raw(*pieces: bytes, forever: bytes = b"", pause: float = 0.0) -> Reply:
    """Exactly these bytes, then one piece again and again until the client has had enough; then the end."""

    def reply(client: socket.socket, _: Request) -> None:
        for piece in pieces:
            client.sendall(piece)
        while forever:
            client.sendall(forever)
            time.sleep(pause)
        raise ConnectionAbortedError

    return reply


def dropped() -> Reply:
    """The end of the connection, without a word."""
    return raw()


@contextmanager
def host(
    name: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None, bind: str = "127.0.0.1", port: int = 0
) -> Iterator[Host]:
    """A server on loopback that is known by a name."""
    with socket.create_server((bind, port)) as listener:
        server = Host(name, listener.getsockname()[1], "https" if tls else "http")
        if tls:
            tls.sni_callback = lambda _, asked, __: server.names.append(asked)
        threading.Thread(target=_accept, args=(listener, server, tls), daemon=True).start()
        yield server
        # Closing alone leaves a thread in accept() where it is.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, server: Host, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            server.connections += 1
            threading.Thread(target=_serve, args=(client, server, tls), daemon=True).start()


def _serve(client: socket.socket, server: Host, tls: ssl.SSLContext | None) -> None:
    with client, suppress(OSError):
        if tls:
            client = tls.wrap_socket(client, server_side=True)
        received = client.makefile("rb")
        while (line := received.readline()).strip():
            if b" HTTP/1.1" not in line:
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            headers: dict[str, bytes] = {}
            while (header := received.readline()) not in (b"\r\n", b""):
                name, _, value = header.partition(b":")
                headers[name.decode().lower()] = value.strip()
            request = Request(line.split(b" ")[1].decode(), headers, server.clock())
            server.reply_to(request)(client, request)
