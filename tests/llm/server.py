"""A provider of language models on loopback: real HTTP through asyncio, every answer chosen by the test.

Speaks the OpenAI protocol below /v1 and OpenRouter's below /api/v1; what it says is in `replies`. Benchmarks and
other tests import it too; `python -m tests.llm.serve` runs one as a process of its own.
"""

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Reply = Callable[["Asked", "Line"], Awaitable[None]]

KEY = "sk-scripted-0123456789abcdefghijklmnopqrstuvwxyz"
OPENROUTER_KEY = "sk-or-scripted-0123456789abcdefghijklmnopqrst"


class Gone(Exception):  # noqa: N818
    """The client closed the connection before it had its answer."""


class Cut(Exception):  # noqa: N818
    """The server ends the connection here, in the middle of whatever it was saying."""


@dataclass
class Asked:
    """One request as it arrived; `ended_at` by the server's clock, `left` when the client gave up waiting."""

    number: int
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    at: float
    ended_at: float | None = None
    left: bool = False

    @property
    def is_openrouter(self) -> bool:
        return self.path.startswith("/api/")

    @property
    def messages(self) -> list[dict[str, str]]:
        return self.body.get("messages", [])

    @property
    def text(self) -> str:
        """Everything the model is told, or the texts of which vectors are wanted."""
        given = self.body.get("input", [])
        return "\n".join([*(m["content"] for m in self.messages), *([given] if isinstance(given, str) else given)])

    @property
    def seconds(self) -> float:
        return (self.ended_at or time.monotonic()) - self.at


class Line:
    """The connection that a reply speaks into."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        if self._reader.at_eof():
            raise Gone
        self._writer.write(data)
        await self._writer.drain()

    async def pause(self, seconds: float | None) -> None:
        """Say nothing for so long, for ever with None; Gone as soon as the client has left."""
        listening = asyncio.ensure_future(self._reader.read(1))
        done, _ = await asyncio.wait({listening}, timeout=seconds)
        if done:
            raise Gone
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


@dataclass
class LlmServer:
    """The server's state: what it was asked, how many calls were in flight at once, what it answers from now on.

    `rules` pair a text with replies: a request that holds the text gets each in turn, then the last one for ever.
    """

    otherwise: Reply
    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    rules: list[tuple[str, list[Reply]]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def openai(self) -> str:
        return f"{self.address}/v1"

    @property
    def openrouter(self) -> str:
        return f"{self.address}/api/v1"

    def environment(self) -> dict[str, str]:
        """What lets a process of ours find this server, as both providers."""
        return {
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": self.openai,
            "OPENROUTER_API_KEY": OPENROUTER_KEY,
            "OPENROUTER_BASE_URL": self.openrouter,
        }

    def on(self, text: str, *replies: Reply) -> None:
        """Answer requests that hold the text (every one: an empty text) so; the newest rule is looked at first."""
        with self.lock:
            self.rules.insert(0, (text, list(replies)))

    def forget(self) -> None:
        """As if nothing had been asked or scripted yet."""
        with self.lock:
            self.asked.clear()
            self.rules.clear()
            self.most_in_flight = self.in_flight

    @property
    def chats(self) -> list[Asked]:
        return [one for one in self.asked if one.path.endswith("/chat/completions")]

    @property
    def calls(self) -> int:
        """Requests that a provider would bill or count: not the list of models."""
        return sum(one.path.endswith(("/chat/completions", "/embeddings")) for one in self.asked)

    def reply_to(self, one: Asked) -> Reply:
        with self.lock:
            for text, replies in self.rules:
                if text in one.text:
                    return replies.pop(0) if len(replies) > 1 else replies[0]
        return self.otherwise

    def begin(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Asked:
        with self.lock:
            one = Asked(len(self.asked), path, headers, body, time.monotonic())
            self.asked.append(one)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        return one

    def end(self, one: Asked) -> None:
        with self.lock:
            one.ended_at = time.monotonic()
            self.in_flight -= 1

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive until either side ends it."""
        line = Line(reader, writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._answer_one(reader, line):
                pass
        writer.transport.abort()

    async def _answer_one(self, reader: asyncio.StreamReader, line: Line) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        pairs = (header.partition(":") for header in head[1:] if header)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        one = self.begin(path, headers, json.loads(body) if body else {})
        try:
            await self.reply_to(one)(one, line)
        except (Gone, ConnectionError):
            one.left = True
            return False
        except Cut:
            return False
        finally:
            self.end(one)
        return True


@contextmanager
def llm_server(otherwise: Reply, port: int = 0) -> Iterator[LlmServer]:
    """A server on a free port of 127.0.0.1 in a thread of its own, until the end of the block."""
    state = LlmServer(otherwise)
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(asyncio.start_server(state.serve, "127.0.0.1", port, backlog=512))
    state.address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        asyncio.run_coroutine_threadsafe(_close(listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _close(listening: asyncio.Server) -> None:
    listening.close()
    mine = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not mine]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
