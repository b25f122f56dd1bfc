"""TLS of publishers: a good certificate is taken, any other is refused with its reason, and nothing is sent before."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from monitor.adapters.http import HttpFetcher
from monitor.adapters.polling import poll_one
from monitor.config import FetchPolicy
from monitor.errors import FetchError
from monitor.poll.state import PollResult, PollState
from monitor.ports import FetchRequest
from tests.fakes.loopback import Item, rss

POLICY = FetchPolicy(allow_private=True, timeout=timedelta(seconds=20))
AUTHORITY, STRANGER = trustme.CA(), trustme.CA()
PAST = datetime(2020, 1, 1, tzinfo=UTC)


class Server:
    """An HTTPS server that counts the requests it could read."""

    def __init__(self) -> None:
        self.requests = 0
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.requests += 1
        body = rss([Item("One", "https://wire.example/1")])
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def serving(certificate: trustme.LeafCert | ssl.SSLContext) -> AsyncIterator[Server]:
    context = certificate
    if isinstance(context, trustme.LeafCert):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
    server = Server()
    async with await asyncio.start_server(server.answer, "127.0.0.1", 0, ssl=context) as listening:
        server.url = f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}/feed"
        yield server


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


async def test_a_certificate_of_a_known_authority_is_taken() -> None:
    async with serving(AUTHORITY.issue_cert("127.0.0.1")) as server, HttpFetcher(POLICY, tls=trusting()) as fetcher:
        assert (await fetcher.fetch(FetchRequest(server.url))).status == 200


@pytest.mark.parametrize(
    ("certificate", "said"),
    [
        (AUTHORITY.issue_cert("127.0.0.1", not_before=PAST, not_after=PAST + timedelta(days=90)), "expired"),
        (STRANGER.issue_cert("127.0.0.1"), "certificate verify failed"),
        (AUTHORITY.issue_cert("other.example"), "mismatch"),
        (AUTHORITY.issue_cert("127.0.0.1", not_before=datetime.now(UTC) + timedelta(days=2)), "not yet valid"),
    ],
    ids=["expired", "of an unknown authority", "of another host", "not yet valid"],
)
async def test_any_other_certificate_is_refused_and_nothing_is_sent(certificate: trustme.LeafCert, said: str) -> None:
    async with serving(certificate) as server, HttpFetcher(POLICY, tls=trusting()) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(FetchRequest(server.url))
        outcome = await poll_one(fetcher, PollState(server.url))

    assert (caught.value.reason, caught.value.retry) == ("tls", True)
    assert said in caught.value.detail
    assert (outcome.result, outcome.reason, server.requests) == (PollResult.FAILED, "tls", 0)


async def test_a_self_signed_certificate_is_refused_by_the_systems_own_trust(tmp_path: Path) -> None:
    own = STRANGER.private_key_pem.bytes() + STRANGER.cert_pem.bytes()
    (tmp_path / "own.pem").write_bytes(own)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "own.pem")
    async with serving(context) as server, HttpFetcher(POLICY) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(FetchRequest(server.url))
    assert (caught.value.reason, server.requests) == ("tls", 0)
    assert "self-signed certificate" in caught.value.detail or "self signed certificate" in caught.value.detail
