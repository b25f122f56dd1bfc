"""What the pure stages need from the outside world, as Protocols. Adapters and tests implement them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from monitor.errors import FetchError
from monitor.model import Alert, Article, Claim, Conflict, ConflictChange, ConflictView, Entry, Source, SourceKind


class Clock(Protocol):
    """The one source of the present time."""

    def now(self) -> datetime:
        """Return the present as an aware UTC datetime."""
        ...


class Tagger(Protocol):
    """Reads claims about watched regions out of an article.

    Third parties register a factory `(Config) -> Tagger` under the entry point group `counterclaim.taggers`.
    """

    language: str

    def tag(self, article: Article) -> list[Claim]:
        """Return the article's claims in text order; every quote is a substring at its offsets."""
        ...


class PairScorer(Protocol):
    """Reads pairs of sentences: a second opinion, never the trigger."""

    name: str

    def nearness(self, left: Sequence[Claim], right: Sequence[Claim]) -> list[list[float]]:
        """Return the cosine nearness of every left claim to every right one, a row a left claim."""
        ...

    def judge(self, pairs: Sequence[tuple[Claim, Claim]]) -> list[tuple[float, float, float, float, float]]:
        """Return for each pair the shares (conflict, agree, update, compatible, different), which sum to 1."""
        ...


class ConflictEngine(Protocol):
    """Compares claims and keeps the conflicts between them: pure, it loads and saves nothing."""

    def update(
        self,
        new_claims: Sequence[Claim],
        candidates: Sequence[Claim],
        existing: Sequence[Conflict],
        now: datetime,
        copies: Mapping[str, str],
    ) -> Sequence[ConflictChange]:
        """Return every conflict that the new claims open, grow or settle; `copies` maps article id → original's id."""
        ...


# --- store: what is loaded -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A source with what its last polls left behind, as JSON values; empty before the first poll."""

    id: str
    source: Source
    memory: Mapping[str, Any]
    state: str = "new"
    reason: str = ""


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
class StoredEntry:
    """A feed's entry as stored. `article` is its article's id once it has been fetched before."""

    id: str
    source: Source
    entry: Entry
    seen: datetime
    attempts: int
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that comparing one article's claims needs; `versions` guards it against a comparison at the same time."""

    new: tuple[Claim, ...]
    candidates: tuple[Claim, ...]
    existing: tuple[Conflict, ...]
    copies: Mapping[str, str]
    versions: Mapping[str, int]


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


# --- store -----------------------------------------------------------------------------------------------------------


class WorkStore(Protocol):
    """Rows that want attention: swept when due, claimed by one worker at a time, finished once."""

    def take_due(self, work: Work, now: datetime, limit: int, hold: timedelta) -> list[str]:
        """Return the ids of due rows, and make them due again after `hold` in case their message is lost."""
        ...

    def release_held(self, now: datetime) -> int:
        """Make everything that was queued or leased due at once: for a start on an empty broker, alone."""
        ...

    def release_queued(self) -> int:
        """Make everything that was queued due at once, and leave what is held: for a broker that lost its messages."""
        ...

    def prune(self, now: datetime) -> None:
        """Drop what is no longer needed: the marks by which copies of recent articles are found."""
        ...

    def retry_later(self, work: Work, id: str, at: datetime, reason: str) -> None:
        """Give a claimed row back until `at`, with the reason why it was not finished."""
        ...

    def bury(self, work: Work, id: str, now: datetime, reason: str) -> None:
        """Finish a claimed row as dead, with the reason."""
        ...

    def counts(self) -> dict[str, dict[str, int]]:
        """Return the number of rows by kind and state."""
        ...


class SourceStore(Protocol):
    """Sources and the entries that their feeds list."""

    def sync_sources(self, sources: Sequence[Source], now: datetime) -> None:
        """Store new sources as due now, keep the poll state of known ones, and retire those no longer listed."""
        ...

    def sources(self) -> list[StoredSource]:
        """Return every active source by name."""
        ...

    def claim_source(self, id: str, now: datetime, lease: timedelta, force: bool = False) -> StoredSource | None:
        """Claim a due source (any, when forced); None when it is not due or another worker holds it."""
        ...

    def known_keys(self, id: str, links: Sequence[str]) -> dict[str, str]:
        """Return the keys under which these links are stored, by canonical link."""
        ...

    def save_poll(self, id: str, record: PollRecord, now: datetime) -> list[str]:
        """Save a poll's outcome and return the ids of entries that are new or changed, all in one transaction."""
        ...

    def staying_open(self) -> AbstractContextManager[None]:
        """Keep what is dear to open and close open during a batch."""
        ...

    def claim_sources(
        self, ids: Sequence[str], now: datetime, lease: timedelta, force: bool = False
    ) -> list[StoredSource]:
        """Claim the due ones among these sources (all that nobody holds, when forced)."""
        ...

    def known_keys_of(self, listed: Sequence[tuple[str, Sequence[str]]]) -> dict[str, dict[str, str]]:
        """Return, for each (source id, canonical links), the keys under which those links are stored, by link."""
        ...

    def save_polls(self, saved: Sequence[tuple[str, PollRecord]], now: datetime) -> list[list[str]]:
        """Save polls' outcomes, all or none; return for each the ids of entries that are new or changed."""
        ...


