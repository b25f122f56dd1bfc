"""Polite, guarded HTTP: one conditional GET after another, each hop vetted, every failure named.

Raises FetchError only. Reasons: `bad-url`, `forbidden-scheme`, `forbidden-address`, `dns`, `connect`, `tls`, `timeout`,
`too-many-redirects`, `redirect-loop`, `bad-redirect`, `too-large`, `bad-encoding`, `bad-response`, `disconnected`.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from types import TracebackType
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from monitor import __version__
from monitor.adapters.addresses import AddressPolicy, ForbiddenAddressError, GuardedSockets, VettingResolver
from monitor.adapters.decoding import ACCEPTED, BodyDecoder, BrokenCodingError, DecodedTooLargeError
from monitor.adapters.fetching import Fetcher, FetchKind, FetchRequest, FetchResult, Hop
from monitor.adapters.hosts import HostGates
from monitor.config import FetchPolicy
from monitor.errors import FetchError
from monitor.poll.scope import scope_of

__all__ = ["FetchKind", "FetchRequest", "FetchResult", "Fetcher", "Hop", "HttpFetcher", "user_agent"]

MAX_REDIRECTS = 6
CONNECT_SECONDS, READ_SECONDS = 10.0, 15.0
_ACCEPT = {
    FetchKind.FEED: "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1",
    FetchKind.PAGE: "text/html, application/xhtml+xml, */*;q=0.1",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NO_HOST = re.compile(r'[\s\\<>"]')
_KEEPING = frozenset({307, 308})


def user_agent(policy: FetchPolicy) -> str:
    """Return `counterclaim/version (+contact)`, so that a publisher can reach the operator."""
    contact = " ".join((policy.contact or "").split())
    return f"counterclaim/{__version__} (+{contact})" if contact else f"counterclaim/{__version__} (news monitor)"


@dataclass(frozen=True, slots=True)
class _Visit:
    """One hop: where to, on whose behalf, and what came before."""

    url: str
    headers: dict[str, str]
    request: FetchRequest
    hops: tuple[Hop, ...]
    form: Mapping[str, str] | None


class HttpFetcher:
    """Fetches over HTTP(S) as a FetchPolicy says. Use it as an async context manager; it is safe for many tasks.

    `pace` replaces the policy's, in seconds; it does not hold inside the operator's own network. `resolver` replaces
    DNS in tests.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        pace: float | None = None,
        connections: int = 100,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._policy = policy
        self._addresses = AddressPolicy(policy)
        self._gates = HostGates(policy.per_host, policy.pace.total_seconds() if pace is None else pace)
        self._connections, self._resolver, self._tls = connections, resolver, tls
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> HttpFetcher:
        """Open the connection pool."""
        self._session = self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=VettingResolver(self._addresses, self._resolver or ThreadedResolver()),
            socket_factory=GuardedSockets(self._addresses),
            limit=self._connections,
            limit_per_host=0,  # the gates count, so that a redirect to another host is counted there
            ttl_dns_cache=300,
            keepalive_timeout=30,
            ssl=self._tls or True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": user_agent(self._policy), "Accept-Encoding": ACCEPTED},
            timeout=aiohttp.ClientTimeout(
                total=None, connect=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS
            ),
            auto_decompress=False,
            trust_env=False,
            max_line_size=8190,
            max_field_size=16380,
        )

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Return the final answer, after at most MAX_REDIRECTS hops and within the policy's timeout in all."""
        return await self._follow(request, _headers(request), None, _REDIRECTS)

    async def post(self, url: str, form: Mapping[str, str]) -> FetchResult:
        """Send a form, to another address only where a redirect keeps the method (307, 308)."""
        return await self._follow(FetchRequest(url, kind=FetchKind.PAGE), {}, form, _KEEPING)

    async def _follow(
        self, request: FetchRequest, headers: dict[str, str], form: Mapping[str, str] | None, redirects: frozenset[int]
    ) -> FetchResult:
        if self._session is None:
            raise RuntimeError("open the fetcher first: `async with HttpFetcher(policy) as fetcher`")
        hops: list[Hop] = []
        url = request.url
        seconds = self._policy.timeout.total_seconds()
        while True:
            result, seconds = await self._visit(_Visit(url, headers, request, tuple(hops), form), seconds)
            if result.status not in redirects:
                return result
            hops.append(_hop(result, url, request.url, hops))
            url = hops[-1].target

    async def _visit(self, visit: _Visit, seconds: float) -> tuple[FetchResult, float]:
        """Make one request; return its answer and the seconds that the next hop may still take."""
        url, subject = visit.url, visit.request.url
        target = self._target(url, subject)
        async with self._gates.turn(scope_of(url, self._policy.scope), paced=not self._is_inside(target.host or "")):
            try:
                # The wait for the host's turn is our own politeness and no fault of the host: the clock starts here.
                async with asyncio.timeout(seconds) as deadline, self._ask(target, visit) as answer:
                    result = await self._read(answer, visit)
                    return result, (deadline.when() or 0) - asyncio.get_running_loop().time()
            except TimeoutError as error:
                raise FetchError("timeout", f"{url}: {error or 'the total deadline passed'}", subject) from error
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise _named(error, url, subject) from error

    def _ask(self, target: URL, visit: _Visit) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        assert self._session is not None
        if visit.form is not None:
            return self._session.post(target, data=dict(visit.form), allow_redirects=False)
        headers = visit.headers
        if visit.request.authorization and target.origin() == URL(visit.request.url).with_user(None).origin():
            headers = headers | {"Authorization": visit.request.authorization}
        return self._session.get(target, headers=headers, allow_redirects=False)

    async def _read(self, answer: aiohttp.ClientResponse, visit: _Visit) -> FetchResult:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if "link" in headers:  # may come in several lines
            headers["link"] = ", ".join(answer.headers.getall("link"))
        body = b""
        if 200 <= answer.status < 300:
            body = await self._body(answer)
        elif answer.status != 304:
            answer.close()  # an error page is never read, so it cannot be made huge
        return FetchResult(visit.request.url, answer.status, body, headers, visit.url, visit.hops)

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        cap = self._policy.max_bytes
        if (answer.content_length or 0) > cap:
            raise DecodedTooLargeError(f"{answer.content_length} bytes announced, at most {cap} are read")
        decoder = BodyDecoder(answer.headers.get("Content-Encoding", ""), cap)
        received = 0
        async for chunk in answer.content.iter_any():
            received += len(chunk)
            if received > cap:
                raise DecodedTooLargeError(f"more than {cap} bytes received")
            decoder.feed(chunk)
        return decoder.finish()

    def _target(self, url: str, subject: str) -> URL:
        try:
            target = URL(url)
        except ValueError as error:
            raise FetchError("bad-url", f"{url[:200]}: {error}", subject, False) from error
        if target.scheme not in {"http", "https"}:
            raise FetchError("forbidden-scheme", f"{url[:200]}: only http and https are followed", subject, False)
        if not target.host or _NO_HOST.search(target.host) or "\\" in url:
            raise FetchError("bad-url", f"{url[:200]}: no host to ask", subject, False)
        if _is_address(target.host) and not self._addresses.allows(target.host):
            raise FetchError("forbidden-address", f"{target.host} is not public", subject, False)
        return target.with_user(None) if target.user or target.password else target

    def _is_inside(self, host: str) -> bool:
        return _is_address(host) and self._addresses.is_inside(host)


