"""Batches of sources polled over a real server and stored: the same as one by one, and each only once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.adapters.clock import SetClock
from monitor.adapters.http import HttpFetcher
from monitor.adapters.polling import Manners
from monitor.config import FetchPolicy
from monitor.model import Source
from monitor.pipeline import Outcome
from monitor.polling import Polled, PollRules, poll_sources
from monitor.store.repository import SqlStore, open_store
from tests.fakes.loopback import Answer, Item, Loopback

NOW = datetime(2025, 1, 8, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def web() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{tmp_path}/counterclaim.db")
    yield opened
    opened.close()


async def polled(store: SqlStore, now: datetime = NOW, force: bool = False) -> dict[str, Polled]:
    ids = [one.id for one in store.sources()]
    async with HttpFetcher(FetchPolicy(allow_private=True, per_host=16)) as fetcher:
        polling = poll_sources(store, fetcher, ids, SetClock(now), PollRules(manners=Manners(at_once=16)), force=force)
        return {one.source: one async for one in polling}


def sources(store: SqlStore, web: Loopback, count: int) -> None:
    items = [Item(f"Story {number}", f"https://wire.example/{number}") for number in range(3)]
    feeds = [web.feed(f"/{number}", items) for number in range(count)]
    store.sync_sources([Source(f"s{number}", feed) for number, feed in enumerate(feeds)], NOW)


async def test_a_batch_is_stored_and_the_next_round_is_conditional(web: Loopback, store: SqlStore) -> None:
    sources(store, web, 150)
    first = await polled(store)
    assert len(first) == 150
    assert {(one.outcome, len(one.entries)) for one in first.values()} == {(Outcome.DONE, 3)}
    second = await polled(store, force=True)
    assert {(one.outcome, one.entries) for one in second.values()} == {(Outcome.UNCHANGED, ())}
    assert all("if-none-match" in web.seen(f"/{number}")[1].headers for number in range(150))


async def test_what_is_not_due_is_not_polled_and_one_dead_feed_stops_nobody(web: Loopback, store: SqlStore) -> None:
    sources(store, web, 3)
    web.answer("/1", Answer(500))
    first = await polled(store)
    assert [first[f"s{number}"].outcome for number in range(3)] == [Outcome.DONE, Outcome.FAILED, Outcome.DONE]
    assert "server-error" in first["s1"].reason
    assert await polled(store, NOW + timedelta(minutes=1)) == {}


async def test_a_changed_entry_is_given_back_and_an_id_that_changes_is_not(web: Loopback, store: SqlStore) -> None:
    link = "https://wire.example/1"
    web.feed("/0", [Item("Ten dead", link, "id-1"), Item("Bridge shut", link + "0", "id-2")])
    store.sync_sources([Source("s0", web.url("/0"))], NOW)
    first = (await polled(store))["s0"].entries
    web.feed("/0", [Item("Twelve dead", link, "id-1"), Item("Bridge shut", link + "0?utm_source=x", "id-2-again")])
    second = (await polled(store, NOW + DAY))["s0"].entries
    assert len(first) == 2
    assert set(second) <= set(first)
    assert first[0] in second
