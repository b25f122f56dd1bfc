"""Subscriptions, pauses and notices on every kind of database."""

from __future__ import annotations

from datetime import timedelta

from monitor.ports import PollRecord, PushOffer, PushState, Work
from monitor.store.repository import SqlStore
from tests.fakes.values import HOUR, NOON, a_source, an_entry

LEASE = timedelta(minutes=3)
OFFER = PushOffer("https://hub.example/", "https://wire.example/feed")


def polled(store: SqlStore, offer: PushOffer = OFFER, notice: str = "") -> str:
    store.sync_sources([a_source()], NOON)
    (id,) = store.source_ids()
    store.save_polls([(id, PollRecord({}, NOON + HOUR, "well", notice=notice))], NOON, {}, {id: offer})
    return id


def test_an_offer_is_asked_for_once_and_another_hub_begins_anew(store: SqlStore) -> None:
    polled(store)
    (id,) = store.take_due(Work.SUBSCRIPTION, NOON, 10, HOUR)
    polled(store)
    assert store.take_due(Work.SUBSCRIPTION, NOON, 10, HOUR) == []

    polled(store, PushOffer("https://other.example/", OFFER.topic))
    (other,) = store.take_due(Work.SUBSCRIPTION, NOON, 10, HOUR)
    assert other != id and store.subscription(id) is None


def test_a_confirmation_that_comes_before_the_answer_is_not_undone_by_it(store: SqlStore) -> None:
    source = polled(store)
    (id,) = store.take_due(Work.SUBSCRIPTION, NOON, 10, HOUR)
    claimed = store.claim_subscription(id, NOON, LEASE)
    assert claimed is not None and store.claim_subscription(id, NOON, LEASE) is None
    store.subscription_confirmed(id, NOON + 9 * HOUR, NOON + 6 * HOUR)
    store.subscription_asked(claimed, NOON + HOUR, PushState.ASKED, "")

    after = store.subscription(id)
    assert after is not None and (after.state, after.attempts) == (PushState.LIVE, 0)
    assert store.push_leases([source]) == {source: NOON + 9 * HOUR}
    assert store.take_due(Work.SUBSCRIPTION, NOON + 5 * HOUR, 10, HOUR) == []
    assert store.take_due(Work.SUBSCRIPTION, NOON + 6 * HOUR, 10, HOUR) == [id]

    store.subscription_denied(id, NOON + 20 * HOUR, "denied")
    assert store.push_leases([source]) == {}


def test_a_pause_holds_until_it_ends_and_a_later_one_replaces_it(store: SqlStore) -> None:
    source = polled(store)
    record = PollRecord({}, NOON + HOUR, "well")
    store.save_polls([(source, record)], NOON, {"a.example": NOON + HOUR, "b.example": NOON + HOUR})
    store.save_polls([(source, record)], NOON, {"a.example": NOON + 3 * HOUR})

    assert store.pauses(["a.example", "c.example"], NOON) == {"a.example": NOON + 3 * HOUR}
    assert store.pauses(["a.example", "b.example"], NOON + 2 * HOUR) == {"a.example": NOON + 3 * HOUR}
    assert store.pauses(["a.example"], NOON + 3 * HOUR) == {}


def test_a_notice_is_sent_like_any_other_work(store: SqlStore) -> None:
    polled(store, notice="Wire fails")
    polled(store, notice="Wire fails")
    (id,) = store.take_due(Work.NOTICE, NOON, 10, HOUR)
    claimed = store.claim_notice(id, NOON, LEASE)
    assert claimed is not None and (claimed.text, claimed.told) == ("Wire fails", ())
    store.notice_told(id, ["a"], NOON, NOON + HOUR, "b: refused")

    again = store.claim_notice(id, NOON + HOUR, LEASE)
    assert again is not None and again.told == ("a",)
    store.notice_told(id, ["a", "b"], NOON + HOUR, None, "")
    assert store.claim_notice(id, NOON + 9 * HOUR, LEASE) is None
    assert store.counts()["notice"] == {"sent": 1}


def test_pushed_entries_are_due_without_a_message_and_stored_once(store: SqlStore) -> None:
    source = polled(store)
    first = store.save_pushed(source, [an_entry("e1"), an_entry("e2")], NOON)
    again = store.save_pushed(source, [an_entry("e1")], NOON)

    assert len(first) == 2 and again == []
    assert sorted(store.take_due(Work.ENTRY, NOON, 10, HOUR)) == sorted(first)