def _headers(request: FetchRequest) -> dict[str, str]:
    headers = {"Accept": _ACCEPT[request.kind]}
    if request.etag and _is_sendable(request.etag):
        headers["If-None-Match"] = request.etag
    if request.last_modified and _is_sendable(request.last_modified):
        headers["If-Modified-Since"] = request.last_modified
    return headers


def _is_sendable(value: str) -> bool:
    return value.isprintable()


def _hop(result: FetchResult, url: str, subject: str, hops: list[Hop]) -> Hop:
    location = result.headers.get("location", "").strip()
    if not location:
        raise FetchError("bad-redirect", f"{url}: HTTP {result.status} without a Location", subject)
    try:
        target = urljoin(url, location).partition("#")[0]
    except ValueError as error:
        raise FetchError("bad-redirect", f"{url}: {error}", subject) from error
    if target == url or any(hop.source == target for hop in hops):
        raise FetchError("redirect-loop", f"{url} leads back to {target[:200]}", subject)
    if len(hops) >= MAX_REDIRECTS:
        raise FetchError("too-many-redirects", f"more than {MAX_REDIRECTS}, last to {target[:200]}", subject)
    return Hop(result.status, url, target)


@lru_cache(maxsize=10_000)
def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _named(error: Exception, url: str, subject: str) -> FetchError:
    """Translate a foreign error; the order goes from the special to the general."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    detail = f"{url[:200]}: {error}"[:400]
    if isinstance(cause, ForbiddenAddressError):
        return FetchError("forbidden-address", f"{url[:200]}: {cause}", subject, False)
    for kinds, reason, retry in _REASONS:
        if isinstance(error, kinds):
            return FetchError(reason, detail, subject, retry)
    return FetchError("connect", detail, subject)


_REASONS: tuple[tuple[tuple[type[BaseException], ...], str, bool], ...] = (
    ((DecodedTooLargeError,), "too-large", True),
    ((BrokenCodingError,), "bad-encoding", True),
    ((aiohttp.InvalidURL,), "bad-url", False),
    ((aiohttp.ClientConnectorDNSError,), "dns", True),
    ((aiohttp.ClientSSLError, ssl.SSLError, aiohttp.ServerFingerprintMismatch), "tls", True),
    ((aiohttp.ClientConnectorError,), "connect", True),
    ((aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError, ConnectionError), "disconnected", True),
    ((aiohttp.ClientResponseError, aiohttp.ClientError, ValueError), "bad-response", True),
)
