"""The HTTP fetcher against a real server: validators, redirects, codings, deadlines, addresses."""

from __future__ import annotations

import asyncio
import gzip
import pickle
import socket
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import brotli
import pytest
import zstandard
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.adapters.addresses import AddressPolicy
from monitor.adapters.http import FetchRequest, HttpFetcher, user_agent
from monitor.config import FetchPolicy
from monitor.errors import FetchError
from tests.fakes.loopback import Answer, Loopback, Seen

LOOPBACK = FetchPolicy(private_networks=("127.0.0.0/8",), timeout=timedelta(seconds=5), max_bytes=200_000)


@pytest.fixture
def web() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    async with HttpFetcher(LOOPBACK) as opened:
        yield opened


async def refused(fetcher: HttpFetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(FetchRequest(url))
    return caught.value


async def test_an_unchanged_feed_is_answered_304_to_its_own_validators(web: Loopback, fetcher: HttpFetcher) -> None:
    def serve(seen: Seen) -> Answer:
        known = seen.headers.get("if-none-match") == 'W/"a:1"'
        return Answer(304 if known else 200, b"" if known else b"<rss/>", {"ETag": 'W/"a:1"', "Last-Modified": "x y"})

    url = web.answer("/feed", serve)
    first = await fetcher.fetch(FetchRequest(url))
    second = await fetcher.fetch(FetchRequest(url, first.etag, first.last_modified))
    assert (first.body, first.etag, first.last_modified) == (b"<rss/>", 'W/"a:1"', "x y")
    assert second.not_modified and second.etag == 'W/"a:1"'
    assert web.seen("/feed")[1].headers["if-modified-since"] == "x y"


async def test_a_first_request_invents_no_validators_cookies_or_referer(web: Loopback) -> None:
    url = web.answer("/feed", Answer(body=b"x", headers={"Set-Cookie": "id=1; Path=/"}))
    async with HttpFetcher(replace(LOOPBACK, contact="desk@example.org")) as fetcher:
        await fetcher.fetch(FetchRequest(url))
        await fetcher.fetch(FetchRequest(url))
    headers = web.seen("/feed")[1].headers
    assert not {"cookie", "referer", "if-none-match", "if-modified-since"} & set(headers)
    assert headers["user-agent"] == user_agent(replace(LOOPBACK, contact="desk@example.org"))
    assert "(+desk@example.org)" in headers["user-agent"]


async def test_redirects_are_followed_and_told(web: Loopback, fetcher: HttpFetcher) -> None:
    end = web.answer("/end", Answer(body=b"here"))
    web.redirect("/b", "/end", 302)
    start = web.redirect("/a", "/b", 301)
    result = await fetcher.fetch(FetchRequest(start))
    assert (result.body, result.final_url) == (b"here", end)
    assert [(hop.status, hop.permanent) for hop in result.hops] == [(301, True), (302, False)]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data", "forbidden-address"),
        ("http://10.1.2.3/", "forbidden-address"),
        ("http://[::1]/", "forbidden-address"),
        ("http://[::ffff:192.168.0.1]/", "forbidden-address"),
        ("http://0x0a000001/", "forbidden-address"),
        ("file:///etc/passwd", "forbidden-scheme"),
        ("gopher://127.0.0.1/", "forbidden-scheme"),
        ("javascript:alert(1)", "forbidden-scheme"),
        ("http://[::1", "bad-redirect"),
        ("http://exa mple/", "bad-url"),
    ],
)
async def test_a_redirect_to_a_place_we_must_not_go_is_refused(
    web: Loopback, fetcher: HttpFetcher, target: str, reason: str
) -> None:
    error = await refused(fetcher, web.redirect("/away", target))
    assert (error.reason, error.subject) == (reason, web.url("/away"))
    assert error.retry is (reason == "bad-redirect")


async def test_redirect_loops_and_endless_chains_end_with_their_names(web: Loopback, fetcher: HttpFetcher) -> None:
    web.redirect("/ping", "/pong")
    web.redirect("/pong", "/ping")
    for number in range(20):
        web.redirect(f"/{number}", f"/{number + 1}")
    web.redirect("/nowhere", "")
    assert (await refused(fetcher, web.url("/ping"))).reason == "redirect-loop"
    assert (await refused(fetcher, web.url("/0"))).reason == "too-many-redirects"
    assert (await refused(fetcher, web.url("/nowhere"))).reason == "bad-redirect"
    assert len(web.log) < 15


