"""`file:` sources: read only where the config names them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from monitor.adapters.fetching import Fetcher, FetchRequest, FetchResult
from monitor.errors import FetchError
from monitor.model import Source

_TYPES = {".html": "text/html", ".htm": "text/html", ".json": "application/feed+json"}


class FileFetcher:
    """Reads the files that `file:` sources name, and what lies in the same folder below them; nothing else.

    Relative paths (`file:wire/feed.xml`) start from `folder`, the config's own. The ETag is size and change time.
    """

    def __init__(self, sources: Iterable[Source], folder: Path, max_bytes: int) -> None:
        self._folder, self._max_bytes = folder, max_bytes
        feeds = [source.feed for source in sources if source.feed.startswith("file:")]
        self._roots = {self._path(feed).parent for feed in feeds}

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Return the file's bytes, or 304 when it is unchanged; raise FetchError with a named reason."""
        path = self._path(request.url)
        if not any(path.is_relative_to(root) for root in self._roots):
            raise FetchError("forbidden-file", "no source of the config names it", request.url, False)
        try:
            return await asyncio.to_thread(self._read, path, request)
        except OSError as error:
            raise FetchError("unreadable-file", str(error.strerror), request.url) from error

    def _read(self, path: Path, request: FetchRequest) -> FetchResult:
        status = path.stat()
        if status.st_size > self._max_bytes:
            raise FetchError("too-large", f"{status.st_size} bytes", request.url)
        etag = f'"{status.st_size:x}-{status.st_mtime_ns:x}"'
        headers = {"etag": etag, "content-type": _TYPES.get(path.suffix.lower(), "application/xml")}
        if etag == request.etag:
            return FetchResult(request.url, 304, b"", headers, request.url)
        return FetchResult(request.url, 200, path.read_bytes(), headers, request.url)

    def _path(self, url: str) -> Path:
        parts = urlsplit(url)
        if parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
            raise FetchError("forbidden-scheme", "not a local file", url, False)
        return (self._folder / unquote(parts.path)).resolve()


class RoutingFetcher:
    """Sends `file:` requests to one fetcher and all others to another."""

    def __init__(self, web: Fetcher, files: Fetcher) -> None:
        self._web, self._files = web, files

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Return the final answer of the fetcher in charge."""
        fetcher = self._files if request.url.startswith("file:") else self._web
        return await fetcher.fetch(request)
