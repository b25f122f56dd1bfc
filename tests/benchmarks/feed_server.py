"""A fast feed server for benchmarks: `python -m tests.benchmarks.feed_server FEEDS`; prints its port, serves `/N`."""

from __future__ import annotations

import asyncio
import sys

_SUMMARY = "Some words of a summary that a wire would send along with its headline. " * 3


def body(number: int, entries: int = 20) -> bytes:
    """Return the RSS document of one feed."""
    items = "".join(
        f"<item><title>Story {number}-{entry} of the day in the region</title>"
        f"<link>https://f{number}.example/news/{entry}</link><guid isPermaLink='false'>g{number}-{entry}</guid>"
        f"<pubDate>Wed, 08 Jan 2025 {entry:02d}:00:00 GMT</pubDate><description>{_SUMMARY}</description></item>"
        for entry in range(entries)
    )
    head = f"<title>Feed {number}</title><link>https://f{number}.example/</link>"
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


class _Feeds(asyncio.Protocol):
    bodies: list[bytes]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head, self.buffer = self.buffer[:end], self.buffer[end + 4 :]
            self.transport.write(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        number = int(head[5 : head.index(b" ", 5)])
        etag = b'"e%d"' % number
        if etag in head:
            return b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % etag
        kind = b"Content-Type: application/rss+xml; charset=utf-8"
        document = self.bodies[number]
        return b"HTTP/1.1 200 OK\r\n%s\r\nETag: %s\r\nContent-Length: %d\r\n\r\n%s" % (
            kind,
            etag,
            len(document),
            document,
        )


async def serve(feeds: int) -> None:
    """Serve until killed."""
    _Feeds.bodies = [body(number) for number in range(feeds)]
    server = await asyncio.get_running_loop().create_server(_Feeds, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
