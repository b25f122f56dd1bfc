"""When a source is polled next, and why then: the one place that decides it.

Pure: `decide` takes what was remembered, what a poll brought and the present, and returns what to remember. A next poll
is never before anything the publisher asks for, whatever the config says.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from monitor.model import Feed
from monitor.poll.freshness import Wish, allowed_from, wishes
from monitor.poll.state import DueReason, PollOutcome, PollResult, PollState

__all__ = ["DueReason", "PollOutcome", "PollResult", "PollState", "batches", "decide", "publishing_interval"]

FLOOR = timedelta(minutes=15)  # the least adaptive interval: what publishers stand without having been asked
SLOWEST = timedelta(hours=12)
PUSHED = timedelta(hours=6)  # a source that pushes is still polled, in case its hub is broken
BACKOFF_FIRST, BACKOFF_CAP = timedelta(minutes=10), timedelta(hours=6)
MOVES_NEEDED = 5  # identical permanent redirects before the new address is taken over
JITTER, JITTER_CAP = 0.1, timedelta(minutes=5)
REMEMBERED = 40
_WINDOWS = tuple(span * 3600.0 for span in (2, 12, 48, 168))  # seconds


def decide(name: str, every: timedelta | None, state: PollState, outcome: PollOutcome, now: datetime) -> PollState:
    """Return a source's memory after a poll: next time and reason, validators, failures, a permanent move.

    `name` seeds the jitter, `every` is the config's interval (None: adaptive).
    """
    if outcome.result is PollResult.PUT_OFF:
        return _put_off(name, state, outcome, now)
    learned = _learn(state, outcome, now)
    if outcome.status == 410:
        return replace(state, **learned | {"disabled": True, "next_poll": None, "due": DueReason.GONE})
    if outcome.feed is not None:  # the feed's own schedule holds from now on
        state = replace(state, **_scheduled(outcome.feed))
    failures = learned["failures"]
    wanted = [
        _own_wish(name, every, state, failures, now),
        *wishes(state, outcome.headers, outcome.status, now),
    ]
    when, reason = max(wanted, key=lambda wish: wish[0])
    allowed, skip = allowed_from(when, state)
    return replace(state, **learned, next_poll=allowed, due=skip or reason)


def _put_off(name: str, state: PollState, outcome: PollOutcome, now: datetime) -> PollState:
    if outcome.until is None:
        return replace(state, next_poll=now)  # it was due, and is so still
    when, skip = allowed_from(outcome.until + JITTER_CAP * _fraction(name), state)
    return replace(state, next_poll=when, due=skip or DueReason(outcome.reason))


def publishing_interval(published: Sequence[float], now: datetime) -> timedelta:
    """Return an interval that fits how often a source publishes (epoch seconds, newest first).

    Miniflux takes the mean gap of a week. Here the fastest of four windows counts (2 h, 12 h, 2 d, 7 d), each with at
    least three entries, so that a burst of news shortens the interval at once and a quiet night lengthens it again.
    Clamped to FLOOR … SLOWEST.
    """
    present = now.timestamp()
    ages = [present - time for time in published if time <= present]  # ascending
    gaps = []
    for window in _WINDOWS:
        inside = bisect_right(ages, window)
        if inside >= 3:
            gaps.append(window / inside)
    return max(FLOOR, min(timedelta(seconds=min(gaps)), SLOWEST)) if gaps else SLOWEST


_T = TypeVar("_T")


def batches(due: Iterable[_T], host: Callable[[_T], str], size: int = 50) -> list[list[_T]]:
    """Group due sources so that one host's are in one batch (which paces them), and small hosts share batches."""
    hosts: dict[str, list[_T]] = defaultdict(list)
    for item in due:
        hosts[host(item)].append(item)
    made: list[list[_T]] = []
    for group in sorted(hosts.values(), key=len, reverse=True):
        for start in range(0, len(group), size):
            part = group[start : start + size]
            if made and len(made[-1]) + len(part) <= size:
                made[-1].extend(part)
            else:
                made.append(part)
    return made


def _learn(state: PollState, outcome: PollOutcome, now: datetime) -> dict[str, Any]:
    """Return what changes in a source's memory beside its schedule."""
    if not outcome.ok:
        return {
            "last_poll": now,
            "failures": state.failures + 1,
            "failing_since": state.failing_since or now,
            "failure": f"{outcome.reason}: {outcome.detail}" if outcome.detail else outcome.reason,
        }
    healthy = {"last_poll": now, "last_success": now, "failures": 0, "failing_since": None, "failure": ""}
    return {**healthy, "disabled": False, **_validated(state, outcome), **_moved(state, outcome)}


def _scheduled(feed: Feed) -> dict[str, Any]:
    times = sorted((entry.published.timestamp() for entry in feed.entries if entry.published), reverse=True)
    return {
        "ttl": feed.ttl,
        "update_period": feed.update_period,
        "skip_hours": tuple(sorted(feed.skip_hours)),
        "skip_days": tuple(sorted(feed.skip_days)),
        "published": tuple(times[:REMEMBERED]),
    }


def _validated(state: PollState, outcome: PollOutcome) -> dict[str, Any]:
    """Take each validator on its own: a 200 names those of its body, a 304 only what has changed."""
    etag, modified = outcome.headers.get("etag"), outcome.headers.get("last-modified")
    if outcome.result is PollResult.UNCHANGED:
        return {"etag": etag or state.etag, "last_modified": modified or state.last_modified}
    return {"etag": etag, "last_modified": modified, "body_hash": outcome.body_hash or state.body_hash}


def _moved(state: PollState, outcome: PollOutcome) -> dict[str, Any]:
    if not outcome.redirects or not all(hop.permanent for hop in outcome.redirects):
        return {"moving_to": None, "moving_count": 0}
    target = outcome.redirects[-1].target
    count = state.moving_count + 1 if target == state.moving_to else 1
    if count >= MOVES_NEEDED:
        return {"url": target, "moving_to": None, "moving_count": 0}
    return {"moving_to": target, "moving_count": count}


def _own_wish(name: str, every: timedelta | None, state: PollState, failures: int, now: datetime) -> Wish:
    interval, reason = _interval(every, state, now)
    if failures:
        backoff = min(BACKOFF_FIRST * 2 ** min(failures - 1, 16), BACKOFF_CAP)
        # A source with a long interval is not asked more often for being down, up to the cap.
        interval, reason = max(backoff, min(interval, BACKOFF_CAP)), DueReason.BACKOFF
    spread = min(interval * JITTER, JITTER_CAP) * _fraction(name)
    return now + interval + spread, reason


def _interval(every: timedelta | None, state: PollState, now: datetime) -> tuple[timedelta, DueReason]:
    own = every if every is not None else publishing_interval(state.published, now)
    if state.pushed_until and state.pushed_until > now + own:
        # At the end of the lease it is polled as any other: should the hub not renew it, nothing is missed.
        return max(own, min(PUSHED, state.pushed_until - now)), DueReason.PUSH
    return own, DueReason.INTERVAL if every is not None else DueReason.ADAPTIVE


def _fraction(name: str) -> float:
    """Return a number from 0 to 1 that depends on the name alone, so that restarts do not bunch sources together."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32
