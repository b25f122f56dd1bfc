"""Pages that are edited without a word in the feed, over a real store, a loopback server and a clock that is set."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from monitor import pipeline
from monitor.adapters.clock import SetClock
from monitor.adapters.http import HttpFetcher
from monitor.config import FetchPolicy
from monitor.model import Article, Claim
from monitor.pipeline import Fetched, Outcome
from monitor.ports import Fetcher, FetchRequest, FetchResult, PollRecord, Work
from monitor.rereading import Reread, RereadRules, reread_pages
from monitor.store.repository import SqlStore, open_store
from monitor.store.tables import article_revisions
from tests.fakes.engine import FakeEngine
from tests.fakes.loopback import Answer, Loopback, article_page
from tests.fakes.values import HOUR, NOON, a_claim, a_source, an_entry

SPANS = (HOUR, 6 * HOUR, 24 * HOUR)
POLICY = FetchPolicy(private_networks=("127.0.0.0/8",), pace=timedelta())
SOURCE = a_source()
TITLE = "Troops take Makhnovka"
BEFORE = "The army said on Saturday that its troops had taken the village of Makhnovka after a week of fighting there."
AFTER = "The army said on Saturday that its troops had lost the village of Makhnovka after a week of fighting there."
REST = [
    "Officials in the region did not comment, and the report could not be confirmed by other outlets at the time.",
    "People who left the village in the morning said that there had been shelling for most of the night.",
]

OTHER = [
    "A reporter who walked through Makhnovka at noon found its only shop open and soldiers of one army in its streets.",
    "Farmers nearby brought in the last of their beets, and a bus to the district town ran for the first time in days.",
]


@dataclass
class Reader:
    """A tagger that reads one word out of a text: who holds the village."""

    language: str = "en"
    read: list[int] = field(default_factory=list)

    def tag(self, article: Article) -> list[Claim]:
        self.read.append(article.revision)
        answer = "lost" if "had lost" in article.text else "held"
        return [a_claim(f"c-{article.id}-{answer}", article.id, source=article.source, answer=answer)]


class Scene:
    """A feed that lists pages of a loopback server and never says another word about them."""

    def __init__(self, store: SqlStore, web: Loopback) -> None:
        self.store, self.web, self.clock, self.tagger = store, web, SetClock(NOON), Reader()
        self.spans: Sequence[timedelta] = SPANS
        self.start_within = 40.0

    def lists(self, *paths: str, published: datetime = NOON) -> list[str]:
        """Let the feed list these pages and read them; return their articles' ids."""
        (source,) = self.store.sources()
        entries = [an_entry(path, title=TITLE, link=self.web.url(path), published=published) for path in paths]
        record = PollRecord({}, NOON + 99 * HOUR, "well", entries=tuple(entries))
        (ids,) = self.store.save_polls([(source.id, record)], self.clock.now())
        return [fetched.article or "" for fetched in self._run(lambda web: self._fetched(ids, web))]

    async def _fetched(self, ids: Sequence[str], web: Fetcher) -> list[Fetched]:
        now = self.clock.now()
        return [await pipeline.fetch_article(self.store, web, id, now, spans=self.spans) for id in ids]

    def after(self, wait: timedelta) -> list[Reread]:
        """Let time pass and read again what is due then."""
        self.clock.set(NOON + wait)
        ids = self.store.take_due(Work.PAGE, self.clock.now(), 100, timedelta(minutes=15))
        rules = RereadRules(self.spans, start_within=self.start_within)
        return self._run(lambda web: reread_pages(self.store, web, sorted(ids), self.clock, rules))

    def _run(self, what):  # type: ignore[no-untyped-def]
        async def run():  # type: ignore[no-untyped-def]
            async with HttpFetcher(POLICY) as web:
                return await what(web)

        return asyncio.run(run())

    def compare_all(self) -> list[str]:
        """Tag and compare what waits; return the ids of the conflicts that opened."""
        opened = []
        for id in self.store.take_due(Work.ARTICLE, self.clock.now() + HOUR, 100, HOUR):
            pipeline.tag_article(self.store, self.tagger, id, self.clock.now())
            done = pipeline.compare_claims(self.store, FakeEngine(), lambda *_: [], id, self.clock.now())
            opened += [change.conflict.id for change in done.changes]
        return opened

    def revisions(self, id: str) -> list[str]:
        """Return the first lines of an article's texts, the oldest first."""
        query = select(article_revisions.c.text).where(article_revisions.c.article == id)
        with self.store.engine.connect() as connection:
            found = connection.scalars(query.order_by(article_revisions.c.revision))
            return [text.splitlines()[0] for text in found]


@pytest.fixture
def web() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture
def scene(web: Loopback) -> Iterator[Scene]:
    store = open_store("sqlite://")
    store.sync_sources([SOURCE], NOON)
    yield Scene(store, web)
    store.close()


