"""The stages in their order over a real store: what is stored, what is tried again, what is never done twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from monitor import pipeline
from monitor.adapters.clock import SetClock
from monitor.errors import FetchError
from monitor.model import Alert, Claim, ConflictChange, ConflictView, SourceKind
from monitor.pipeline import Compared, Fetched, Outcome
from monitor.polling import Polled, SourceHealth, poll_sources
from monitor.ports import ArticleState, Candidates, Comparison, FetchResult, Work
from monitor.store.repository import SqlStore, open_store
from tests.fakes.engine import FakeEngine, FakeFetcher
from tests.fakes.loopback import Item, article_page, rss
from tests.fakes.values import HOUR, NOON, a_claim, a_source, an_alert, an_article

SOURCE = a_source(every=HOUR)
NOT_POLLED = Polled(Outcome.NOT_MINE)
PAGE = "https://wire.example/1"
TEXT = [
    "The army said on Saturday that its troops had taken the village of Makhnovka after a week of fighting there.",
    "Officials in the region did not comment, and the report could not be confirmed by other outlets at the time.",
    "People who left the village in the morning said that there had been shelling for most of the night.",
]
GOOD_PAGE = article_page("Troops take Makhnovka", TEXT)
FEED = rss([Item("Troops take Makhnovka", PAGE, guid="g1", published=NOON - HOUR)])


@pytest.fixture
def store() -> Iterator[SqlStore]:
    opened = open_store("sqlite://")
    opened.sync_sources([SOURCE], NOON)
    yield opened
    opened.close()


def serving(page: bytes | FetchResult | FetchError = GOOD_PAGE) -> FakeFetcher:
    return FakeFetcher({SOURCE.feed: FEED, PAGE: page})


def poll(store: SqlStore, fetcher: FakeFetcher, now=NOON, **more: bool) -> Polled:  # type: ignore[no-untyped-def]
    (source,) = store.sources()

    async def poll_it() -> list[Polled]:
        return [one async for one in poll_sources(store, fetcher, [source.id], SetClock(now), **more)]

    return next(iter(asyncio.run(poll_it())), NOT_POLLED)


def fetch(store: SqlStore, fetcher: FakeFetcher, now=NOON) -> Fetched:  # type: ignore[no-untyped-def]
    (entry,) = store.take_due(Work.ENTRY, now + HOUR, 10, HOUR)
    return asyncio.run(pipeline.fetch_article(store, fetcher, entry, now))


def no_alerts(change: ConflictChange, view: ConflictView, now: object) -> list[Alert]:
    return []


class Tagging:
    """A tagger that counts."""

    language = "en"

    def __init__(self, *claims: Claim) -> None:
        self.claims = list(claims)
        self.read: list[str] = []

    def tag(self, article: object) -> list[Claim]:
        self.read.append(article.id)  # type: ignore[attr-defined]
        return self.claims


def test_a_poll_stores_what_the_feed_lists_once(store: SqlStore) -> None:
    first = poll(store, serving())
    again = poll(store, serving(), NOON + 2 * HOUR)

    assert (first.outcome, len(first.entries), first.health) == (Outcome.DONE, 1, SourceHealth.WELL)
    assert (again.outcome, again.entries) == (Outcome.UNCHANGED, ())


def test_a_poll_before_its_time_does_not_reach_the_network(store: SqlStore) -> None:
    poll(store, serving())
    fetcher = serving()

    assert poll(store, fetcher, NOON + HOUR / 2) is NOT_POLLED
    assert fetcher.requests == []


def test_validators_are_sent_back_byte_for_byte(store: SqlStore) -> None:
    headers = {"etag": 'W/"a b"', "last-modified": "yesterday, more or less"}
    poll(store, FakeFetcher({SOURCE.feed: FetchResult(SOURCE.feed, 200, FEED, headers, SOURCE.feed)}))
    fetcher = FakeFetcher({SOURCE.feed: FetchResult(SOURCE.feed, 304, b"", {}, SOURCE.feed)})

    assert poll(store, fetcher, NOON + 2 * HOUR).outcome is Outcome.UNCHANGED
    assert (fetcher.requests[0].etag, fetcher.requests[0].last_modified) == (headers["etag"], headers["last-modified"])


def test_a_failing_source_turns_once_and_turns_back_once(store: SqlStore) -> None:
    down = FakeFetcher({SOURCE.feed: FetchError("timeout", "no answer", SOURCE.feed)})
    turns = []
    for hours, fetcher in ((0, serving()), (9, down), (30, down), (60, down), (90, serving()), (120, serving())):
        turns.append(poll(store, fetcher, NOON + hours * HOUR).turned)

    assert turns == [True, True, False, False, True, False]


def test_a_page_that_is_no_feed_keeps_the_old_validators(store: SqlStore) -> None:
    good = FetchResult(SOURCE.feed, 200, FEED, {"etag": '"good"'}, SOURCE.feed)
    bad = FetchResult(SOURCE.feed, 200, b"<html><body>login</body></html>", {"etag": '"bad"'}, SOURCE.feed)
    poll(store, FakeFetcher({SOURCE.feed: good}))
    failed = poll(store, FakeFetcher({SOURCE.feed: bad}), NOON + 2 * HOUR)
    fetcher = FakeFetcher({SOURCE.feed: good})
    poll(store, fetcher, NOON + 24 * HOUR)

    assert failed.outcome is Outcome.FAILED and "html" in failed.reason
    assert fetcher.requests[0].etag == '"good"'


def test_an_entry_becomes_an_article_with_its_origin(store: SqlStore) -> None:
    poll(store, serving())
    fetched = fetch(store, serving())

    assert fetched.outcome is Outcome.DONE and fetched.article is not None
    article = store.article(fetched.article)
    assert article is not None
    assert (article.source, article.url, article.published) == (SOURCE.name, PAGE, NOON - HOUR)
    assert TEXT[0] in article.text and "Privacy policy" not in article.text


def test_a_page_that_cannot_be_read_as_an_article_is_stored_as_such_and_not_tagged(store: SqlStore) -> None:
    poll(store, serving())
    pdf = FetchResult(PAGE, 200, b"%PDF-1.7 ...", {"content-type": "application/pdf"}, PAGE)
    fetched = fetch(store, serving(pdf))

    assert fetched.outcome is Outcome.UNREAD and "not-html" in fetched.reason
    assert store.take_due(Work.ARTICLE, NOON + 99 * HOUR, 10, HOUR) == []


def test_a_page_that_fails_is_tried_again_and_given_up_in_the_end(store: SqlStore) -> None:
    poll(store, serving())
    outcomes = []
    now = NOON
    for _ in range(pipeline.ATTEMPTS):
        outcomes.append(fetch(store, serving(FetchError("timeout", "", PAGE)), now).outcome)
        now += 6 * HOUR

    assert outcomes == [Outcome.RETRY] * (pipeline.ATTEMPTS - 1) + [Outcome.FAILED]
    assert store.counts()["entry"] == {"dead": 1}


def test_a_missing_page_for_good_is_given_up_at_once(store: SqlStore) -> None:
    poll(store, serving())

    assert fetch(store, serving(FetchError("gone", "", PAGE, False))).outcome is Outcome.FAILED


def test_an_article_is_tagged_once_however_often_its_message_comes(store: SqlStore) -> None:
    store.save_article(None, an_article(), SourceKind.OTHER, (), ArticleState.FETCHED, NOON)
    tagger = Tagging(a_claim())

    outcomes = [pipeline.tag_article(store, tagger, "a1", NOON).outcome for _ in range(3)]

    assert outcomes == [Outcome.DONE, Outcome.NOT_MINE, Outcome.NOT_MINE]
    assert tagger.read == ["a1"] and len(list(store.claims())) == 1


def tagged(store: SqlStore, id: str, answer: str, **changes: object) -> None:
    article = an_article(id, **changes)
    store.save_article(None, article, SourceKind.OTHER, (), ArticleState.FETCHED, NOON)
    store.save_claims(article, [a_claim(f"c-{id}", id, answer=answer)], NOON)


def compare(store: SqlStore, id: str, plan=no_alerts) -> Compared:  # type: ignore[no-untyped-def]
    return pipeline.compare_claims(store, FakeEngine(), plan, id, NOON)


def test_two_articles_that_cannot_both_be_true_open_one_conflict(store: SqlStore) -> None:
    tagged(store, "a1", "held")
    tagged(store, "a2", "lost")
    first, second, again = compare(store, "a1"), compare(store, "a2"), compare(store, "a2")

    assert len(first.changes) == 1 and second.changes == () and again.outcome is Outcome.NOT_MINE
    assert [conflict.id for conflict in store.conflicts()] == ["k-Makhnovka"]


def test_a_copy_of_a_report_does_not_conflict_with_it(store: SqlStore) -> None:
    tagged(store, "a1", "held")
    tagged(store, "a2", "lost", copy_of="a1")

    assert compare(store, "a2").changes == ()


def test_alerts_are_stored_with_the_conflict_that_caused_them(store: SqlStore) -> None:
    tagged(store, "a1", "held")
    tagged(store, "a2", "lost")

    def plan(change: ConflictChange, view: ConflictView, now: object) -> list[Alert]:
        assert set(view.articles) == {"a1", "a2"}
        return [an_alert(conflict=change.conflict.id)]

    assert len(compare(store, "a2", plan).alerts) == 1
    assert [alert.conflict for alert in store.alerts()] == ["k-Makhnovka"]


class Raced(SqlStore):
    """A store in which another comparison comes first, so many times."""

    races = 2

    def load_comparison(self, article: str, reach: Candidates) -> Comparison:
        seen = super().load_comparison(article, reach)
        if self.races:
            self.races -= 1
            other = FakeEngine().update(seen.new, seen.candidates, (), NOON, {})
            assert super().save_comparison("another", seen, other, (), NOON)
        return seen


def test_a_comparison_that_lost_a_race_looks_again(store: SqlStore) -> None:
    tagged(store, "a1", "held")
    tagged(store, "a2", "lost")
    raced = Raced(store.engine)

    assert pipeline.compare_claims(raced, FakeEngine(), no_alerts, "a2", NOON).outcome is Outcome.DONE
    assert len(store.conflicts()) == 1 and store.article_state("a2") is ArticleState.COMPARED


def test_the_wait_between_attempts_doubles_up_to_four_hours() -> None:
    assert [pipeline.backoff(number).total_seconds() for number in (1, 2, 3, 50)] == [30, 60, 120, 14400]


def test_a_shortened_copy_of_a_report_names_its_original(store: SqlStore) -> None:
    story = " ".join(TEXT)
    pipeline.take_in(store, an_article("a1", source="First", text=story), SourceKind.AGENCY, NOON)
    pipeline.take_in(store, an_article("a2", source="Second", text=" ".join(TEXT[:2])), SourceKind.LOCAL, NOON)
    pipeline.take_in(store, an_article("a3", source="Third", text="Rain fell. " * 30), SourceKind.LOCAL, NOON)

    copies = {id: article.copy_of for id in ("a1", "a2", "a3") if (article := store.article(id))}
    assert copies == {"a1": None, "a2": "a1", "a3": None}
