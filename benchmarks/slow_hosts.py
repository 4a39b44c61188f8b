"""Many hosts on loopback, each 50 ms away and with one feed. Run as a child process; says its port, ends with stdin."""

import asyncio
import sys

LATENCY = 0.05
HOSTS = [f"127.0.1.{n}" for n in range(1, 201)]
ITEM = b"<item><title>Shares of a company rose after it told of its quarter</title><link>https://a.example/%d</link></item>"
FEED = b"<rss><channel>" + b"".join(ITEM % n for n in range(100)) + b"</channel></rss>"


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Requests of one connection: 404 for robots.txt, the feed for all else, each after the latency."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            await asyncio.sleep(LATENCY)
            body = b"" if head.startswith(b"GET /robots.txt") else FEED
            status = b"200 OK" if body else b"404 Not Found"
            writer.write(b'HTTP/1.1 %b\r\nETag: "1"\r\nContent-Length: %d\r\n\r\n%b' % (status, len(body), body))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main() -> None:
    """Serve until stdin ends."""
    first = await asyncio.start_server(answer, HOSTS[0], 0)
    port = first.sockets[0].getsockname()[1]
    await asyncio.start_server(answer, HOSTS[1:], port)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
