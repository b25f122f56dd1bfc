"""WebSub: subscribes at hubs, answers their verification, and takes in what they push (W3C Recommendation, 2018).

A subscription only ever adds: while its lease lasts the source is still polled, rarely, and as before when it lapses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urljoin

from monitor.errors import FeedError, FetchError
from monitor.model import Feed
from monitor.pipeline import LEASE, Outcome
from monitor.poll.feed import parse_feed
from monitor.poll.push import (
    ASKED_LEASE,
    PushRefusal,
    granted,
    is_signed,
    link_relations,
    renewal_after,
    retry_after_failures,
)
from monitor.poll.settle import settle_keys
from monitor.ports import FetchResult, PushState, Store, StoredSubscription
from monitor.text.urls import canonical_url

CALLBACK = "websub"  # the path below web.public_url; what follows it is the subscription's id
UNCONFIRMED = timedelta(hours=1)  # how long a hub may take to confirm before it is asked again
DENIED = timedelta(days=7)
LATE = timedelta(hours=1)  # how long after its lease a push is still taken


class Poster(Protocol):
    """Sends a form; raises FetchError only."""

    async def post(self, url: str, form: Mapping[str, str]) -> FetchResult:
        """Return the final answer."""
        ...


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What became of a request to a hub."""

    outcome: Outcome
    source: str = ""
    hub: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of something that came to a callback; `entries` are new or changed."""

    source: str = ""
    entries: tuple[str, ...] = ()
    refusal: PushRefusal | None = None
    detail: str = ""


async def subscribe(store: Store, hub: Poster, id: str, public_url: str, now: datetime) -> Subscribed:
    """Ask a hub for a subscription that is due, new or to be renewed; the hub confirms it at the callback."""
    one = store.claim_subscription(id, now, LEASE)
    if one is None:
        return Subscribed(Outcome.NOT_MINE)
    try:
        answer = await hub.post(one.hub, _request(one, public_url))
        if not 200 <= answer.status < 300:
            raise FetchError("refused", f"HTTP {answer.status}", one.hub)
    except FetchError as error:
        reason = f"{error.reason}: {error.detail}"[:400]
        store.subscription_asked(one, now + retry_after_failures(one.attempts), PushState.REFUSED, reason)
        return Subscribed(Outcome.RETRY, one.name, one.hub, reason)
    store.subscription_asked(one, now + UNCONFIRMED, PushState.ASKED, "")
    return Subscribed(Outcome.DONE, one.name, one.hub)


def _request(one: StoredSubscription, public_url: str) -> dict[str, str]:
    # The secret stays the same when a lease is renewed: pushes may be under way.
    return {
        "hub.mode": "subscribe",
        "hub.topic": one.topic,
        "hub.callback": callback_url(public_url, one.id),
        "hub.lease_seconds": str(int(ASKED_LEASE.total_seconds())),
        "hub.secret": one.secret,
    }


def callback_url(public_url: str, id: str) -> str:
    """Return the address at which a hub reaches us for one subscription."""
    return urljoin(public_url if public_url.endswith("/") else f"{public_url}/", f"{CALLBACK}/{id}")


def verify(store: Store, id: str, query: Mapping[str, str], now: datetime) -> tuple[str, PushRefusal | None]:
    """Answer a hub's verification of intent (section 5.3): the challenge to echo, or why it is refused.

    A denial (section 5.2) is noted and acknowledged. We never unsubscribe, so that a request to confirm it is not ours.
    """
    one = store.subscription(id)
    if one is None or not one.active:
        return "", PushRefusal.UNKNOWN
    if query.get("hub.topic") != one.topic:
        return "", PushRefusal.OTHER_TOPIC
    mode, challenge = query.get("hub.mode"), query.get("hub.challenge", "")
    if mode == "denied":
        store.subscription_denied(id, now + DENIED, f"denied: {query.get('hub.reason', '')}"[:400])
        return "", None
    if mode != "subscribe" or not challenge:
        return "", PushRefusal.NOT_ASKED
    lease = granted(query.get("hub.lease_seconds"))
    store.subscription_confirmed(id, now + lease, now + renewal_after(lease))
    return challenge, None


def take_push(store: Store, id: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Pushed:
    """Store the entries that a hub pushed, once it is sure that it is our hub and our topic.

    `headers` have lower-case names. Validators and the time of the next poll stay as they are.
    """
    one = store.subscription(id)
    refusal = _refusal(one, headers, body, now)
    if one is None or refusal is not None:
        return Pushed(one.name if one else "", refusal=refusal)
    try:
        feed = parse_feed(body, headers.get("content-type"), one.topic)
    except FeedError as error:
        return Pushed(one.name, (), PushRefusal.UNREADABLE, f"{error.reason}: {error.detail}")
    return Pushed(one.name, tuple(_save(store, one.source, feed, now)))


def _refusal(
    one: StoredSubscription | None, headers: Mapping[str, str], body: bytes, now: datetime
) -> PushRefusal | None:
    if one is None or not one.active:
        return PushRefusal.UNKNOWN
    if one.lease_until is None or one.lease_until + LATE < now:
        return PushRefusal.LAPSED
    signature = headers.get("x-hub-signature")
    if signature is None:
        return PushRefusal.UNSIGNED
    if not is_signed(signature, one.secret, body):
        return PushRefusal.BAD_SIGNATURE
    topics = [target for relation, target in link_relations(headers.get("link", "")) if relation == "self"]
    return PushRefusal.OTHER_TOPIC if topics and one.topic not in topics else None


def _save(store: Store, source: str, feed: Feed, now: datetime) -> Sequence[str]:
    links = sorted({canonical_url(entry.link) for entry in feed.entries if entry.link})
    known = store.known_keys_of([(source, links)])[source]
    return store.save_pushed(source, settle_keys(feed.entries, known), now)
