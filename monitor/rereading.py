"""Pages that are read again while their articles are fresh: what a publisher edits in silence is a revision too.

One conditional GET after another at each publisher, so that its pace is kept; what cannot begin in time is left as it
stands, and the sweep brings it again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.article.edits import REVISIONS, Edit, find_edit
from monitor.config import Scope
from monitor.errors import CounterclaimError, ExtractError, FetchError
from monitor.extract.page import extract_page
from monitor.model import Article, Document
from monitor.pipeline import ATTEMPTS, ENGLISH, LEASE, Outcome, backoff, readable, take_in
from monitor.poll.freshness import retry_after
from monitor.poll.reread import RereadReason, is_too_late, next_reread
from monitor.poll.scope import scope_of
from monitor.ports import Clock, Fetcher, FetchKind, FetchRequest, FetchResult, PageState, Store, StoredPage, Work

_REMOVED = frozenset({404, 410})
_REFUSED = frozenset({429, 503})


class NotAsked(StrEnum):
    """Why a page was left for the next sweep."""

    BEHIND_PACE = "behind-pace"
    PAUSED = "retry-after"


@dataclass(frozen=True, slots=True)
class Reread:
    """What became of a page: `article` is its id when there is a revision to tag, `asked` says if it was requested."""

    outcome: Outcome
    id: str
    url: str = ""
    reason: str = ""
    article: str | None = None
    asked: bool = True


@dataclass(frozen=True, slots=True)
class RereadRules:
    """When pages are read again, and how: requests begin within so many seconds; `languages` have a tagger."""

    spans: Sequence[timedelta]
    scope: Scope = Scope.HOST
    start_within: float = 40.0
    languages: frozenset[str] = ENGLISH


async def reread_pages(
    store: Store, fetcher: Fetcher, ids: Sequence[str], clock: Clock, rules: RereadRules
) -> list[Reread]:
    """Read those of these articles' pages that are due, and store what they say now as revisions."""
    urls = store.page_urls(ids)
    lanes: Mapping[str, list[str]] = defaultdict(list)
    for id in ids:
        lanes[scope_of(urls.get(id, ""), rules.scope)].append(id)
    round_ = _Round(store, fetcher, clock, rules, store.pauses(sorted(lanes), clock.now()), urls)
    found = await asyncio.gather(*(round_.lane(name, lane) for name, lane in lanes.items()))
    return [one for lane in found for one in lane]


