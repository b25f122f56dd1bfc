"""Where articles come from: sources, and what their feeds list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class SourceKind(StrEnum):
    """What an outlet is; shown beside its claims and usable in alert routes."""

    AGENCY = "agency"
    STATE = "state"
    LOCAL = "local"
    BROADCASTER = "broadcaster"
    NEWSPAPER = "newspaper"
    OFFICIAL = "official"
    ANALYSIS = "analysis"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet's feed. `every` is the least time between polls; None lets the daemon adapt."""

    name: str
    feed: str
    country: str | None = None
    kind: SourceKind = SourceKind.OTHER
    every: timedelta | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed lists. `key` is its identity inside the source: guid, else link, else a hash."""

    key: str
    title: str
    link: str | None
    published: datetime | None
    updated: datetime | None = None
    summary: str = ""
    content_html: str = ""
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """One parsed feed document. `notes` names what was odd about it without being fatal."""

    title: str
    link: str | None
    entries: tuple[Entry, ...]
    kind: str = ""
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    update_period: timedelta | None = None
    hub: str | None = None
    self_link: str | None = None
    notes: tuple[str, ...] = ()