def test_an_unchanged_page_costs_one_conditional_request_each_time_and_no_revision(scene: Scene) -> None:
    scene.web.page("/1", TITLE, [BEFORE, *REST])
    (id,) = scene.lists("/1")
    outcomes = [one.reason for hours in range(60) for one in scene.after(hours * HOUR)]

    asked = scene.web.seen("/1")
    assert outcomes == ["not-modified"] * 3
    assert len(asked) == 4 and all("if-none-match" in request.headers for request in asked[1:])
    assert len(scene.revisions(id)) == 1
    assert scene.store.counts()["page"] == {"read": 1}


def test_a_page_edited_in_silence_is_a_revision_whose_claims_are_compared(scene: Scene) -> None:
    scene.web.page("/1", TITLE, [BEFORE, *REST])
    scene.web.page("/2", "Village quiet", OTHER)
    first, _ = scene.lists("/1", "/2")
    assert scene.compare_all() == []

    scene.web.page("/1", TITLE, [AFTER, *REST])
    edited = [one for one in scene.after(HOUR) if one.outcome is Outcome.DONE]

    assert [(one.id, one.article, one.reason) for one in edited] == [(first, first, "text")]
    assert scene.revisions(first) == [BEFORE, AFTER]
    assert scene.compare_all() == ["k-Makhnovka"] and scene.tagger.read[-1] == 2
    assert {claim.answer for claim in scene.store.claims() if claim.article == first} == {"lost"}
    assert [one.reason for one in scene.after(6 * HOUR)] == ["not-modified"] * 2


def test_another_headline_alone_is_a_revision_too(scene: Scene) -> None:
    scene.web.page("/1", TITLE, [BEFORE, *REST])
    (id,) = scene.lists("/1")
    scene.web.page("/1", "Troops leave Makhnovka", [BEFORE, *REST])

    assert [one.reason for one in scene.after(HOUR)] == ["title"]
    article = scene.store.article(id)
    assert article is not None and (article.title, article.revision) == ("Troops leave Makhnovka", 2)


def test_what_stands_around_the_article_may_change_without_a_revision(scene: Scene) -> None:
    page = article_page(TITLE, [BEFORE, *REST])
    scene.web.answer("/1", Answer(body=page))
    (id,) = scene.lists("/1")
    scene.web.answer(
        "/1", Answer(body=page.replace(b"Ferry service resumes", b"Harbour is shut").replace(b"</p>", b" </p>\n"))
    )

    assert [(one.outcome, one.reason) for one in scene.after(HOUR)] == [(Outcome.UNCHANGED, "same-text")]
    assert len(scene.revisions(id)) == 1


def test_a_page_that_is_gone_is_named_and_never_asked_again(scene: Scene) -> None:
    scene.web.page("/1", TITLE, [BEFORE, *REST])
    (id,) = scene.lists("/1")
    scene.web.answer("/1", Answer(410))
    told = [(one.outcome, one.reason) for hours in range(60) for one in scene.after(hours * HOUR)]

    assert told == [(Outcome.FAILED, "gone: HTTP 410")]
    assert scene.revisions(id) == [BEFORE]


def test_a_page_that_is_not_found_is_named_and_may_come_back(scene: Scene) -> None:
    scene.web.page("/1", TITLE, [BEFORE, *REST])
    (id,) = scene.lists("/1")
    scene.web.answer("/1", Answer(404))
    missing = scene.after(HOUR)
    scene.web.page("/1", TITLE, [AFTER, *REST])

    assert [(one.outcome, one.reason) for one in missing] == [(Outcome.FAILED, "not-found: HTTP 404")]
    assert scene.after(2 * HOUR) == []
    assert [one.reason for one in scene.after(6 * HOUR)] == ["text"]
    assert scene.revisions(id) == [BEFORE, AFTER]


def test_a_wall_in_front_of_the_article_takes_nothing_away_and_its_validators_are_not_kept(scene: Scene) -> None:
    scene.web.page("/1", TITLE, [BEFORE, *REST])
    (id,) = scene.lists("/1")
    scene.web.answer("/1", Answer(body=b"<html><body><p>Accept cookies</p></body></html>", conditional=True))

    (walled,) = scene.after(HOUR)
    assert walled.outcome is Outcome.UNREAD and walled.reason.startswith("page-worse")
    scene.web.page("/1", TITLE, [BEFORE, *REST])
    assert [one.reason for one in scene.after(6 * HOUR)] == ["not-modified"]
    assert scene.revisions(id) == [BEFORE]


