"""WebSub (W3C Recommendation, 23 January 2018), the subscriber's rules: what is offered, granted, and genuine.

Pure: no request is made here. A feed names a hub and its own address (the topic); the hub then pushes what is new.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from monitor.poll.state import PollOutcome
from monitor.ports import PushOffer

ASKED_LEASE = timedelta(days=10)
UNNAMED_LEASE = timedelta(days=1)  # of hubs that follow an older draft and name none
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=30)
MAX_URL = 2000
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})  # section 8; many hubs know only the first
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[^\s=;,]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s;,\"]*))?)*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]*))", re.IGNORECASE)


class PushRefusal(StrEnum):
    """Why something that came to a callback was not taken."""

    UNKNOWN = "unknown-subscription"
    OTHER_TOPIC = "other-topic"
    NOT_ASKED = "not-asked-for"
    LAPSED = "lapsed"
    TOO_LARGE = "too-large"
    UNSIGNED = "unsigned"
    BAD_SIGNATURE = "bad-signature"
    UNREADABLE = "unreadable"


def offer(outcome: PollOutcome, url: str) -> PushOffer | None:
    """Return the hub and topic that an answer names, its headers before its body; None when it names no hub."""
    linked = dict(reversed(list(link_relations(outcome.headers.get("link", "")))))
    feed = outcome.feed
    if feed is None:
        return None
    hub = _web(urljoin(url, linked.get("hub", "") or feed.hub or ""))
    if ("hub" not in linked and not feed.hub) or hub is None:
        return None
    topic = _web(urljoin(url, linked.get("self", "") or feed.self_link or url))
    return PushOffer(hub, topic) if topic else None


def link_relations(header: str) -> Iterator[tuple[str, str]]:
    """Yield (relation, target) of a Link header (RFC 8288), one for each relation that a link has."""
    for target, parameters in _LINK.findall(header[:20_000]):
        found = _REL.search(parameters)
        for relation in (found[1] or found[2] or "").lower().split() if found else ():
            yield relation, target.strip()


def is_signed(header: str | None, secret: str, body: bytes) -> bool:
    """Tell whether `X-Hub-Signature: method=hex` is the HMAC of a body under our secret, in constant time."""
    method, _, given = (header or "").strip().partition("=")
    if method.lower() not in _METHODS or not given.isascii():
        return False
    wanted = hmac.new(secret.encode(), body, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(wanted, given.strip().lower())


def granted(seconds: str | None) -> timedelta:
    """Return the lease of a verification request, within bounds of our own."""
    if not seconds or not (seconds.isascii() and seconds.isdigit()):
        return UNNAMED_LEASE
    return max(SHORTEST, min(timedelta(seconds=int(seconds[:10])), LONGEST))


def renewal_after(lease: timedelta) -> timedelta:
    """Return when a lease is renewed: with a third of it left, so that a hub may be down for a while."""
    return lease * 2 / 3


def retry_after_failures(failures: int) -> timedelta:
    """Return how long a hub that refused or did not answer is left alone: an hour, doubling, a day at most."""
    return timedelta(hours=min(2 ** min(max(failures - 1, 0), 5), 24))


def _web(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and len(url) <= MAX_URL
    return url if fits else None
