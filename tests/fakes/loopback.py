"""A web server on loopback, in a thread of its own, that tests build up path by path and that logs what it saw.

    with Loopback() as web:
        feed = web.feed("/rss.xml", [Item("One killed", web.page("/1", "One killed", ["…"]))])
        …
        assert web.seen("/rss.xml")[1].headers["if-none-match"]

`feed` and `page` answer conditional requests with 304; `answer`, `redirect` and `raw` make everything else.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType


@dataclass(frozen=True)
class Seen:
    """A request as the server saw it; header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    query: str = ""


@dataclass(frozen=True)
class Answer:
    """A response. `headers` are added to Content-Length; `conditional` makes an ETag and answers 304."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    conditional: bool = False


@dataclass(frozen=True)
class Item:
    """An entry of a feed."""

    title: str
    link: str
    guid: str | None = None
    published: datetime | None = None
    summary: str = ""
    content: str = ""


Handler = Callable[[Seen], Answer]
RawHandler = Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]


def rss(items: Sequence[Item], title: str = "Loopback Wire", link: str = "http://127.0.0.1/", extra: str = "") -> bytes:
    """Write an RSS 2.0 document; `extra` is XML put into the channel."""
    parts = "".join(_rss_item(item) for item in items)
    head = f"<title>{html.escape(title)}</title><link>{html.escape(link)}</link>{extra}"
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"'
    return f'<?xml version="1.0"?><rss version="2.0" {space}><channel>{head}{parts}</channel></rss>'.encode()


def _rss_item(item: Item) -> str:
    parts = [f"<title>{html.escape(item.title)}</title><link>{html.escape(item.link)}</link>"]
    if item.guid:
        parts.append(f'<guid isPermaLink="false">{html.escape(item.guid)}</guid>')
    if item.published:
        parts.append(f"<pubDate>{format_datetime(item.published.astimezone(UTC), usegmt=True)}</pubDate>")
    if item.summary:
        parts.append(f"<description>{html.escape(item.summary)}</description>")
    if item.content:
        parts.append(f"<content:encoded>{html.escape(item.content)}</content:encoded>")
    return f"<item>{''.join(parts)}</item>"


def article_page(
    title: str,
    paragraphs: Sequence[str],
    published: datetime | None = None,
    site: str = "Loopback Wire",
    author: str = "",
) -> bytes:
    """Write a news page with navigation, related links, share buttons and a footer around the article."""
    body = "".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)
    meta = f'<meta property="article:published_time" content="{published.isoformat()}">' if published else ""
    byline = f'<meta name="author" content="{html.escape(author)}">' if author else ""
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)} | {site}</title>
<meta property="og:site_name" content="{site}">{meta}{byline}</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>{html.escape(title)}</h1><div class="share"><a href="#">Share</a> <a href="#">Tweet</a></div>
{body}</article></main>
<aside class="related"><h3>Related stories</h3><ul><li><a href="/x1">Ferry service resumes after storm</a></li>
<li><a href="/x2">Parliament debates budget</a></li></ul></aside>
<footer><p>© {site}. All rights reserved.</p><a href="/privacy">Privacy policy</a></footer></body></html>""".encode()


class Loopback:
    """The server; start and stop it as a context manager. Handlers may be changed while it runs."""

    def __init__(self) -> None:
        self.log: list[Seen] = []
        self._handlers: dict[str, Handler] = {}
        self._raw: dict[str, RawHandler] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    def __enter__(self) -> Loopback:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Return the address of a path."""
        return f"http://{host}:{self.port}{path}"

    def seen(self, path: str) -> list[Seen]:
        """Return the requests for a path, oldest first."""
        return [request for request in list(self.log) if request.path == path]

    def answer(self, path: str, answer: Answer | Handler) -> str:
        """Serve a fixed answer, or what a function makes of each request; return the address."""
        self._handlers[path] = (lambda _: answer) if isinstance(answer, Answer) else answer
        return self.url(path)

    def feed(self, path: str, items: Sequence[Item], headers: Mapping[str, str] | None = None, extra: str = "") -> str:
        """Serve an RSS feed with an ETag; return its address."""
        kind = {"Content-Type": "application/rss+xml; charset=utf-8", **(headers or {})}
        return self.answer(path, Answer(body=rss(items, link=self.url(), extra=extra), headers=kind, conditional=True))

    def page(
        self, path: str, title: str, paragraphs: Sequence[str], published: datetime | None = None, author: str = ""
    ) -> str:
        """Serve an article page with an ETag; return its address."""
        body = article_page(title, paragraphs, published, author=author)
        return self.answer(
            path, Answer(body=body, headers={"Content-Type": "text/html; charset=utf-8"}, conditional=True)
        )

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        """Serve a redirect; return its address."""
        return self.answer(path, Answer(status, headers={"Location": target}))

    def raw(self, path: str, handler: RawHandler) -> str:
        """Let a coroutine write the bytes of the response itself; the connection is closed after it."""
        self._raw[path] = handler
        return self.url(path)

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._serve(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        pairs = (line.split(":", 1) for line in head[1:] if ":" in line)
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path, _, query = target.partition("?")
        request = Seen(method, path, headers, body, query)
        self.log.append(request)
        if path in self._raw:
            await self._raw[path](request, writer)
            return False
        writer.write(_response(request, self._handlers.get(path, lambda _: Answer(404))(request)))
        await writer.drain()
        return True


def _response(request: Seen, answer: Answer) -> bytes:
    headers = dict(answer.headers)
    body, status = answer.body, answer.status
    if answer.conditional:
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers.setdefault("ETag", etag)
        if request.headers.get("if-none-match") == headers["ETag"]:
            status, body = 304, b""
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items())]
    if status != 304:
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head + (b"" if request.method == "HEAD" else body)
