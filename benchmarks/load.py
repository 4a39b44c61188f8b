"""`python -m benchmarks.load`: asks a server as a plan on standard input says, and tells how long each answer took.

The plan is JSON: `address`, `requests` (a list of {name, path, headers}) asked in turn, `seconds`, and either `rate`
(requests a second in all, an open loop: each is sent at its time however late the others are, and its latency counts
from then) or `clients` (a closed loop: so many ask one after another). Told: milliseconds per name, and the seconds
that it took. An answer of another status than `status` ends it.
"""

import asyncio
import gc
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Load:
    """One run of a plan."""

    address: str
    requests: list[dict[str, Any]]
    seconds: float
    status: int = 200
    rate: float = 0
    clients: int = 0
    idle: list[Connection] = field(default_factory=list)
    told: dict[str, list[float]] = field(default_factory=dict)

    async def run(self) -> dict[str, Any]:
        """Ask until the time is over and every answer is here."""
        begun = time.perf_counter()
        await (self._open_loop(begun) if self.rate else self._closed_loop(begun))
        return {"milliseconds": self.told, "seconds": time.perf_counter() - begun}

    async def _open_loop(self, begun: float) -> None:
        async with asyncio.TaskGroup() as asking:
            for number in range(int(self.seconds * self.rate)):
                due = begun + number / self.rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                asking.create_task(self._ask(number, due))

    async def _closed_loop(self, begun: float) -> None:
        async def client(first: int) -> None:
            number = first
            while time.perf_counter() - begun < self.seconds:
                await self._ask(number, time.perf_counter())
                number += self.clients

        await asyncio.gather(*(client(n) for n in range(self.clients)))

    async def _ask(self, number: int, due: float) -> None:
        request = self.requests[number % len(self.requests)]
        reader, writer = await self._connection()
        lines = [f"GET {request['path']} HTTP/1.1", f"Host: {urlsplit(self.address).netloc}"]
        lines += [f"{name}: {value}" for name, value in request.get("headers", {}).items()]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = head.partition("content-length: ")[2].partition("\r\n")[0]
        await reader.readexactly(int(length or 0))
        self.told.setdefault(request["name"], []).append((time.perf_counter() - due) * 1000)
        if int(head.split(" ", 2)[1]) != self.status:
            raise RuntimeError(f"{request['path']} was answered: {head.splitlines()[0]}")
        self.idle.append((reader, writer))

    async def _connection(self) -> Connection:
        while self.idle:
            kept = self.idle.pop()
            # The server ends connections that were idle for some seconds.
            if not kept[0].at_eof():
                return kept
            kept[1].close()
        at = urlsplit(self.address)
        return await asyncio.open_connection(at.hostname, at.port, limit=2**24)


if __name__ == "__main__":
    # A pause of this process would look like one of the server.
    gc.disable()
    print(json.dumps(asyncio.run(Load(**json.load(sys.stdin)).run())))
