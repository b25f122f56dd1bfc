"""The stages in their order: each function loads, lets a pure stage decide, and saves.

Every function takes the id of one row and claims it first, so that doing a step twice, or by two workers at once, does
it once. What it returns is an outcome with its reason; expected failures are stored with the row, not raised. Errors
of the store are raised: whoever called tries again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.article.identity import article_id
from monitor.article.syndication import SHINGLE, Candidate, find_original
from monitor.article.wording import tokens
from monitor.errors import CounterclaimError, ExtractError, FetchError
from monitor.extract.page import extract_fragment, extract_page
from monitor.model import Alert, Article, ConflictChange, ConflictView, Document, Quality, SourceKind
from monitor.poll.reread import next_reread
from monitor.ports import (
    ArticleState,
    Candidates,
    ConflictEngine,
    Fetcher,
    FetchKind,
    FetchRequest,
    FetchResult,
    PageState,
    Store,
    StoredEntry,
    Tagger,
    Work,
)
from monitor.text.languages import DEFAULT, language_code

LEASE = timedelta(minutes=3)  # longer than the hard time limit of a task, so that no living worker loses its row
ATTEMPTS = 6  # of an entry, an article or an alert before it is given up
RACES = 20  # comparisons of one region that may come first before this one is put off
ENGLISH = frozenset({DEFAULT})
_UNREADABLE = frozenset({Quality.EMPTY, Quality.NOT_HTML, Quality.BOILERPLATE})
_COPY_WINDOW = timedelta(days=5)
_COPY_CANDIDATES = 12
_SHORT = 200  # shingles
_WHOLE = 600  # characters of text from which a feed's own content is taken instead of the page

Plan = Callable[[ConflictChange, ConflictView, datetime], Sequence[Alert]]
"""Which alerts a change of a conflict gives."""


class Outcome(StrEnum):
    """What became of one step."""

    DONE = "done"
    UNCHANGED = "unchanged"
    NOT_MINE = "not-mine"
    RETRY = "retry"
    FAILED = "failed"
    UNREAD = "unread"
    HELD = "held"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Fetched:
    """An entry's article: its id when there is something to tag."""

    outcome: Outcome
    article: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tagged:
    """An article's claims, as a number."""

    outcome: Outcome
    claims: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing an article's claims changed, and the alerts that were put in the outbox for it."""

    outcome: Outcome
    changes: tuple[ConflictChange, ...] = ()
    alerts: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What became of one alert."""

    outcome: Outcome
    target: str = ""
    conflict: str = ""
    reason: str = ""
    possible_repeat: bool = False
    alerts: int = 1  # more than one in a digest


# --- article and extract ---------------------------------------------------------------------------------------------


async def fetch_article(
    store: Store,
    fetcher: Fetcher,
    id: str,
    now: datetime,
    languages: frozenset[str] = ENGLISH,
    spans: Sequence[timedelta] = (),
) -> Fetched:
    """Fetch one entry's article and store what could be read of it; `languages` are those with a tagger.

    `spans` say how long after its listing its page is read again.
    """
    stored = store.claim_entry(id, now, LEASE)
    if stored is None:
        return Fetched(Outcome.NOT_MINE)
    try:
        document, result = await _document(stored, fetcher)
    except (FetchError, ExtractError) as error:
        return _put_off(store, Work.ENTRY, id, stored.attempts, error, now)
    article = _article(stored, document, now)
    page = _page(stored, article, result, spans, now) if readable(article, languages) else None
    saved = take_in(store, article, stored.source.kind, now, id, languages, page)
    if not readable(article, languages):
        return Fetched(Outcome.UNREAD, None, f"{article.quality}: {document.reason}")
    return Fetched(Outcome.DONE if saved else Outcome.UNCHANGED, saved)


def take_in(
    store: Store,
    article: Article,
    kind: SourceKind,
    now: datetime,
    entry: str | None = None,
    languages: frozenset[str] = ENGLISH,
    page: PageState | None = None,
) -> str | None:
    """Store an article, finish its entry, and return its id when there is something to tag."""
    if not readable(article, languages):
        return store.save_article(entry, article, kind, (), ArticleState.UNREAD, now)
    marks = shingle_marks(article.text)
    article = replace(article, copy_of=_original(store, article, marks))
    return store.save_article(entry, article, kind, marks, ArticleState.FETCHED, now, page)


def readable(article: Article, languages: frozenset[str]) -> bool:
    """Say whether there is an article to be tagged, in a language that a tagger reads."""
    if article.quality is Quality.FOREIGN:
        return article.language is not None and language_code(article.language) in languages
    return article.quality not in _UNREADABLE


def shingle_marks(text: str) -> tuple[int, ...]:
    """Return 64-bit hashes of a text's 5-word shingles, of a long text those divisible by 8.

    Sampling by value keeps containment measurable between texts of any two lengths (Broder 1997).
    """
    words = tokens(text)
    shingles = {" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}
    hashes = {
        int.from_bytes(hashlib.blake2b(one.encode(), digest_size=8).digest(), "big", signed=True) for one in shingles
    }
    return tuple(sorted(one for one in hashes if len(hashes) <= _SHORT or one % 8 == 0))


def _original(store: Store, article: Article, marks: Sequence[int]) -> str | None:
    alike = store.similar_articles(marks, article.published - _COPY_WINDOW, _COPY_CANDIDATES)
    others = {other.id: other for other in alike if other.id != article.id and other.copy_of != article.id}
    found = find_original(article.text, [Candidate(o.id, o.text, o.source) for o in others.values()], article.author)
    return None if found.original_id is None else others[found.original_id].copy_of or found.original_id


async def _document(stored: StoredEntry, fetcher: Fetcher) -> tuple[Document, FetchResult | None]:
    """Return the article, and the page from which it was read, None when the feed gave it."""
    entry = stored.entry
    own = extract_fragment(entry.content_html, entry.link or "", entry.title) if entry.content_html else None
    if own is not None and own.quality is Quality.FULL and len(own.text) >= _WHOLE:
        return own, None
    if entry.link is None:
        return own or Document(entry.title, entry.summary, quality=Quality.THIN, reason="the feed gives no link"), None
    result = (await fetcher.fetch(FetchRequest(entry.link, kind=FetchKind.PAGE))).checked()
    page = extract_page(result.body, result.final_url, result.content_type)
    poor = page.quality in _UNREADABLE or (page.quality is Quality.FOREIGN and page.language is None)
    return (own, None) if own is not None and poor and own.text else (page, result)


def _page(
    stored: StoredEntry, article: Article, result: FetchResult | None, spans: Sequence[timedelta], now: datetime
) -> PageState | None:
    if result is None:
        return None
    when, reason = next_reread(spans, article.published, stored.seen, now, result.headers)
    return PageState(article.url, stored.seen, when, reason.value, result.etag, result.last_modified)


def _article(stored: StoredEntry, document: Document, now: datetime) -> Article:
    entry, source = stored.entry, stored.source
    url = document.canonical_url or entry.link or f"{source.feed}#{entry.key}"
    published = entry.published or document.published or stored.seen
    return Article(
        id=stored.article or article_id(source.name, entry.link or url),
        source=source.name,
        url=entry.link or url,
        published=min(published, now),  # a date in the future is a mistake and would sort above all news
        title=document.title or entry.title,
        text=document.text,
        fetched=now,
        author=document.author or entry.author,
        language=document.language,
        quality=document.quality,
        sample=source.sample,
    )


def _put_off(store: Store, work: Work, id: str, attempts: int, error: CounterclaimError, now: datetime) -> Fetched:
    reason = f"{error.reason}: {error.detail}"
    if not error.retry or attempts >= ATTEMPTS:
        store.bury(work, id, now, reason)
        return Fetched(Outcome.FAILED, None, reason)
    store.retry_later(work, id, now + backoff(attempts), reason)
    return Fetched(Outcome.RETRY, None, reason)


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 30 s, doubling, at most 4 h."""
    return timedelta(seconds=min(30 * 2 ** min(max(attempts - 1, 0), 12), 4 * 3600))


