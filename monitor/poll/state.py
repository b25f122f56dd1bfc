"""What is remembered of a source between polls, and what a poll brought. Both survive a restart as plain JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from monitor.model import Feed


class DueReason(StrEnum):
    """Why a source is polled at its time and not before."""

    NEW = "new"  # never polled
    INTERVAL = "interval"  # `every` of the config
    ADAPTIVE = "adaptive"  # how often it publishes
    MAX_AGE = "max-age"
    EXPIRES = "expires"
    RETRY_AFTER = "retry-after"
    TTL = "ttl"
    UPDATE_PERIOD = "update-period"
    SKIP_HOURS = "skip-hours"
    SKIP_DAYS = "skip-days"
    BACKOFF = "backoff"
    PUSH = "push"  # WebSub delivers; polled rarely, to be sure
    GONE = "gone"  # HTTP 410: disabled


class PollResult(StrEnum):
    """What a poll brought."""

    FRESH = "fresh"  # a body that was parsed
    UNCHANGED = "unchanged"  # 304
    SAME_BODY = "same-body"  # 200 with the bytes of last time; not parsed
    FAILED = "failed"
    PUT_OFF = "put-off"  # not asked: its publisher refused another feed, or time ran out


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop of a poll, as far as the decision needs it."""

    permanent: bool
    target: str


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """The result of one poll. `headers` have lower-case names; `reason` names a failure, `detail` explains it.

    `until` is for what was put off: when it may be asked, with a DueReason as reason; None for at once.
    """

    result: PollResult
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    feed: Feed | None = None
    body_hash: str | None = None
    redirects: tuple[Redirect, ...] = ()
    reason: str = ""
    detail: str = ""
    until: datetime | None = None

    @property
    def ok(self) -> bool:
        """True unless the poll failed."""
        return self.result is not PollResult.FAILED


@dataclass(frozen=True, slots=True)
class PollState:
    """A source's memory. `url` is where it is polled: the config's feed, or where that has permanently moved.

    The feed's own schedule (`ttl` … `update_period`) is kept from the last parsed body, so that it holds after a 304.
    `published` are the latest entries' times in epoch seconds, newest first. `noticed` is when its owner was
    told that it fails.
    """

    url: str
    next_poll: datetime | None = None
    due: DueReason = DueReason.NEW
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    last_poll: datetime | None = None
    last_success: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    failure: str = ""
    noticed: datetime | None = None
    disabled: bool = False
    moving_to: str | None = None
    moving_count: int = 0
    ttl: timedelta | None = None
    update_period: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    published: tuple[float, ...] = ()
    pushed_until: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Say whether its time has come; hours that its feed skips are another question."""
        return not self.disabled and (self.next_poll is None or self.next_poll <= now)


_NAMES = frozenset(item.name for item in fields(PollState))
_DEFAULTS = tuple((item.name, item.default) for item in fields(PollState) if item.name != "url")
_AS_IT_IS = frozenset({int, bool, str, tuple})


def state_to_json(state: PollState) -> dict[str, Any]:
    """Return a state as JSON values: times in ISO 8601, spans in seconds; defaults are left out."""
    found: dict[str, Any] = {"url": state.url}
    for name, default in _DEFAULTS:
        value = getattr(state, name)
        if value != default:
            found[name] = value if type(value) in _AS_IT_IS else _plain(value)
    return found


def state_from_json(data: Mapping[str, Any]) -> PollState:
    """Return the state that `state_to_json` wrote; unknown keys are ignored, so that an older version can read it."""
    values: dict[str, Any] = {}
    for name, value in data.items():
        if (read := _READERS.get(name)) is not None:
            values[name] = None if value is None else read(value)
        elif name in _NAMES:
            values[name] = value
    return PollState(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time if time.tzinfo is UTC else time.astimezone(UTC)


def _span(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("next_poll", "last_poll", "last_success", "failing_since", "noticed", "pushed_until"), _time),
    **dict.fromkeys(("ttl", "update_period"), _span),
    **dict.fromkeys(("published", "skip_hours", "skip_days"), tuple),
    "due": DueReason,
}
