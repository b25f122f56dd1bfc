"""Rows that want attention: claimed by one, given back, swept, finished once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from monitor.errors import StoreError
from monitor.model import Entry, SourceKind
from monitor.ports import GRACE, ArticleState, PollRecord, Work
from monitor.store.repository import SqlStore, open_store
from tests.fakes.values import HOUR, NOON, a_source, an_article, an_entry

LEASE = timedelta(minutes=3)
HOLD = timedelta(minutes=15)


def listed(store: SqlStore, *keys: str) -> list[str]:
    store.sync_sources([a_source()], NOON)
    (id,) = store.take_due(Work.SOURCE, NOON, 10, HOLD)
    assert claim(store, id)
    return save(store, id, *(an_entry(key) for key in keys), memory={"etag": '"1"'})


def claim(store: SqlStore, id: str, force: bool = False) -> bool:
    return bool(store.claim_sources([id], NOON, LEASE, force))


def save(store: SqlStore, id: str, *entries: Entry, memory: dict[str, str] | None = None) -> list[str]:
    return store.save_polls([(id, PollRecord(memory or {}, NOON + HOUR, "well", "", entries))], NOON)[0]


def test_a_source_is_due_once_and_claimed_by_one_worker(store: SqlStore) -> None:
    store.sync_sources([a_source()], NOON)
    (id,) = store.take_due(Work.SOURCE, NOON, 10, HOLD)

    assert store.take_due(Work.SOURCE, NOON, 10, HOLD) == []
    assert claim(store, id)
    assert not claim(store, id)


def test_a_lost_message_is_sent_again_after_the_hold(store: SqlStore) -> None:
    store.sync_sources([a_source()], NOON)
    ids = store.take_due(Work.SOURCE, NOON, 10, HOLD)

    assert store.take_due(Work.SOURCE, NOON + HOLD, 10, HOLD) == ids


def test_a_worker_that_never_came_back_loses_its_row_when_the_lease_ends(store: SqlStore) -> None:
    (entry,) = listed(store, "e1")
    assert store.claim_entry(entry, NOON, LEASE)

    assert store.claim_entry(entry, NOON + LEASE - timedelta(seconds=1), LEASE) is None
    again = store.claim_entry(entry, NOON + LEASE, LEASE)
    assert again is not None and again.attempts == 2


def test_polling_the_same_list_again_adds_nothing(store: SqlStore) -> None:
    first = listed(store, "e1", "e2")
    (source,) = [one.id for one in store.sources()]

    again = save(store, source, an_entry("e1"), an_entry("e2"), an_entry("e3"))

    assert len(first) == 2 and len(again) == 1 and not set(first) & set(again)


def test_an_entry_that_changed_is_fetched_again_but_not_without_end(store: SqlStore) -> None:
    (entry,) = listed(store, "e1")
    (source,) = [one.id for one in store.sources()]
    came = []
    for number in range(40):
        came += save(store, source, an_entry("e1", title=f"Title at {number}"))

    assert came and set(came) == {entry} and len(came) < 30


def test_what_a_poll_left_behind_survives_a_restart_of_the_daemon(store: SqlStore) -> None:
    listed(store, "e1")
    store.sync_sources([a_source()], NOON)
    store.release_held(NOON)

    (stored,) = store.sources()
    assert stored.memory == {"etag": '"1"'} and stored.state == "well"
    assert store.take_due(Work.SOURCE, NOON + HOUR - timedelta(seconds=1), 10, HOLD) == []
    assert store.take_due(Work.SOURCE, NOON + HOUR, 10, HOLD) == [stored.id]


def test_a_source_that_left_the_config_is_no_longer_due_and_comes_back_with_its_timer(store: SqlStore) -> None:
    listed(store, "e1")
    store.sync_sources([], NOON)
    assert store.sources() == [] and store.take_due(Work.SOURCE, NOON + 9 * HOUR, 10, HOLD) == []

    store.sync_sources([a_source()], NOON)
    assert store.take_due(Work.SOURCE, NOON + HOUR / 2, 10, HOLD) == []
    assert len(store.take_due(Work.SOURCE, NOON + HOUR, 10, HOLD)) == 1


def test_forcing_polls_a_source_before_its_time_but_not_one_that_is_being_polled(store: SqlStore) -> None:
    listed(store, "e1")
    (source,) = [one.id for one in store.sources()]

    assert not claim(store, source)
    assert claim(store, source, force=True)
    assert not claim(store, source, force=True)


def test_after_a_crash_everything_held_or_queued_is_due_at_once(store: SqlStore) -> None:
    first, second = listed(store, "e1", "e2")
    assert store.claim_entry(first, NOON, LEASE)

    store.release_held(NOON)

    assert set(store.take_due(Work.ENTRY, NOON, 10, HOLD)) == {first, second}
    assert store.claim_entry(first, NOON, LEASE) is not None


def test_a_broker_that_lost_its_messages_does_not_free_what_workers_hold(store: SqlStore) -> None:
    first, second = listed(store, "e1", "e2")
    assert store.claim_entry(first, NOON, LEASE)

    store.release_queued()

    assert store.take_due(Work.ENTRY, NOON, 10, HOLD) == [second]


def test_a_row_put_off_comes_back_at_its_time_and_a_buried_one_never(store: SqlStore) -> None:
    first, second = listed(store, "e1", "e2")
    for id in (first, second):
        assert store.claim_entry(id, NOON, LEASE)
    store.retry_later(Work.ENTRY, first, NOON + HOUR, "timeout")
    store.bury(Work.ENTRY, second, NOON, "not-found")

    assert store.take_due(Work.ENTRY, NOON + HOUR / 2, 10, HOLD) == []
    assert store.take_due(Work.ENTRY, NOON + HOUR, 10, HOLD) == [first]
    assert store.counts()["entry"] == {"new": 1, "dead": 1}


def test_eight_workers_at_once_claim_each_row_once(store: SqlStore) -> None:
    if store.engine.url.database in (None, ""):
        return  # in memory there is one connection and one thread
    ids = listed(store, *(f"e{number}" for number in range(12)))

    def claims(_: int) -> list[str]:
        return [id for id in ids if store.claim_entry(id, NOON, LEASE)]

    with ThreadPoolExecutor(8) as pool:
        claimed = [id for found in pool.map(claims, range(8)) for id in found]
    assert sorted(claimed) == sorted(ids)


def test_an_article_is_stored_once_and_finishes_its_entry(store: SqlStore) -> None:
    (entry,) = listed(store, "e1")
    assert store.claim_entry(entry, NOON, LEASE)
    save = (SourceKind.AGENCY, (1, 2), ArticleState.FETCHED, NOON)

    assert store.save_article(entry, an_article(), *save) == "a1"
    assert store.save_article(entry, an_article(), *save) is None
    assert store.take_due(Work.ENTRY, NOON + 9 * HOUR, 10, HOLD) == []
    assert store.take_due(Work.ARTICLE, NOON + GRACE, 10, HOLD) == ["a1"]
    assert store.article("a1") == an_article()


def test_another_text_is_the_next_revision(store: SqlStore) -> None:
    save = (SourceKind.AGENCY, (), ArticleState.FETCHED, NOON)
    store.save_article(None, an_article(), *save)

    assert store.save_article(None, an_article(text="Troops left Makhnovka."), *save) == "a1"
    kept = store.article("a1")
    assert kept is not None and (kept.revision, kept.text) == (2, "Troops left Makhnovka.")


def test_articles_that_share_wording_are_found_the_most_alike_first(store: SqlStore) -> None:
    for id, marks in (("a1", (1, 2, 3)), ("a2", (3, 4)), ("a3", (9,))):
        store.save_article(None, an_article(id), SourceKind.OTHER, marks, ArticleState.FETCHED, NOON)
    store.save_article(
        None, an_article("old", published=NOON - 99 * HOUR), SourceKind.OTHER, (1, 2, 3), ArticleState.FETCHED, NOON
    )

    assert [one.id for one in store.similar_articles((1, 2, 3), NOON - HOUR, 5)] == ["a1", "a2"]


def test_an_unknown_kind_of_storage_is_refused_in_words() -> None:
    try:
        open_store("mongodb://somewhere")
    except StoreError as error:
        assert error.reason == "unknown-storage"
    else:
        raise AssertionError("it was taken")
