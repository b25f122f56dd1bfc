"""What the store loads and saves beside the values of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from monitor.model import Alert, Claim, Conflict, ConflictView, Dismissed, Entry, Source, SourceKind


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A source with what its last polls left behind, as JSON values; empty before the first poll."""

    id: str
    source: Source
    memory: Mapping[str, Any]
    state: str = "new"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PushOffer:
    """A feed's word that a hub pushes it (WebSub): the hub's address, and the feed's own as the hub knows it."""

    hub: str
    topic: str


class PushState(StrEnum):
    """How far a subscription has come; it is live while its lease lasts."""

    WANTED = "wanted"
    ASKED = "asked"  # the hub took the request and has yet to confirm it
    LIVE = "live"
    REFUSED = "refused"  # the hub did not take the request, or does not answer
    DENIED = "denied"  # the hub says that it will not push


@dataclass(frozen=True, slots=True)
class StoredSubscription:
    """A source's subscription at a hub. `id` is the unguessable end of its callback's address."""

    id: str
    source: str
    name: str
    hub: str
    topic: str
    secret: str = field(repr=False)
    state: PushState = PushState.WANTED
    lease_until: datetime | None = None
    attempts: int = 0
    active: bool = True


@dataclass(frozen=True, slots=True)
class PollRecord:
    """A poll's outcome as it is stored. `next_at` None polls the source no more; `notice` is for the operator."""

    memory: Mapping[str, Any]
    next_at: datetime | None
    state: str
    reason: str = ""
    entries: tuple[Entry, ...] = ()
    notice: str = ""


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """What the operator is to be told of a source. `told` are the targets that have it already."""

    id: str
    source: str
    text: str
    created: datetime
    attempts: int = 0
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A feed's entry as stored. `article` is its article's id once it has been fetched before."""

    id: str
    source: Source
    entry: Entry
    seen: datetime
    attempts: int
    article: str | None = None


@dataclass(frozen=True, slots=True)
class PageState:
    """What is remembered of an article's page. `first` is when a feed listed it; `next_at` None reads it no more."""

    url: str
    first: datetime
    next_at: datetime | None
    reason: str = ""
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page that is to be read again; `kind` is that of its article's source."""

    kind: SourceKind
    page: PageState
    attempts: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that comparing one article's claims needs; `versions` guards it against a comparison at the same time."""

    new: tuple[Claim, ...]
    candidates: tuple[Claim, ...]
    existing: tuple[Conflict, ...]
    copies: Mapping[str, str]
    versions: Mapping[str, int]
    dismissed: tuple[Dismissed, ...] = ()


@dataclass(frozen=True, slots=True)
class AlertJob:
    """A claimed alert with all that sending it needs. `sent` are the receipts of earlier alerts of this conflict
    to this target, oldest first; `undelivered` are alerts of it that other targets never took, for a notice."""

    alert: Alert
    view: ConflictView
    sent: tuple[Mapping[str, Any], ...] = ()
    undelivered: tuple[Alert, ...] = ()


PAUSED = "rate-limited"
"""How the reason of an alert begins whose target asked for a pause: the others of that target wait too."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A span of time in which alerts are not sent. An empty matcher matches everything."""

    id: str
    starts: datetime
    ends: datetime
    author: str = ""
    comment: str = ""
    regions: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Traffic:
    """What else goes on at a target, as far as the release of one alert depends on it.

    `recent` are the times of the messages sent to it in the last hour, `leased` how many others are being sent to it,
    `same_leased` whether one of them is about the same conflict, `paused_until` the end of a pause that the target
    asked for, and `overview` the region-wide conflict of the same frame that it was told of.
    """

    recent: tuple[datetime, ...] = ()
    leased: int = 0
    same_leased: bool = False
    waiting: int = 0
    paused_until: datetime | None = None
    overview: str | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """How many earlier claims are compared: published within `window` of a new one, the nearest `limit` a question.

    An article with many questions has less for each, so that all of them have about `total`.
    """

    window: timedelta = timedelta(days=14)
    limit: int = 400
    total: int = 800


class ArticleState(StrEnum):
    """How far an article has come. UNREAD holds nothing that could be read as an article."""

    FETCHED = "fetched"
    TAGGED = "tagged"
    COMPARED = "compared"
    UNREAD = "unread"
    DEAD = "dead"


GRACE = timedelta(seconds=60)
"""How long a new row waits for the message that is sent for it before the sweep sends another."""


class Work(StrEnum):
    """The kinds of row that want attention."""

    SOURCE = "source"
    ENTRY = "entry"
    ARTICLE = "article"
    ALERT = "alert"
    NOTICE = "notice"
    SUBSCRIPTION = "subscription"
    PAGE = "page"
