"""When a source's owner is told that it fails, and that it works again: once each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.poll.state import PollState


class NoticeKind(StrEnum):
    """What a notice says."""

    FAILING = "failing"
    RECOVERED = "recovered"
    GONE = "gone"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message about one source to the `ops` targets. `since` is when it began to fail."""

    kind: NoticeKind
    source: str
    since: datetime
    text: str


def watch(
    source: str, before: PollState, after: PollState, failing_after: timedelta, now: datetime
) -> tuple[PollState, Notice | None]:
    """Return the state to store and the notice to send, if any.

    A source that fails for `failing_after` gives one notice; the first success after it gives one more. A source that
    fails for less gives none, one that answers 410 gives one at once. Store state and notice in one transaction.
    """
    if after.disabled and not before.disabled:
        text = (
            f"{source} answers 410 Gone at {after.url}; it is not polled any more. Remove it or name its new address."
        )
        return replace(after, noticed=now), Notice(NoticeKind.GONE, source, after.failing_since or now, text)
    if after.failing_since is None:
        return _recovered(source, before, after, now)
    if after.noticed is None and now - after.failing_since >= failing_after:
        text = f"{source} has failed since {after.failing_since:%Y-%m-%d %H:%M} UTC ({after.failure}); still trying."
        return replace(after, noticed=now), Notice(NoticeKind.FAILING, source, after.failing_since, text)
    return after, None


def _recovered(source: str, before: PollState, after: PollState, now: datetime) -> tuple[PollState, Notice | None]:
    if after.noticed is not None:
        since = before.failing_since or after.noticed
        text = f"{source} works again at {now:%Y-%m-%d %H:%M} UTC; it had failed since {since:%Y-%m-%d %H:%M} UTC."
        return replace(after, noticed=None), Notice(NoticeKind.RECOVERED, source, since, text)
    if after.url != before.url:
        text = f"{source} has moved for good from {before.url} to {after.url}; put the new address into the config."
        return after, Notice(NoticeKind.MOVED, source, now, text)
    return after, None