def deflate_raw(data: bytes) -> bytes:
    return zlib.compress(data)[2:-4]


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:])),
        ("deflate", zlib.compress),
        ("deflate", deflate_raw),
        ("br", brotli.compress),
        ("zstd", zstandard.ZstdCompressor().compress),
        ("gzip, br", lambda data: brotli.compress(gzip.compress(data))),
        ("identity", bytes),
    ],
)
async def test_every_offered_coding_is_undone(web: Loopback, fetcher: HttpFetcher, coding: str, pack) -> None:  # type: ignore[no-untyped-def]
    body = b"Sudzha " * 5000
    url = web.answer("/packed", Answer(body=pack(body), headers={"Content-Encoding": coding}))
    assert (await fetcher.fetch(FetchRequest(url))).body == body


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("br", brotli.compress),
        ("zstd", zstandard.ZstdCompressor().compress),
        ("gzip, gzip", lambda data: gzip.compress(gzip.compress(data))),
    ],
)
async def test_a_bomb_is_refused_after_the_cap_and_not_unpacked(
    web: Loopback, fetcher: HttpFetcher, coding: str, pack
) -> None:  # type: ignore[no-untyped-def]
    packed = pack(bytes(30_000_000))
    assert len(packed) < 200_000
    url = web.answer("/bomb", Answer(body=packed, headers={"Content-Encoding": coding}))
    assert (await refused(fetcher, url)).reason == "too-large"


