"""How feeds and pages are fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from monitor.errors import FetchError


class FetchKind(StrEnum):
    """What is fetched; it decides the Accept header."""

    FEED = "feed"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One conditional GET. `etag` and `last_modified` are sent byte for byte as they were stored.

    `authorization` is the header's value; it goes to the host of `url` only, whatever that redirects to.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    kind: FetchKind = FetchKind.FEED
    authorization: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: its status and both addresses."""

    status: int
    source: str
    target: str

    @property
    def permanent(self) -> bool:
        """True for 301 and 308."""
        return self.status in {301, 308}


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The final answer, whatever its status. `headers` have lower-case names; `body` is decoded, empty unless 2xx."""

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str]
    final_url: str
    hops: tuple[Hop, ...] = field(default=())

    @property
    def not_modified(self) -> bool:
        """True when the stored copy is still good."""
        return self.status == 304

    @property
    def content_type(self) -> str | None:
        """The Content-Type header."""
        return self.headers.get("content-type")

    @property
    def etag(self) -> str | None:
        """The ETag as sent, quotes and `W/` included."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """The Last-Modified header as sent."""
        return self.headers.get("last-modified")

    def checked(self) -> FetchResult:
        """Return self for 2xx and 304; raise FetchError with a named reason for any other status."""
        if 200 <= self.status < 300 or self.not_modified:
            return self
        reason, retry = _STATUS_REASONS.get(self.status, ("server-error" if self.status >= 500 else "refused", True))
        raise FetchError(reason, f"HTTP {self.status}", self.url, retry)


_STATUS_REASONS = {
    401: ("unauthorised", False),
    402: ("paywalled", False),
    403: ("forbidden", True),
    404: ("not-found", True),
    410: ("gone", False),
    408: ("timeout", True),
    429: ("rate-limited", True),
    451: ("withheld-for-legal-reasons", False),
    503: ("unavailable", True),
}


class Fetcher(Protocol):
    """Anything that fetches; raises FetchError only."""

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Return the final answer to a request."""
        ...
