"""How long a publisher asks to be left alone: HTTP caching (RFC 9111), Retry-After (RFC 9110), and the feed's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from monitor.poll.state import DueReason, PollOutcome, PollState
from monitor.text.timestamps import parse_date

CAP = timedelta(days=7)  # a publisher's mistake of a year must not silence a source for a year
PAUSE_CAP = timedelta(days=1)
_MAX_AGE = re.compile(r"(?:^|[\s,])(?:max-age)\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NO_CACHE = re.compile(r"(?:^|[\s,])(?:no-cache|no-store|must-understand)(?:\s*$|\s*,)", re.IGNORECASE)
_RETRY_STATUSES = frozenset({429, 503})
Wish = tuple[datetime, DueReason]


def wishes(state: PollState, headers: Mapping[str, str], status: int | None, now: datetime) -> Iterator[Wish]:
    """Yield every time before which the publisher does not want the next poll, with its reason."""
    if (age := max_age(headers)) is not None:
        yield now + age, DueReason.MAX_AGE
    elif (life := expires(headers, now)) is not None:
        yield now + life, DueReason.EXPIRES
    if status in _RETRY_STATUSES and (wait := retry_after(headers, now)) is not None:
        yield now + wait, DueReason.RETRY_AFTER
    if state.ttl:
        yield now + min(state.ttl, CAP), DueReason.TTL
    if state.update_period:
        yield now + min(state.update_period, CAP), DueReason.UPDATE_PERIOD


def max_age(headers: Mapping[str, str]) -> timedelta | None:
    """Return what is left of Cache-Control's max-age; None without one or beside no-cache."""
    control = headers.get("cache-control", "")
    found = _MAX_AGE.search(control)
    if not found or _NO_CACHE.search(control):
        return None
    age = headers.get("age", "").strip()
    spent = int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0
    return _capped(int(found[1]) - spent)


def expires(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return the time until Expires by the server's own clock; a bad date means already stale."""
    if "no-cache" in headers.get("cache-control", "") or "no-cache" in headers.get("pragma", ""):
        return None
    until = parse_date(headers.get("expires", ""))
    if until is None:
        return None
    return _capped((until - (parse_date(headers.get("date", "")) or now)).total_seconds())


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return the wait of a Retry-After header in either form, seconds or date."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return _capped(int(text[:12]))
    until = parse_date(text)
    if until is None:
        return None
    return _capped((until - (parse_date(headers.get("date", "")) or now)).total_seconds())


def pause_for_all(outcome: PollOutcome, now: datetime) -> datetime | None:
    """Return until when a publisher that is asked too much (429) wants no request for any of its feeds.

    Only with Retry-After, and for a day at most: one feed must not silence its neighbours for a week.
    """
    wait = retry_after(outcome.headers, now) if outcome.status == 429 else None
    return now + min(wait, PAUSE_CAP) if wait else None


def allowed_from(when: datetime, state: PollState) -> tuple[datetime, DueReason | None]:
    """Return the first time at or after `when` outside skipHours and skipDays (both in GMT), and which moved it."""
    reason: DueReason | None = None
    if len(set(state.skip_hours)) >= 24 or len(set(state.skip_days)) >= 7:
        return when, None  # a feed that forbids every hour says nothing
    for _ in range(24 * 8):
        if when.weekday() in state.skip_days:
            reason = DueReason.SKIP_DAYS
        elif when.hour in state.skip_hours:
            reason = DueReason.SKIP_HOURS
        else:
            return when, reason
        when = when.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return when, reason


def _capped(seconds: float) -> timedelta:
    return min(timedelta(seconds=max(0.0, min(seconds, CAP.total_seconds()))), CAP)
