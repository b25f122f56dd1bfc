"""How a batch treats publishers: their lanes, refusals that reach all their feeds, hosts that are down, and time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from monitor.adapters.clock import SetClock
from monitor.adapters.fetching import FetchRequest, FetchResult
from monitor.adapters.polling import HOST_DOWN, POLITE, Manners, PollDone, PollJob, poll_many
from monitor.config import Scope
from monitor.errors import FetchError
from monitor.model import Source
from monitor.pipeline import Outcome
from monitor.poll.scope import scope_of
from monitor.poll.state import DueReason, PollResult, PollState, state_from_json
from monitor.polling import USUAL, Polled, PollRules, poll_sources
from monitor.store.repository import SqlStore, open_store
from tests.fakes.loopback import Item, rss

NOW = datetime(2025, 1, 8, 12, 0, tzinfo=UTC)
CLOCK = SetClock(NOW)
HOUR = timedelta(hours=1)
FEED = rss([Item("One", "https://wire.example/1")])


@dataclass
class Net:
    """Answers by host: a status, or `dns`, or `hang`; any other host serves a feed."""

    hosts: Mapping[str, object] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    under_way: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)

    async def fetch(self, request: FetchRequest) -> FetchResult:
        host = scope_of(request.url, Scope.HOST)
        self.asked.append(request.url)
        self.under_way[host] = self.under_way.get(host, 0) + 1
        self.most[host] = max(self.most.get(host, 0), self.under_way[host])
        await asyncio.sleep(0)
        self.under_way[host] -= 1
        what = self.hosts.get(host, 200)
        if what == "hang":
            await asyncio.sleep(60)
        if what == "dns":
            raise FetchError("dns", "no such name", request.url)
        status = what if isinstance(what, int) else 200
        headers = {"retry-after": "7200"} if status == 429 else {}
        return FetchResult(request.url, status, FEED if status == 200 else b"", headers, request.url)


def jobs(host: str, count: int) -> list[PollJob]:
    return [PollJob(f"{host}/{n}", PollState(f"https://{host}/{n}")) for n in range(count)]


async def polled(net: Net, wanted: list[PollJob], manners: Manners = POLITE) -> dict[str, PollDone]:
    return {one.job.name: one async for lot in poll_many(net, wanted, CLOCK, manners) for one in lot}


async def test_every_job_comes_back_once_and_no_host_gets_more_at_once_than_it_may() -> None:
    net = Net()
    wanted = [*jobs("a.example", 300), *jobs("b.example", 20), *jobs("c.example", 1)]
    done = await polled(net, wanted, Manners(at_once=2))

    assert set(done) == {job.name for job in wanted}
    assert sorted(net.asked) == sorted(job.state.url for job in wanted)
    assert net.most == {"a.example": 2, "b.example": 2, "c.example": 1}


async def test_a_refusal_with_retry_after_keeps_every_feed_of_that_host_from_being_asked() -> None:
    net = Net({"busy.example": 429})
    done = await polled(net, [*jobs("busy.example", 20), *jobs("other.example", 3)], Manners(at_once=1))

    busy = [one.outcome for name, one in done.items() if name.startswith("busy")]
    assert sum("busy" in url for url in net.asked) == 1
    assert [one.result for one in busy].count(PollResult.PUT_OFF) == 19
    assert {one.until for one in busy if one.until} == {NOW + 2 * HOUR}
    assert all(one.outcome.ok for name, one in done.items() if name.startswith("other"))


@pytest.mark.parametrize(("scope", "asked"), [(Scope.HOST, 2), (Scope.DOMAIN, 1), (Scope.FEED, 4)])
async def test_how_far_a_refusal_reaches_is_configured(scope: Scope, asked: int) -> None:
    net = Net({"one.tumblr.com": 429, "two.tumblr.com": 429})
    wanted = [*jobs("one.tumblr.com", 2), *jobs("two.tumblr.com", 2)]
    await polled(net, wanted, Manners(scope, at_once=1, concurrency=1))
    assert len(net.asked) == asked


def test_a_domain_knows_public_suffixes_and_an_address_is_its_own() -> None:
    assert scope_of("https://a.news.example.co.uk/rss", Scope.DOMAIN) == "example.co.uk"
    assert scope_of("http://127.0.0.1:8080/rss", Scope.DOMAIN) == "127.0.0.1"
    assert scope_of("file:wire/feed.xml", Scope.DOMAIN) == ""


async def test_a_host_that_is_down_is_tried_a_few_times_and_not_for_each_of_its_feeds() -> None:
    net = Net({"down.example": "dns"})
    done = await polled(net, [*jobs("down.example", 50), *jobs("up.example", 2)], Manners(at_once=1))

    assert sum("down" in url for url in net.asked) == HOST_DOWN
    reasons = {one.outcome.reason for name, one in done.items() if name.startswith("down")}
    assert reasons == {"dns", "host-down"}
    assert all(one.outcome.ok for name, one in done.items() if name.startswith("up"))


async def test_a_host_that_hangs_keeps_no_other_waiting_and_what_has_no_time_left_is_put_off() -> None:
    net = Net({"hang.example": "hang"})
    wanted = [*jobs("hang.example", 50), *[job for n in range(100) for job in jobs(f"h{n}.example", 2)]]
    came: list[str] = []
    async for lot in poll_many(net, wanted, CLOCK, Manners(at_once=2, concurrency=8)):
        came += [one.job.name for one in lot]
        if len(came) == 200:
            break
    assert not any(name.startswith("hang") for name in came)

    late = await polled(Net(), jobs("late.example", 5), Manners(at_once=1, start_within=-1))
    assert {one.outcome.reason for one in late.values()} == {"no-time"}


# --- the same, stored -------------------------------------------------------------------------------------------------


def a_store(*feeds: str) -> SqlStore:
    store = open_store("sqlite://")
    store.sync_sources([Source(feed, feed, every=HOUR) for feed in feeds], NOW)
    return store


async def round_of(
    store: SqlStore, net: Net, now: datetime = NOW, rules: PollRules = USUAL, force: bool = False
) -> dict[str, Polled]:
    ids = [one.id for one in store.sources()]
    return {one.source: one async for one in poll_sources(store, net, ids, SetClock(now), rules, force=force)}


async def test_a_refusal_holds_for_the_hosts_other_feeds_in_later_batches_too() -> None:
    first, second = "https://busy.example/1", "https://busy.example/2"
    store, net = a_store(first, second), Net({"busy.example": 429})
    ids = {one.source.name: one.id for one in store.sources()}
    async for _ in poll_sources(store, net, [ids[first]], CLOCK):
        pass

    held = await round_of(store, net, NOW + HOUR)
    assert held[second].outcome is Outcome.HELD and not held[second].again
    assert net.asked == [first]
    state = state_from_json(next(one.memory for one in store.sources() if one.source.name == second))
    assert state.due is DueReason.RETRY_AFTER and state.next_poll is not None and state.next_poll >= NOW + 2 * HOUR
    assert state.failures == 0

    again = await round_of(store, Net(), NOW + 3 * HOUR)
    assert {one.outcome for one in again.values()} == {Outcome.DONE}


async def test_what_had_no_time_is_due_at_once_and_nothing_else_of_it_changes() -> None:
    store, net = a_store("https://a.example/1"), Net()
    (held,) = (await round_of(store, net, rules=PollRules(manners=Manners(start_within=-1)))).values()
    assert (held.outcome, held.again, net.asked) == (Outcome.HELD, True, [])
    (done,) = (await round_of(store, net)).values()
    assert done.outcome is Outcome.DONE


async def test_a_daemon_that_comes_late_does_not_poll_in_an_hour_that_the_feed_skips() -> None:
    url = "https://a.example/1"
    store = a_store(url)

    class Skipping(Net):
        async def fetch(self, request: FetchRequest) -> FetchResult:
            self.asked.append(request.url)
            body = rss([], extra="<skipHours><hour>15</hour></skipHours>")
            return FetchResult(request.url, 200, body, {}, request.url)

    net = Skipping()
    await round_of(store, net)
    late = await round_of(store, net, NOW + 3 * HOUR)  # due since 13 o'clock, but now it is 15
    assert late == {} and len(net.asked) == 1
    (one,) = store.sources()
    state = state_from_json(one.memory)
    assert state.due is DueReason.SKIP_HOURS and state.next_poll is not None
    assert NOW + 4 * HOUR <= state.next_poll < NOW + 4.2 * HOUR
    await round_of(store, net, state.next_poll)
    assert len(net.asked) == 2