class ArticleStore(Protocol):
    """Entries on their way to articles, and articles on their way to claims."""

    def claim_entry(self, id: str, now: datetime, lease: timedelta) -> StoredEntry | None:
        """Claim an entry whose article is to be fetched; None when it is done or held."""
        ...

    def finish_entry(self, id: str, article: str | None, reason: str, now: datetime) -> None:
        """Finish an entry that gave no article of its own, with the reason."""
        ...

    def save_article(
        self,
        entry: str | None,
        article: Article,
        kind: SourceKind,
        marks: Sequence[int],
        state: ArticleState,
        now: datetime,
    ) -> str | None:
        """Store an article and finish its entry; return its id when there is something to tag.

        An article known with the same text is not stored again; another text is its next revision.
        """
        ...

    def similar_articles(self, marks: Sequence[int], since: datetime, limit: int) -> list[Article]:
        """Return the articles published since then that share most of these marks, the most alike first."""
        ...

    def article(self, id: str) -> Article | None:
        """Return one article."""
        ...

    def claim_article(self, id: str, state: ArticleState, now: datetime, lease: timedelta) -> Article | None:
        """Claim an article in this state; None when it has left the state or is held."""
        ...

    def article_state(self, id: str) -> ArticleState | None:
        """Return how far an article has come."""
        ...

    def save_claims(self, article: Article, claims: Sequence[Claim], now: datetime) -> bool:
        """Store an article's claims, once for each of its revisions; False when that was done before."""
        ...


class ConflictStore(Protocol):
    """Claims and the conflicts between them."""

    def load_comparison(self, article: str, reach: Candidates) -> Comparison:
        """Return an article's claims with those worth comparing and the conflicts of their regions."""
        ...

    def save_comparison(
        self,
        article: str,
        comparison: Comparison,
        changes: Sequence[ConflictChange],
        alerts: Sequence[Alert],
        now: datetime,
    ) -> bool:
        """Save changes with their alerts and finish the article in one transaction; False when another came first."""
        ...

    def save_changes(self, changes: Sequence[ConflictChange], alerts: Sequence[Alert]) -> None:
        """Save changes that time alone made (a conflict grown quiet), with their alerts."""
        ...

    def recent_claims(self, region: str, until: datetime, limit: int) -> list[Claim]:
        """Return the latest claims about a region published up to then, newest first."""
        ...

    def claims(self) -> Iterator[Claim]:
        """Yield every current claim by publication time."""
        ...

    def conflicts(self) -> list[Conflict]:
        """Return every conflict by the time it was opened."""
        ...

    def open_conflicts(self, before: datetime) -> list[Conflict]:
        """Return the open conflicts that had no news since then."""
        ...

    def conflict(self, id: str) -> Conflict | None:
        """Return one conflict."""
        ...

    def view(self, conflict: Conflict) -> ConflictView:
        """Return a conflict with the articles behind its claims."""
        ...

    def dismiss(self, conflict: str, by: str, note: str, now: datetime) -> bool:
        """Mark a conflict as none; False when there is no such conflict."""
        ...