class _Round:
    """One batch: a lane for each publisher."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        clock: Clock,
        rules: RereadRules,
        pauses: Mapping[str, datetime],
        urls: Mapping[str, str],
    ) -> None:
        self._store, self._fetcher, self._clock, self._rules = store, fetcher, clock, rules
        self._paused, self._urls = set(pauses), urls
        self._begun = asyncio.get_running_loop().time()

    async def lane(self, publisher: str, ids: Sequence[str]) -> list[Reread]:
        """Read one publisher's pages, one after the other."""
        done: list[Reread] = []
        for id in ids:
            why = self._unasked(publisher, first=not done)
            if why is not None:
                done.append(Reread(Outcome.HELD, id, self._urls.get(id, ""), why.value, asked=False))
            else:
                done.append(await self._reread(publisher, id))
        return done

    def _unasked(self, publisher: str, *, first: bool) -> NotAsked | None:
        if publisher in self._paused:
            return NotAsked.PAUSED
        late = asyncio.get_running_loop().time() - self._begun >= self._rules.start_within
        return NotAsked.BEHIND_PACE if late and not first else None

    async def _reread(self, publisher: str, id: str) -> Reread:
        now = self._clock.now()
        stored, article = self._store.claim_page(id, now, LEASE), self._store.article(id)
        if stored is None or article is None:
            return Reread(Outcome.NOT_MINE, id, asked=False)
        if not article.text or is_too_late(self._rules.spans, stored.page.first, now):
            return self._stop(id, stored.page, RereadReason.TOO_LATE, now)
        page = stored.page
        request = FetchRequest(page.url, page.etag, page.last_modified, FetchKind.PAGE)
        try:
            result = await self._fetcher.fetch(request)
            if result.status in _REFUSED:
                return self._refused(publisher, id, stored, result)
            if result.status in _REMOVED:
                return self._removed(id, stored, article, result)
            return self._compared(id, stored, article, result.checked())
        except (FetchError, ExtractError) as error:
            return self._failed(id, stored, article, error)

    def _stop(self, id: str, page: PageState, reason: RereadReason, now: datetime) -> Reread:
        self._store.save_page(id, replace(page, next_at=None, reason=reason.value), now)
        return Reread(Outcome.SUPPRESSED, id, page.url, reason.value, asked=False)

    def _compared(self, id: str, stored: StoredPage, article: Article, result: FetchResult) -> Reread:
        now, page = self._clock.now(), self._next(stored.page, article, result.headers)
        if result.not_modified:
            etag, modified = result.etag or page.etag, result.last_modified or page.last_modified
            self._store.save_page(id, replace(page, etag=etag, last_modified=modified), now)
            return Reread(Outcome.UNCHANGED, id, page.url, "not-modified")
        document = extract_page(result.body, result.final_url, result.content_type)
        edit = find_edit(article, document, result.final_url)
        if edit is Edit.WORSE or edit is Edit.ANOTHER_PAGE:
            # The validators stay those of the text that is stored: a 304 must not stand for a wall.
            self._store.save_page(id, page, now)
            return Reread(Outcome.UNREAD, id, page.url, f"{edit}: {document.quality} {document.reason}".strip())
        page = replace(page, etag=result.etag, last_modified=result.last_modified)
        revised = _revised(article, document, now)
        if edit not in REVISIONS or not readable(revised, self._rules.languages):
            self._store.save_page(id, page, now)
            return Reread(Outcome.UNCHANGED, id, page.url, edit.value)
        saved = take_in(self._store, revised, stored.kind, now, languages=self._rules.languages, page=page)
        return Reread(Outcome.DONE if saved else Outcome.UNCHANGED, id, page.url, edit.value, saved)

    def _next(self, page: PageState, article: Article, headers: Mapping[str, str]) -> PageState:
        when, why = next_reread(self._rules.spans, article.published, page.first, self._clock.now(), headers)
        return replace(page, next_at=when, reason=why.value)

    def _removed(self, id: str, stored: StoredPage, article: Article, result: FetchResult) -> Reread:
        """A page that is gone (410) is never asked again; one that is not found may come back until its next time."""
        gone = result.status == 410
        reason = f"{'gone' if gone else 'not-found'}: HTTP {result.status}"
        page = replace(stored.page, next_at=None) if gone else self._next(stored.page, article, {})
        self._store.save_page(id, replace(page, reason=reason), self._clock.now())
        return Reread(Outcome.FAILED, id, page.url, reason)

    def _refused(self, publisher: str, id: str, stored: StoredPage, result: FetchResult) -> Reread:
        """Whoever refuses is left alone with all pages of this batch, and with this one for as long as it asks."""
        now = self._clock.now()
        self._paused.add(publisher)
        wait = max(backoff(stored.attempts), retry_after(result.headers, now) or timedelta())
        reason = f"{'rate-limited' if result.status == 429 else 'unavailable'}: HTTP {result.status}"
        self._store.retry_later(Work.PAGE, id, now + wait, reason)
        return Reread(Outcome.RETRY, id, stored.page.url, reason)

    def _failed(self, id: str, stored: StoredPage, article: Article, error: CounterclaimError) -> Reread:
        """A passing fault is tried again; any other waits for the next time the page is due."""
        now, reason = self._clock.now(), f"{error.reason}: {error.detail}"
        if error.retry and stored.attempts < ATTEMPTS:
            self._store.retry_later(Work.PAGE, id, now + backoff(stored.attempts), reason)
            return Reread(Outcome.RETRY, id, stored.page.url, reason)
        self._store.save_page(id, replace(self._next(stored.page, article, {}), reason=reason), now)
        return Reread(Outcome.FAILED, id, stored.page.url, reason)


def _revised(article: Article, document: Document, now: datetime) -> Article:
    return replace(
        article,
        title=document.title or article.title,
        text=document.text,
        fetched=now,
        author=document.author or article.author,
        language=document.language or article.language,
        quality=document.quality,
        copy_of=None,
    )
