"""WebSub with a real hub on loopback: found, asked, confirmed, pushed to, renewed, and done without when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.clock import SetClock
from monitor.app import App
from monitor.config import Config, FetchPolicy, Region, WebPolicy
from monitor.model import Feed, Source
from monitor.pipeline import Outcome
from monitor.poll.push import granted, is_signed, link_relations, offer, renewal_after
from monitor.poll.state import DueReason, PollOutcome, PollResult, state_from_json
from monitor.ports import PushOffer, Work
from monitor.pushing import Subscribed
from monitor.store.repository import open_store
from monitor.web.application import build_desk
from tests.fakes.hub import Hub
from tests.fakes.loopback import Item, Loopback, rss

NOW = datetime(2025, 1, 8, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PUBLIC = "https://desk.example.org"
OLD = Item("Old news", "https://wire.example/1", "g1")
NEW = Item("News by push", "https://wire.example/2", "g2")


@dataclass
class Scene:
    """An app, its desk, the outlet's server with a hub on it, and the time."""

    app: App
    desk: TestClient
    web: Loopback
    hub: Hub
    clock: SetClock

    async def poll(self) -> tuple[str, ...]:
        """Poll what is due; return the entries that came."""
        async with self.app.fetching() as fetcher:
            ids = [id for batch in self.app.due_polls() for id in batch]
            return tuple([entry async for one in self.app.poll(ids, fetcher) for entry in one.entries])

    async def subscribe(self) -> list[Subscribed]:
        """Do what the sweep would send a message for."""
        async with self.app.posting() as poster:
            return [await self.app.subscribe(id, poster) for id in self.app.due(Work.SUBSCRIPTION)]

    def wait(self, span: timedelta) -> None:
        """Let time pass."""
        self.clock.set(self.clock.now() + span)

    def next_poll(self) -> tuple[timedelta, DueReason]:
        """How long until the next poll, and why."""
        (stored,) = self.app.store.sources()
        state = state_from_json(stored.memory)
        assert state.next_poll is not None
        return state.next_poll - self.clock.now(), state.due

    async def subscribed(self, lease: int = 864_000) -> None:
        """Go through polling, asking and confirming."""
        await self.poll()
        assert [one.outcome for one in await self.subscribe()] == [Outcome.DONE]
        assert self.hub.confirm(self.desk, lease).status_code == 200


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    yield from make_scene(tmp_path, WebPolicy(public_url=PUBLIC))


def make_scene(folder: Path, web: WebPolicy, push: bool = True) -> Iterator[Scene]:
    with Loopback() as server:
        hub = Hub(server)
        publish(server, hub, [OLD])
        source = Source("Wire", server.url("/feed"), every=HOUR)
        fetch = FetchPolicy(allow_private=True, push=push)
        config = Config((Region("Kursk Oblast"),), (source,), storage="", web=web, fetch=fetch)
        clock = SetClock(NOW)
        store = open_store(f"sqlite:///{folder}/counterclaim.db")
        app = App(config, store, clock)
        app.sync()
        base = "https://desk.example.org" if web.public_url else "http://127.0.0.1:8300"
        yield Scene(app, TestClient(build_desk(config, store, clock), base_url=base), server, hub, clock)
        store.close()


def publish(server: Loopback, hub: Hub, items: list[Item]) -> None:
    links = f'<atom:link rel="hub" href="{hub.url}"/><atom:link rel="self" href="{server.url("/feed")}"/>'
    server.feed("/feed", items, extra=links)


async def test_a_feed_that_names_a_hub_is_subscribed_to_and_then_polled_rarely(scene: Scene) -> None:
    await scene.subscribed()

    (asked,) = scene.hub.requests
    assert asked["hub.mode"] == "subscribe"
    assert asked["hub.topic"] == scene.web.url("/feed")
    assert asked["hub.callback"].startswith(f"{PUBLIC}/websub/")
    assert len(asked["hub.secret"]) >= 32
    scene.wait(2 * HOUR)
    await scene.poll()
    length, reason = scene.next_poll()
    assert reason is DueReason.PUSH and length >= 6 * HOUR


