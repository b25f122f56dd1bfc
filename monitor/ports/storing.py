"""The database as the pipeline, the desk and the commands see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

from monitor.model import Alert, Article, Claim, Conflict, ConflictChange, ConflictView, Entry, Source, SourceKind
from monitor.ports.rows import (
    AlertJob,
    ArticleState,
    Candidates,
    Comparison,
    PageState,
    PollRecord,
    PushOffer,
    PushState,
    Silence,
    StoredEntry,
    StoredNotice,
    StoredPage,
    StoredSource,
    StoredSubscription,
    Traffic,
    Work,
)


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

    def prune(self, now: datetime, retention: timedelta | None = None) -> bool:
        """Drop what is no longer needed: marks of old copies, ended logins, texts older than `retention`.

        Claims and the articles behind conflicts keep their words. Returns True when there is more to drop.
        """
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

    def source_ids(self) -> list[str]:
        """Return the ids of every active source."""
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

    def save_polls(
        self,
        saved: Sequence[tuple[str, PollRecord]],
        now: datetime,
        pauses: Mapping[str, datetime] = ...,
        offers: Mapping[str, PushOffer] = ...,
    ) -> list[list[str]]:
        """Save polls' outcomes, all or none; return for each the ids of entries that are new or changed.

        `pauses` says by scope until when a publisher wants no request, `offers` by source id who pushes.
        """
        ...

    def feeds_of(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the addresses of these sources' feeds, by id."""
        ...

    def pauses(self, scopes: Sequence[str], now: datetime) -> dict[str, datetime]:
        """Return until when these publishers want to be left alone, for those that do."""
        ...


class PushStore(Protocol):
    """Subscriptions at hubs (WebSub)."""

    def push_leases(self, ids: Sequence[str]) -> dict[str, datetime]:
        """Return until when hubs push for these sources, for those that have a subscription."""
        ...

    def subscription(self, id: str) -> StoredSubscription | None:
        """Return one subscription."""
        ...

    def claim_subscription(self, id: str, now: datetime, lease: timedelta) -> StoredSubscription | None:
        """Claim a subscription that is to be asked for; None when it is not due, or held, or its source has left."""
        ...

    def subscription_asked(self, claimed: StoredSubscription, at: datetime, state: PushState, reason: str) -> None:
        """Note how a hub answered a request, and when to ask again, unless it confirmed it in the meantime."""
        ...

    def subscription_confirmed(self, id: str, until: datetime, renew_at: datetime) -> None:
        """Note that a hub pushes until then, and when to renew it."""
        ...

    def subscription_denied(self, id: str, at: datetime, reason: str) -> None:
        """Note that a hub does not push (any more), and when to ask again."""
        ...

    def save_pushed(self, source: str, entries: Sequence[Entry], now: datetime) -> list[str]:
        """Store what a hub pushed, due at once; return the ids of entries that are new or changed."""
        ...


class NoticeStore(Protocol):
    """What operators are told of sources."""

    def claim_notice(self, id: str, now: datetime, lease: timedelta) -> StoredNotice | None:
        """Claim a notice that is to be sent; None when it is not due or held."""
        ...

    def notice_told(self, id: str, told: Sequence[str], now: datetime, again: datetime | None, reason: str) -> None:
        """Note which targets have a notice; `again` is when the others are tried next, None finishes it."""
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
        page: PageState | None = None,
    ) -> str | None:
        """Store an article and finish its entry; return its id when there is something to tag.

        An article known with the same text is not stored again; another text is its next revision. `page` is what is
        remembered of the page from which it was read.
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


class PageStore(Protocol):
    """Pages of articles that are read again while they are fresh."""

    def claim_page(self, id: str, now: datetime, lease: timedelta) -> StoredPage | None:
        """Claim the page of this article; None when it is not due, or held."""
        ...

    def page_urls(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the addresses of these articles' pages, by id."""
        ...

    def forget_pages(self, now: datetime) -> None:
        """Let no page be read again that is known now."""
        ...

    def save_page(self, id: str, page: PageState, now: datetime) -> None:
        """Note what is remembered of a claimed page, and when it is read next."""
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

    def claims_of(self, id: str) -> list[Claim]:
        """Return the claim of this id, or the current claims of the article of this id, in text order."""
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

    def dismiss(self, conflict: str, by: str, note: str, now: datetime, kind: str = "") -> bool:
        """Mark a conflict as none; `kind` of trap in the evaluation format. False when there is no such conflict."""
        ...

    def restore(self, conflict: str, by: str, now: datetime) -> bool:
        """Take a dismissal back; False when the conflict is not dismissed."""
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

    def traffic(self, job: AlertJob, now: datetime, *, with_rate: bool = True) -> Traffic:
        """Return what else goes on at the alert's target; `recent` only `with_rate`, since it may be thousands."""
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


class Store(
    WorkStore, SourceStore, PushStore, NoticeStore, ArticleStore, PageStore, ConflictStore, AlertStore, Protocol
):
    """The database: the one truth. Raises StoreBusyError when it is locked or away, else StoreError."""

    def close(self) -> None:
        """Release every connection."""
        ...