async def test_a_body_larger_than_the_cap_is_refused_announced_or_not(web: Loopback, fetcher: HttpFetcher) -> None:
    announced = web.answer("/big", Answer(body=bytes(300_000)))

    async def endless(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(bytes(65536))
            await writer.drain()

    assert (await refused(fetcher, announced)).reason == "too-large"
    assert (await refused(fetcher, web.raw("/endless", endless))).reason == "too-large"


async def test_damaged_codings_are_named(web: Loopback, fetcher: HttpFetcher) -> None:
    cut = web.answer("/cut", Answer(body=gzip.compress(bytes(999))[:-9], headers={"Content-Encoding": "gzip"}))
    junk = web.answer("/junk", Answer(body=b"not packed", headers={"Content-Encoding": "br"}))
    odd = web.answer("/odd", Answer(body=b"x", headers={"Content-Encoding": "rot13"}))
    many = web.answer("/many", Answer(body=b"x", headers={"Content-Encoding": "gzip, " * 40 + "gzip"}))
    for url in (cut, junk, odd, many):
        assert (await refused(fetcher, url)).reason == "bad-encoding"


async def test_a_slow_drip_meets_the_total_deadline(web: Loopback) -> None:
    async def drip(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _turn in range(1000):
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with HttpFetcher(replace(LOOPBACK, timeout=timedelta(seconds=0.4))) as fetcher:
        error = await refused(fetcher, web.raw("/drip", drip))
    assert (error.reason, error.retry) == ("timeout", True)


async def test_a_server_that_never_answers_meets_the_deadline(web: Loopback) -> None:
    async def hang(_: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async with HttpFetcher(replace(LOOPBACK, timeout=timedelta(seconds=0.3))) as fetcher:
        assert (await refused(fetcher, web.raw("/hang", hang))).reason == "timeout"


async def test_endless_headers_are_cut_off(web: Loopback, fetcher: HttpFetcher) -> None:
    async def headers(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.is_closing():
            writer.write(b"X-More: " + b"a" * 1000 + b"\r\n")
            await writer.drain()

    async def line(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not writer.is_closing():
            writer.write(b"a" * 65536)
            await writer.drain()

    assert (await refused(fetcher, web.raw("/headers", headers))).reason == "bad-response"
    assert (await refused(fetcher, web.raw("/line", line))).reason == "bad-response"


async def test_answers_that_are_no_http_are_named(web: Loopback, fetcher: HttpFetcher) -> None:
    async def nonsense(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 smtp.example ESMTP\r\n\r\n")
        await writer.drain()

    async def nothing(_: Seen, writer: asyncio.StreamWriter) -> None:
        return

    async def short(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
        await writer.drain()

    assert (await refused(fetcher, web.raw("/nonsense", nonsense))).reason == "bad-response"
    assert (await refused(fetcher, web.raw("/nothing", nothing))).reason == "disconnected"
    assert (await refused(fetcher, web.raw("/short", short))).reason == "disconnected"


async def test_a_closed_port_and_an_unknown_name_are_told_apart(fetcher: HttpFetcher) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = taken.getsockname()[1]
        assert (await refused(fetcher, f"http://127.0.0.1:{closed}/")).reason == "connect"

    class NoNames(AbstractResolver):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            raise OSError("unknown")

        async def close(self) -> None:
            return

    async with HttpFetcher(LOOPBACK, resolver=NoNames()) as unknowing:
        assert (await refused(unknowing, "http://nowhere.invalid/")).reason == "dns"


async def test_a_server_that_speaks_no_tls_is_named(fetcher: HttpFetcher) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert (await refused(fetcher, f"https://127.0.0.1:{port}/")).reason == "tls"


class Rebinding(AbstractResolver):
    """Answers with a public address first and with loopback ever after."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        return


async def test_a_name_that_rebinds_to_the_inside_is_refused(web: Loopback) -> None:
    web.answer("/", Answer(body=b"secret"))
    resolver = Rebinding("127.0.0.1")
    async with HttpFetcher(FetchPolicy(), resolver=resolver) as fetcher:
        error = await refused(fetcher, f"http://rebind.example:{web.port}/")
    assert (error.reason, resolver.asked, web.log) == ("forbidden-address", 1, [])


async def test_the_socket_itself_is_guarded_when_a_resolver_lies(web: Loopback) -> None:
    class Liar(Rebinding):
        pass

    async with HttpFetcher(FetchPolicy()) as fetcher:
        assert fetcher._session is not None
        connector = fetcher._session.connector
        assert isinstance(connector, aiohttp.TCPConnector)
        connector._resolver = Liar("127.0.0.1")  # as if the vetting resolver had been fooled
        error = await refused(fetcher, f"http://lying.example:{web.port}/")
    assert (error.reason, web.log) == ("forbidden-address", [])


async def test_the_allow_list_opens_only_what_it_names(web: Loopback) -> None:
    url = web.answer("/", Answer(body=b"inside"))
    async with HttpFetcher(FetchPolicy(private_networks=("10.0.0.0/8",))) as fetcher:
        assert (await refused(fetcher, url)).reason == "forbidden-address"
    async with HttpFetcher(FetchPolicy(allow_private=True)) as fetcher:
        assert (await fetcher.fetch(FetchRequest(url))).body == b"inside"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.88.99.1", "::", "::1", "fe80::1",
        "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1",
        "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
        "2001:db8::1",
        "2a00:1450::5efe:a00:1",
    ],
)  # fmt: skip
def test_no_special_or_tunnelled_address_is_public(address: str) -> None:
    assert not AddressPolicy(FetchPolicy()).allows(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2a00:1450:4001:82a::200e", "2606:4700::6810:84e5"])
def test_ordinary_addresses_are_public(address: str) -> None:
    assert AddressPolicy(FetchPolicy()).allows(address)


async def test_statuses_become_named_errors_and_no_error_page_is_read(web: Loopback, fetcher: HttpFetcher) -> None:
    reasons = {}
    for status in (400, 401, 403, 404, 410, 418, 429, 451, 500, 503):
        url = web.answer(f"/{status}", Answer(status, b"x" * 500_000, {"Retry-After": "120"}))
        result = await fetcher.fetch(FetchRequest(url))
        assert (result.status, result.body, result.headers["retry-after"]) == (status, b"", "120")
        with pytest.raises(FetchError) as caught:
            result.checked()
        reasons[status] = (caught.value.reason, caught.value.retry)
    assert reasons[410] == ("gone", False)
    assert reasons[429] == ("rate-limited", True)
    assert reasons[503] == ("unavailable", True)
    assert reasons[500] == ("server-error", True)
    assert pickle.loads(pickle.dumps(caught.value)).reason == "unavailable"


async def test_a_host_gets_no_more_requests_at_once_than_the_policy_says(web: Loopback) -> None:
    now, most = 0, 0

    async def count(_: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.05)
        now -= 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()

    urls = [web.raw(f"/{number}", count) for number in range(10)]
    async with HttpFetcher(replace(LOOPBACK, per_host=2)) as fetcher:
        await asyncio.gather(*(fetcher.fetch(FetchRequest(url)) for url in urls))
    assert most == 2


async def test_one_hanging_host_holds_nothing_else_up(web: Loopback) -> None:
    async def hang(_: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    slow = web.raw("/hang", hang)
    with Loopback() as other:
        quick = other.answer("/", Answer(body=b"quick"))
        async with HttpFetcher(replace(LOOPBACK, per_host=1)) as fetcher:
            stuck = asyncio.create_task(fetcher.fetch(FetchRequest(slow)))
            await asyncio.sleep(0.05)
            result = await fetcher.fetch(FetchRequest(quick.replace("127.0.0.1", "localhost")))
            assert result.body == b"quick"
            stuck.cancel()
