"""Hostile publishers in one batch with honest ones: each is contained with a named reason, and nothing is held up."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import brotli
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.adapters.clock import SetClock
from monitor.adapters.http import HttpFetcher
from monitor.adapters.polling import Manners
from monitor.config import FetchPolicy
from monitor.model import Source
from monitor.pipeline import Outcome
from monitor.poll.entries import MAX_ENTRIES
from monitor.polling import Polled, PollRules, poll_sources
from monitor.store.repository import SqlStore, open_store
from tests.fakes.loopback import Answer, Item, Loopback, Seen, rss

NOW = datetime(2025, 1, 8, 12, 0, tzinfo=UTC)
POLICY = FetchPolicy(private_networks=("127.0.0.0/8",), per_host=64, timeout=timedelta(seconds=4), max_bytes=12_000_000)
GOOD = [Item(f"Story {number}", f"https://wire.example/{number}") for number in range(5)]
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><rss version='2.0'><channel><title>&j;</title><item><title>&j;</title></item></channel></rss>"
)
EXTERNAL = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><item><title>&x;</title><link>https://wire.example/x</link></item></channel></rss>"""


class Rebinding(AbstractResolver):
    """A name server that leads inside."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="10.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        return


async def drip(_: Seen, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def headers(_: Seen, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"X-More: " + b"a" * 1000 + b"\r\n")
        await writer.drain()


async def endless(_: Seen, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n<rss><channel>")
    for _turn in range(1600):  # 100 MB, if anyone takes it
        writer.write(b"<item/>" * 9362)
        await writer.drain()


def packed(coding: str, pack: Callable[[bytes], bytes]) -> Answer:
    return Answer(body=pack(b"<rss>" + bytes(60_000_000)), headers={"Content-Encoding": coding})


@pytest.fixture
def web() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{tmp_path}/counterclaim.db")
    yield opened
    opened.close()


async def polled(store: SqlStore, now: datetime = NOW) -> dict[str, Polled]:
    rules = PollRules(manners=Manners(at_once=64))
    async with HttpFetcher(POLICY, resolver=Rebinding()) as fetcher:
        polling = poll_sources(store, fetcher, store.source_ids(), SetClock(now), rules, force=True)
        return {one.source: one async for one in polling}


def hostile(web: Loopback) -> dict[str, tuple[str, str]]:
    """Return by name the address of each hostile feed and the reason that it must be given."""
    refuses = {
        "a name that leads inside": ("http://rebind.example/feed", "forbidden-address"),
        "a redirect to the cloud": (web.redirect("/r1", "http://169.254.169.254/latest"), "forbidden-address"),
        "a redirect to a file": (web.redirect("/r2", "file:///etc/passwd"), "forbidden-scheme"),
        "a redirect loop": (web.redirect("/r3", web.url("/r4")), "redirect-loop"),
        "a gzip bomb": (web.answer("/gz", packed("gzip", gzip.compress)), "too-large"),
        "a brotli bomb": (web.answer("/br", packed("br", lambda data: brotli.compress(data, quality=1))), "too-large"),
        "a slow drip": (web.raw("/drip", drip), "timeout"),
        "endless headers": (web.raw("/headers", headers), "bad-response"),
        "100 MB": (web.raw("/endless", endless), "too-large"),
        "a page": (web.answer("/page", Answer(body=b"<!doctype html><html><body>Log in</body></html>")), "html-page"),
        "nothing": (web.answer("/nothing", Answer()), "empty"),
    }
    web.redirect("/r4", web.url("/r3"))
    return refuses


async def test_each_hostile_feed_fails_by_name_and_the_honest_ones_are_stored(web: Loopback, store: SqlStore) -> None:
    wanted = hostile(web)
    honest = {f"honest {number}": web.feed(f"/{number}", GOOD) for number in range(20)}
    feeds = {name: url for name, (url, _) in wanted.items()} | honest
    store.sync_sources([Source(name, url) for name, url in feeds.items()], NOW)
    found = await polled(store)

    assert {name: found[name].reason.partition(":")[0] for name in wanted} == {n: r for n, (_, r) in wanted.items()}
    assert {found[name].outcome for name in wanted} == {Outcome.FAILED}
    assert {(found[name].outcome, len(found[name].entries)) for name in honest} == {(Outcome.DONE, 5)}


async def test_documents_full_of_tricks_harm_nothing_and_tell_no_secret(web: Loopback, store: SqlStore) -> None:
    documents = {
        "billion laughs": LAUGHS.encode(),
        "external entity": EXTERNAL.encode(),
        "NUL bytes": rss(GOOD).replace(b"Story", b"St\0ory"),
        "invalid UTF-8": rss(GOOD).replace(b"Story", b"St\xff\xfeory"),
        "100,000 entries": rss([Item("x", f"https://wire.example/{number}") for number in range(100_000)]),
    }
    sources = [
        Source(name, web.answer(f"/{number}", Answer(body=body)))
        for number, (name, body) in enumerate(documents.items())
    ]
    store.sync_sources([*sources, Source("honest", web.feed("/honest", GOOD))], NOW)
    found = await polled(store)

    assert found["honest"].outcome is Outcome.DONE
    assert len(found["NUL bytes"].entries) == len(found["invalid UTF-8"].entries) == 5
    assert 0 < len(found["100,000 entries"].entries) <= MAX_ENTRIES
    for name in ("billion laughs", "external entity"):
        for id in found[name].entries:
            stored = store.claim_entry(id, NOW, timedelta(minutes=3))
            assert stored is not None and len(stored.entry.title) < 10_000 and "root:" not in stored.entry.title


async def test_ids_that_change_with_every_poll_make_nothing_new(web: Loopback, store: SqlStore) -> None:
    turn = count()

    def changing(_: Seen) -> Answer:
        number = next(turn)
        return Answer(body=rss([Item(one.title, one.link, f"{number}-{one.title}") for one in GOOD]))

    store.sync_sources([Source("restless", web.answer("/feed", changing))], NOW)
    first = await polled(store)
    later = [await polled(store, NOW + timedelta(days=day)) for day in range(1, 6)]

    assert len(first["restless"].entries) == 5
    assert [one["restless"].entries for one in later] == [()] * 5