async def test_the_challenge_is_echoed_as_plain_text_and_only_for_what_was_asked(scene: Scene) -> None:
    await scene.poll()
    await scene.subscribe()

    good = scene.hub.confirm(scene.desk)
    assert (good.status_code, good.text) == (200, "c-42")
    assert good.headers["content-type"].startswith("text/plain")
    assert scene.hub.confirm(scene.desk, topic="https://other.example/feed").status_code == 404
    assert scene.hub.confirm(scene.desk, mode="unsubscribe").status_code == 404
    assert scene.desk.get("/websub/guessed?hub.mode=subscribe&hub.challenge=x").status_code == 404


async def test_what_a_hub_pushes_is_stored_once_and_is_due_at_once(scene: Scene) -> None:
    await scene.subscribed()
    scene.app.due(Work.ENTRY)

    assert scene.hub.push(scene.desk, rss([NEW, OLD])).status_code == 200
    assert scene.hub.push(scene.desk, rss([NEW])).status_code == 200

    assert len(scene.app.due(Work.ENTRY)) == 1
    publish(scene.web, scene.hub, [NEW, OLD])
    scene.wait(2 * HOUR)
    assert await scene.poll() == ()


async def test_a_push_without_the_right_signature_is_refused_with_its_reason(scene: Scene) -> None:
    await scene.subscribed()
    scene.app.due(Work.ENTRY)
    body = rss([NEW])

    for signature in ("", "sha256=00", "sha256=" + "0" * 64, "md5=d41d8cd98f00b204e9800998ecf8427e", "sha256=\xe9"):
        refused = scene.hub.push(scene.desk, body, {"X-Hub-Signature": signature})
        assert refused.status_code == 403
        assert refused.text.strip() in {"unsigned", "bad-signature"}
    assert scene.app.due(Work.ENTRY) == []


async def test_a_push_of_another_topic_or_too_large_or_unreadable_stores_nothing(scene: Scene) -> None:
    await scene.subscribed()
    scene.app.due(Work.ENTRY)

    other = scene.hub.push(scene.desk, rss([NEW]), {"Link": '<https://other.example/feed>; rel="self"'})
    large = scene.hub.push(scene.desk, b" " * 9_000_000)
    junk = scene.hub.push(scene.desk, b"<html>not a feed</html>")

    assert (other.status_code, large.status_code, junk.status_code) == (404, 413, 202)
    assert scene.app.due(Work.ENTRY) == []


async def test_a_lease_is_renewed_before_it_ends_with_the_same_secret(scene: Scene) -> None:
    await scene.subscribed(lease=9 * 86_400)

    scene.wait(5 * DAY)
    assert await scene.subscribe() == []
    scene.wait(1.5 * DAY)
    assert [one.outcome for one in await scene.subscribe()] == [Outcome.DONE]

    first, second = scene.hub.requests
    assert first == second
    assert scene.hub.confirm(scene.desk).status_code == 200
    scene.wait(4 * DAY)  # after the end of the first lease
    assert scene.hub.push(scene.desk, rss([NEW])).status_code == 200


async def test_when_a_lease_lapses_the_source_is_polled_as_before_and_pushes_are_refused(scene: Scene) -> None:
    await scene.subscribed(lease=7200)
    scene.wait(70 * timedelta(minutes=1))
    await scene.poll()
    length, reason = scene.next_poll()
    assert length <= 66 * timedelta(minutes=1), reason  # not beyond what is left of the lease

    scene.wait(4 * HOUR)
    await scene.poll()
    assert scene.next_poll()[1] is DueReason.INTERVAL
    assert scene.hub.push(scene.desk, rss([NEW])).status_code == 410