# --- claims ----------------------------------------------------------------------------------------------------------


def tag_article(store: Store, tagger: Tagger, id: str, now: datetime) -> Tagged:
    """Read one article's claims and store them, once for each of its revisions."""
    article = store.claim_article(id, ArticleState.FETCHED, now, LEASE)
    if article is None:
        return Tagged(Outcome.NOT_MINE)
    claims = tagger.tag(article)
    saved = store.save_claims(article, claims, now)
    return Tagged(Outcome.DONE if saved else Outcome.UNCHANGED, len(claims))


# --- conflicts -------------------------------------------------------------------------------------------------------


def compare_claims(store: Store, engine: ConflictEngine, plan: Plan, id: str, now: datetime) -> Compared:
    """Compare one article's claims with earlier ones; save what changed and its alerts in one transaction."""
    if store.claim_article(id, ArticleState.TAGGED, now, LEASE) is None:
        return Compared(Outcome.NOT_MINE)
    for _ in range(RACES):
        seen = store.load_comparison(id, Candidates())
        known = (seen.candidates, seen.existing, now, seen.copies, seen.dismissed)
        changes = tuple(engine.update(seen.new, *known)) if seen.new else ()
        alerts = tuple(alert for change in changes for alert in plan(change, store.view(change.conflict), now))
        if store.save_comparison(id, seen, changes, alerts, now):
            return Compared(Outcome.DONE, changes, alerts)
    store.retry_later(Work.ARTICLE, id, now + backoff(1), "other comparisons of its region came first")
    return Compared(Outcome.RETRY)
