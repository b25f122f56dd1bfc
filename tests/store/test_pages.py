"""Pages that are read again: when they are due, who has them, what is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import SourceKind
from monitor.ports import ArticleState, PageState, Work
from monitor.store.repository import SqlStore
from tests.fakes.values import HOUR, NOON, an_article

PAGE = PageState("https://wire.example/a1", NOON, NOON + HOUR, "fresh", 'W/"1"', "Sat, 10 Jan 2026 11:00:00 GMT")


def stored(store: SqlStore, page: PageState = PAGE, now: datetime = NOON) -> None:
    store.save_article(None, an_article(), SourceKind.AGENCY, (), ArticleState.FETCHED, now, page)


def test_a_page_is_due_when_it_was_said_to_be_and_claimed_once(store: SqlStore) -> None:
    stored(store)

    assert store.take_due(Work.PAGE, NOON + HOUR / 2, 10, HOUR) == []
    assert store.take_due(Work.PAGE, NOON + HOUR, 10, HOUR) == ["a1"]
    claimed = store.claim_page("a1", NOON + HOUR, HOUR)
    assert claimed is not None
    assert (claimed.kind, claimed.attempts) == (SourceKind.AGENCY, 1)
    assert replace(claimed.page, next_at=PAGE.next_at) == PAGE
    assert store.claim_page("a1", NOON + HOUR, HOUR) is None
    assert store.page_urls(["a1", "a2"]) == {"a1": PAGE.url}


def test_a_page_whose_worker_died_is_due_again_after_its_lease(store: SqlStore) -> None:
    stored(store)
    store.claim_page("a1", NOON + HOUR, HOUR)

    assert store.take_due(Work.PAGE, NOON + 2 * HOUR, 10, HOUR) == ["a1"]


def test_a_page_that_is_never_read_again_is_not_stored(store: SqlStore) -> None:
    stored(store, replace(PAGE, next_at=None))

    assert store.counts()["page"] == {} and store.page_urls(["a1"]) == {}


def test_an_article_read_anew_keeps_the_time_from_which_its_page_is_fresh(store: SqlStore) -> None:
    stored(store)
    stored(store, replace(PAGE, first=NOON + HOUR, etag='"2"', next_at=NOON + 6 * HOUR), NOON + HOUR)

    claimed = store.claim_page("a1", NOON + 6 * HOUR, HOUR)
    assert claimed is not None and (claimed.page.first, claimed.page.etag) == (NOON, '"2"')


def test_a_page_that_was_read_for_the_last_time_is_forgotten_in_the_end(store: SqlStore) -> None:
    stored(store)
    store.claim_page("a1", NOON + HOUR, HOUR)
    store.save_page("a1", replace(PAGE, next_at=None, reason="all-read"), NOON + HOUR)

    assert store.counts()["page"] == {"read": 1}
    assert store.take_due(Work.PAGE, NOON + 99 * HOUR, 10, HOUR) == []
    store.prune(NOON + timedelta(days=15))
    assert store.counts()["page"] == {}