async def test_a_hub_that_refuses_is_asked_again_ever_more_rarely_and_the_source_is_polled_on(scene: Scene) -> None:
    scene.hub.status = 500
    await scene.poll()
    (refused,) = await scene.subscribe()
    assert refused.outcome is Outcome.RETRY and "500" in refused.reason

    scene.wait(HOUR / 2)
    assert await scene.subscribe() == []
    for _ in range(3):
        scene.wait(DAY)
        assert len(await scene.subscribe()) == 1
    assert len(scene.hub.requests) == 4
    await scene.poll()
    assert scene.next_poll()[1] is DueReason.INTERVAL


async def test_a_hub_that_never_confirms_is_asked_again_and_one_that_denies_is_left_alone(scene: Scene) -> None:
    await scene.poll()
    await scene.subscribe()
    scene.wait(2 * HOUR)
    assert len(await scene.subscribe()) == 1

    assert scene.hub.confirm(scene.desk, mode="denied", reason="no room").status_code == 200
    scene.wait(2 * DAY)
    assert await scene.subscribe() == []
    scene.wait(6 * DAY)
    assert len(await scene.subscribe()) == 1


async def test_a_source_that_left_the_config_is_not_renewed_and_its_pushes_are_refused(scene: Scene) -> None:
    await scene.subscribed()
    scene.app.store.sync_sources([], NOW)

    assert scene.hub.push(scene.desk, rss([NEW])).status_code == 404
    scene.wait(8 * DAY)
    assert [one.outcome for one in await scene.subscribe()] == [Outcome.NOT_MINE]
    assert len(scene.hub.requests) == 1


@pytest.mark.parametrize(
    ("web", "push"), [(WebPolicy(), True), (WebPolicy(public_url=PUBLIC), False)], ids=["no public url", "switched off"]
)
async def test_without_a_public_address_or_the_wish_nobody_is_asked(tmp_path: Path, web: WebPolicy, push: bool) -> None:
    for scene in make_scene(tmp_path, web, push):
        await scene.poll()
        assert await scene.subscribe() == []
        assert scene.desk.post("/websub/x", content=b"x").status_code == 404


async def test_a_guarded_desk_lets_hubs_in_without_a_login(tmp_path: Path) -> None:
    for scene in make_scene(tmp_path, WebPolicy(public_url=PUBLIC, password="correct horse")):
        await scene.subscribed()
        assert scene.hub.push(scene.desk, rss([NEW])).status_code == 200


FRESH = PollOutcome(PollResult.FRESH, 200)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('<https://hub.example/>; rel="hub", <https://wire.example/a>; rel="self"', ("https://hub.example/", "a")),
        ('<https://wire.example/a>; rel=self,<https://hub.example/>; rel=hub', ("https://hub.example/", "a")),
        ('</hub>; title="a, b; c"; rel="alternate hub"', ("https://wire.example/hub", "feed")),
        ('<https://hub.example/>; rel="hub", <https://second.example/>; rel="hub"', ("https://hub.example/", "feed")),
    ],
)  # fmt: skip
def test_a_hub_in_the_headers_is_found(header: str, expected: tuple[str, str]) -> None:
    found = offer(replace(FRESH, headers={"link": header}, feed=Feed("", None, ())), "https://wire.example/feed")
    assert found == PushOffer(expected[0], f"https://wire.example/{expected[1]}")


@pytest.mark.parametrize("hub", ["javascript:alert(1)", "file:///etc/passwd", "//", "https://" + "a" * 5000, ""])
def test_a_hub_that_is_no_web_address_is_none(hub: str) -> None:
    assert offer(replace(FRESH, feed=Feed("", None, (), hub=hub)), "file:///feed.xml") is None


@given(st.text(max_size=300))
def test_no_link_header_or_signature_or_lease_breaks_anything(text: str) -> None:
    list(link_relations(text))
    assert not is_signed(text, "secret", b"body")
    assert timedelta(minutes=1) <= granted(text) <= timedelta(days=30)


@given(st.timedeltas(timedelta(minutes=1), timedelta(days=30)))
def test_a_lease_is_renewed_while_it_lasts(lease: timedelta) -> None:
    assert timedelta(0) < renewal_after(lease) < lease
