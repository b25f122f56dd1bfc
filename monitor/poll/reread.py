"""When the page of an article is read again, and why then: publishers edit pages without a word in their feeds.

Pure: a few readings while the article is fresh, counted from when its feed first listed it, never before the page's own
max-age, and none once it is old.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.poll.freshness import max_age

LATE = 2  # times the last span: a daemon that comes back later than that leaves the page alone


class RereadReason(StrEnum):
    """Why a page is read again at that time, or not at all."""

    FRESH = "fresh"
    MAX_AGE = "max-age"  # a reading was left out because the publisher calls the page good for longer
    OFF = "off"
    OLD = "old"  # it was no news any more when the feed first listed it
    ALL_READ = "all-read"
    TOO_LATE = "too-late"


def next_reread(
    spans: Sequence[timedelta], published: datetime, first: datetime, read: datetime, headers: Mapping[str, str]
) -> tuple[datetime | None, RereadReason]:
    """Return when a page that was read at `read` is read next (None: never again), and why.

    `first` is when its feed first listed it, `headers` are those of the last answer. Readings that were missed are not
    made up for.
    """
    if not spans:
        return None, RereadReason.OFF
    if first - published >= max(spans):
        return None, RereadReason.OLD
    coming = sorted(first + span for span in spans if first + span > read)
    if not coming:
        return None, RereadReason.ALL_READ
    allowed = read + (max_age(headers) or timedelta())
    when = next((at for at in coming if at >= allowed), None)
    return when, RereadReason.FRESH if when == coming[0] else RereadReason.MAX_AGE


def is_too_late(spans: Sequence[timedelta], first: datetime, now: datetime) -> bool:
    """Say whether a reading that is due has been due for so long that nobody wants it any more."""
    return now - first > LATE * max(spans, default=timedelta())