def test_a_host_that_is_behind_its_pace_keeps_the_rest_for_the_next_sweep(scene: Scene) -> None:
    paths = [f"/{number}" for number in range(4)]
    for path in paths:
        scene.web.page(path, TITLE, [f"{BEFORE} It was report {path[1:]}.", *REST])
    scene.lists(*paths)
    scene.start_within = 0.0
    rounds = [scene.after(HOUR + minutes * timedelta(minutes=15)) for minutes in range(5)]

    assert [one.reason for one in rounds[0]] == ["not-modified"] + ["behind-pace"] * 3
    assert [sum(one.asked for one in found) for found in rounds] == [1, 1, 1, 1, 0]
    assert sorted(len(scene.web.seen(path)) for path in paths) == [2] * 4


def test_a_host_that_refuses_is_left_alone_with_all_its_pages_for_as_long_as_it_asks(scene: Scene) -> None:
    for path in ("/1", "/2"):
        scene.web.page(path, TITLE, [f"{BEFORE} It was report {path[1:]}.", *REST])
    scene.lists("/1", "/2")
    for path in ("/1", "/2"):
        scene.web.answer(path, Answer(429, headers={"Retry-After": "7200"}))

    refused, held = scene.after(HOUR)
    assert (refused.outcome, refused.reason) == (Outcome.RETRY, "rate-limited: HTTP 429")
    assert (held.outcome, held.reason, held.asked) == (Outcome.HELD, "retry-after", False)
    assert refused.id not in {one.id for one in scene.after(2.9 * HOUR)}
    assert refused.id in {one.id for one in scene.after(3 * HOUR)}


def test_a_publisher_that_paused_its_feeds_is_not_asked_for_pages_either(scene: Scene) -> None:
    scene.web.page("/1", TITLE, [BEFORE, *REST])
    scene.lists("/1")
    (source,) = scene.store.sources()
    record = PollRecord({}, NOON + 99 * HOUR, "well")
    scene.store.save_polls([(source.id, record)], NOON, {"127.0.0.1": NOON + 2 * HOUR})

    assert [one.reason for one in scene.after(HOUR)] == ["retry-after"]
    assert [one.reason for one in scene.after(2 * HOUR)] == ["not-modified"]


def test_a_server_that_fails_is_asked_again_soon(scene: Scene) -> None:
    scene.web.page("/1", TITLE, [BEFORE, *REST])
    scene.lists("/1")
    scene.web.answer("/1", Answer(502))
    (failed,) = scene.after(HOUR)
    scene.web.page("/1", TITLE, [AFTER, *REST])

    assert (failed.outcome, failed.reason) == (Outcome.RETRY, "server-error: HTTP 502")
    assert [one.reason for one in scene.after(HOUR + timedelta(seconds=30))] == ["text"]


def test_nothing_is_read_again_where_the_config_turns_it_off(scene: Scene) -> None:
    scene.spans = ()
    scene.web.page("/1", TITLE, [BEFORE, *REST])
    scene.lists("/1")

    assert [one for hours in range(60) for one in scene.after(hours * HOUR)] == []
    assert scene.store.counts()["page"] == {}


def test_an_old_article_is_not_read_again(scene: Scene) -> None:
    scene.web.page("/1", TITLE, [BEFORE, *REST])
    scene.lists("/1", published=NOON - 48 * HOUR)

    assert scene.after(HOUR) == [] and len(scene.web.seen("/1")) == 1


def test_a_daemon_that_comes_back_after_days_asks_for_no_old_page(scene: Scene) -> None:
    scene.web.page("/1", TITLE, [BEFORE, *REST])
    scene.lists("/1")

    assert [(one.reason, one.asked) for one in scene.after(100 * HOUR)] == [("too-late", False)]
    assert len(scene.web.seen("/1")) == 1 and scene.after(200 * HOUR) == []


def test_an_article_that_its_feed_carries_whole_has_no_page_to_read_again(scene: Scene) -> None:
    whole = "".join(f"<p>{text}</p>" for text in [BEFORE, *REST] * 3)
    (source,) = scene.store.sources()
    entry = an_entry("w", content_html=whole, link=scene.web.url("/w"))
    (ids,) = scene.store.save_polls([(source.id, PollRecord({}, NOON + 99 * HOUR, "well", entries=(entry,)))], NOON)
    (fetched,) = scene._run(lambda fetcher: scene._fetched(ids, fetcher))

    assert fetched.outcome is Outcome.DONE and scene.web.log == []
    assert scene.store.counts()["page"] == {}


class Refusing:
    """A fetcher that must not be asked."""

    async def fetch(self, request: FetchRequest) -> FetchResult:
        raise AssertionError(request.url)


def test_a_message_that_is_delivered_twice_reads_the_page_once(scene: Scene) -> None:
    scene.web.page("/1", TITLE, [BEFORE, *REST])
    (id,) = scene.lists("/1")
    scene.after(HOUR)
    again = asyncio.run(reread_pages(scene.store, Refusing(), [id], scene.clock, RereadRules(SPANS)))

    assert [one.outcome for one in again] == [Outcome.NOT_MINE]
