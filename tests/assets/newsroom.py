"""A news server on loopback: feeds whose items a test adds, with validators, and a count of what was asked."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.conftest import utc


@dataclass
class Newsroom:
    """The feeds by name, each a list of titles; `broken` ones answer 500; `asked` counts requests by path."""

    port: int = 0
    feeds: dict[str, list[str]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def allowed(self) -> str:
        """What a fetcher must be allowed so that it may ask here."""
        return f"127.0.0.1:{self.port}"

    def feed(self, name: str) -> bytes:
        """A feed as RSS 2.0."""
        items = "".join(
            f"<item><guid>{name}-{n}</guid><title>{escape(title)}</title><link>https://news.example/{name}/{n}</link>"
            f"<pubDate>{format_datetime(utc(2026, 1, 5, 9, n % 60))}</pubDate></item>"
            for n, title in enumerate(self.feeds[name])
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()

    def sources_file(self, folder: Path, market: str) -> Path:
        """A sources file that names every feed as a source of the market."""
        entries = [
            f'[[{market}.news]]\nname = "{name}"\nkind = "rss"\naddress = "http://{self.allowed}/{name}"\n'
            for name in self.feeds
        ]
        path = folder / "sources.toml"
        path.write_text("\n".join(entries), encoding="utf-8")
        return path


@contextmanager
def newsroom(feeds: dict[str, list[str]]) -> Iterator[Newsroom]:
    """A server of the feeds until the block ends."""
    room = Newsroom(feeds=feeds)

    class Desk(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            room.asked[name] += 1
            if name in room.broken:
                return self._answer(500, b"")
            if name not in room.feeds:
                return self._answer(404, b"")
            body = room.feed(name)
            etag = f'W/"{sha256(body).hexdigest()[:12]}"'
            if self.headers.get("If-None-Match") == etag:
                return self._answer(304, b"", ETag=etag)
            return self._answer(200, body, ETag=etag)

        def _answer(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: the test counts."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    room.port = server.server_port
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield room
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