class AlertStore(Protocol):
    """The outbox, and what keeps alerts from going out."""

    def claim_alert(self, id: str, now: datetime, lease: timedelta) -> AlertJob | None:
        """Claim a due alert; one whose lease ran out while it was being sent is marked as a possible repeat."""
        ...

    def mark_sent(self, id: str, receipt: Mapping[str, Any], now: datetime) -> None:
        """Finish an alert as sent, with what the target returned."""
        ...

    def mark_all_sent(self, receipts: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
        """Finish the alerts that one message carried, all in one transaction."""
        ...

    def claim_waiting(self, target: str, now: datetime, lease: timedelta, limit: int) -> list[AlertJob]:
        """Claim every other alert that is due for a target, to go out in one message."""
        ...

    def hold_alert(self, id: str, until: datetime, reason: str) -> None:
        """Give a claimed alert back until then: this was no attempt to send it."""
        ...

    def traffic(self, job: AlertJob, now: datetime) -> Traffic:
        """Return what else goes on at the alert's target."""
        ...

    def mark_doubtful(self, id: str) -> None:
        """Mark a claimed alert as a possible repeat if it is sent again: the target may have taken it."""
        ...

    def put_notice(self, alert: Alert) -> None:
        """Put a notice in the outbox; one of the same identity that was sent before is sent again."""
        ...

    def revive_alert(self, id: str, now: datetime) -> bool:
        """Make a dead alert due again; False when it is not dead."""
        ...

    def suppress(self, id: str, reason: str, now: datetime) -> None:
        """Finish an alert that is not to be sent, with the reason."""
        ...

    def silences(self, now: datetime | None = None) -> list[Silence]:
        """Return the silences in force at that time, or all that were ever kept, the last to end first."""
        ...

    def add_silence(self, silence: Silence, now: datetime) -> None:
        """Keep a silence."""
        ...

    def expire_silence(self, id: str, now: datetime) -> bool:
        """End a silence now; False when there is none of that id in force or to come."""
        ...

    def alerts(self, limit: int = 1000, conflict: str | None = None) -> list[Alert]:
        """Return the latest alerts (of one conflict), newest first."""
        ...


# --- sending ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: plain words for every target, and the jobs for those that render more richly.

    `bundle` has the alerts of a digest, none for a single one; `reason` says why a digest is one, in words.
    """

    subject: str
    text: str
    job: AlertJob
    bundle: tuple[AlertJob, ...] = ()
    reason: str = ""

    @property
    def jobs(self) -> tuple[AlertJob, ...]:
        """Every alert that the message carries."""
        return self.bundle or (self.job,)


@dataclass(frozen=True, slots=True)
class SendReceipt:
    """What a target returned, such as Slack's `ts` or a Message-ID; kept with the alert."""

    data: Mapping[str, Any] = field(default_factory=dict)


class Sender(Protocol):
    """Delivers alerts to targets; raises SendError."""

    def send(self, message: Message, target: str) -> SendReceipt:
        """Send one message to the target of that name."""
        ...


class Store(WorkStore, SourceStore, ArticleStore, ConflictStore, AlertStore, Protocol):
    """The database: the one truth. Raises StoreBusyError when it is locked or away, else StoreError."""

    def close(self) -> None:
        """Release every connection."""
        ...


# --- fetching --------------------------------------------------------------------------------------------------------


class FetchKind(StrEnum):
    """What is fetched; it decides the Accept header."""

    FEED = "feed"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One conditional GET. `etag` and `last_modified` are sent byte for byte as they were stored."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    kind: FetchKind = FetchKind.FEED


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: its status and both addresses."""

    status: int
    source: str
    target: str

    @property
    def permanent(self) -> bool:
        """True for 301 and 308."""
        return self.status in {301, 308}


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The final answer, whatever its status. `headers` have lower-case names; `body` is decoded, empty unless 2xx."""

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str]
    final_url: str
    hops: tuple[Hop, ...] = field(default=())

    @property
    def not_modified(self) -> bool:
        """True when the stored copy is still good."""
        return self.status == 304

    @property
    def content_type(self) -> str | None:
        """The Content-Type header."""
        return self.headers.get("content-type")

    @property
    def etag(self) -> str | None:
        """The ETag as sent, quotes and `W/` included."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """The Last-Modified header as sent."""
        return self.headers.get("last-modified")

    def checked(self) -> FetchResult:
        """Return self for 2xx and 304; raise FetchError with a named reason for any other status."""
        if 200 <= self.status < 300 or self.not_modified:
            return self
        reason, retry = _STATUS_REASONS.get(self.status, ("server-error" if self.status >= 500 else "refused", True))
        raise FetchError(reason, f"HTTP {self.status}", self.url, retry)


_STATUS_REASONS = {
    401: ("unauthorised", False),
    402: ("paywalled", False),
    403: ("forbidden", True),
    404: ("not-found", True),
    410: ("gone", False),
    408: ("timeout", True),
    429: ("rate-limited", True),
    451: ("withheld-for-legal-reasons", False),
    503: ("unavailable", True),
}


class Fetcher(Protocol):
    """Anything that fetches; raises FetchError only."""

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Return the final answer to a request."""
        ...
