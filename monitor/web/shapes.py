"""What the API says, as pydantic models: the shapes of `monitor.cli.shapes` with links, and lists with a cursor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from monitor.cli.shapes import claim_shape, conflict_shape, timestamp
from monitor.model import ArticleRef, Claim, ConflictState
from monitor.store.desk.values import (
    AlertLine,
    ArticleFile,
    ConflictFile,
    ConflictLine,
    Dismissal,
    RegionLine,
    SourceLine,
)


class ClaimOut(BaseModel):
    """A claim; `start` and `end` are offsets of the quote in the article's `field`, in code points."""

    id: str
    article: str
    source: str
    region: str
    place: str | None
    frame: str
    measure: str
    speaker: str
    time: str
    value: str
    factuality: str
    quote: str
    field: str
    start: int
    end: int
    published: str


class ClaimPage(BaseModel):
    """Claims, the latest published first; `next` is the cursor of the next page."""

    claims: list[ClaimOut]
    next: str | None


class SideOut(BaseModel):
    """A position in a list: its answer, its outlets and the number of its claims."""

    answer: str
    sources: list[str]
    claims: int


class ConflictLineOut(BaseModel):
    """A conflict in a list."""

    id: str
    region: str
    place: str | None
    frame: str
    kind: str
    question: str
    confidence: float
    state: str
    opened_at: str
    updated_at: str
    positions: list[SideOut]
    acknowledged: bool
    muted_until: str | None
    link: str


class ConflictPage(BaseModel):
    """Conflicts, the latest changed first; `next` is the cursor of the next page."""

    conflicts: list[ConflictLineOut]
    next: str | None


class PositionOut(BaseModel):
    """A position with its claims."""

    answer: str
    claims: list[ClaimOut]


class ArticleRefOut(BaseModel):
    """The article behind a claim."""

    source: str
    source_kind: str
    url: str
    title: str
    published: str
    fetched: str | None
    sample: bool


class RevisionOut(BaseModel):
    """One change in a conflict's life."""

    number: int
    at: str
    cause: str
    note: str


class DismissalOut(BaseModel):
    """Who said that it is no conflict, as what kind of trap of the evaluation format, why, and when."""

    by: str
    kind: str
    note: str
    at: str


class PairOut(BaseModel):
    """Two claims that do not contradict each other."""

    first: str
    second: str
    dismissed: DismissalOut


class ConflictOut(BaseModel):
    """A conflict with its evidence; `articles` by id."""

    id: str
    region: str
    place: str | None
    frame: str
    kind: str
    question: str
    confidence: float
    opened_at: str
    updated_at: str
    state: str
    reasons: list[str]
    positions: list[PositionOut]
    revisions: list[RevisionOut]
    articles: dict[str, ArticleRefOut]
    acknowledged_by: str | None
    dismissed_as: str | None
    dismissed: DismissalOut | None
    dismissed_pairs: list[PairOut]
    muted_until: str | None
    link: str


class RegionOut(BaseModel):
    """A region: claims a day over the last fortnight (oldest first), claims by place, and open conflicts."""

    name: str
    claims_by_day: list[int]
    claims_by_place: dict[str, int]
    open_conflicts: int
    open_conflicts_by_place: dict[str, int]


class SourceOut(BaseModel):
    """An outlet; `alone` and `joined` count its positions in disputes that no other, or some other, outlet carried."""

    name: str
    feed: str | None
    kind: str | None
    country: str | None
    state: str
    reason: str
    articles: int
    alone: int
    joined: int


class AlertOut(BaseModel):
    """An alert; `detail` says why it was held back or failed."""

    id: str
    conflict: str
    revision: int
    target: str
    state: str
    reason: str
    detail: str
    created_at: str
    at: str | None


class AlertPage(BaseModel):
    """Alerts, the latest first."""

    alerts: list[AlertOut]
    next: str | None


class ArticleOut(BaseModel):
    """An article as extracted, with its claims in text order."""

    id: str
    source: str
    source_kind: str
    url: str
    published: str
    fetched: str | None
    title: str
    text: str
    language: str | None
    quality: str
    copy_of: str | None
    revision: int
    claims: list[ClaimOut]


class Problem(BaseModel):
    """Why a request was refused."""

    detail: str


REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "No token, or none that is known"},
    422: {"model": Problem, "description": "Something in the request cannot be read"},
    503: {"model": Problem, "description": "The database is busy"},
}


def claim_out(claim: Claim) -> ClaimOut:
    """Return a claim's shape."""
    return ClaimOut(**claim_shape(claim))


def line_out(line: ConflictLine) -> ConflictLineOut:
    """Return the shape of a conflict in a list."""
    own = {n: getattr(line, n) for n in ("id", "region", "place", "kind", "question", "acknowledged")}
    return ConflictLineOut(
        **own,
        frame=line.frame.value,
        confidence=round(line.confidence, 4),
        state=line.state.value,
        opened_at=timestamp(line.opened_at),
        updated_at=timestamp(line.updated_at),
        positions=[SideOut(answer=s.answer, sources=list(s.sources), claims=s.claims) for s in line.sides],
        muted_until=timestamp(line.muted_until) if line.muted_until else None,
        link=f"/conflicts/{line.id}",
    )


def conflict_out(file: ConflictFile) -> ConflictOut:
    """Return the shape of a conflict with its evidence."""
    conflict = file.view.conflict
    dismissal = file.dismissal if conflict.state is ConflictState.DISMISSED else None
    revisions = [
        RevisionOut(number=r.number, at=timestamp(r.at), cause=r.cause, note=r.note) for r in conflict.revisions
    ]
    return ConflictOut(
        **conflict_shape(conflict),
        revisions=revisions,
        articles={id: _reference(article) for id, article in file.view.articles.items()},
        acknowledged_by=file.acknowledgement.author if file.acknowledgement else None,
        dismissed_as=dismissal.kind or "other" if dismissal else None,
        dismissed=_dismissal(dismissal) if dismissal else None,
        dismissed_pairs=[
            PairOut(first=p.first, second=p.second, dismissed=_dismissal(p.dismissal)) for p in file.pairs
        ],
        muted_until=timestamp(file.muted_until) if file.muted_until else None,
        link=f"/conflicts/{conflict.id}",
    )


def _dismissal(dismissal: Dismissal) -> DismissalOut:
    return DismissalOut(
        by=dismissal.author, kind=dismissal.kind or "other", note=dismissal.note, at=timestamp(dismissal.at)
    )


def _reference(article: ArticleRef) -> ArticleRefOut:
    return ArticleRefOut(
        source=article.source,
        source_kind=article.source_kind.value,
        url=article.url,
        title=article.title,
        published=timestamp(article.published),
        fetched=timestamp(article.fetched) if article.fetched else None,
        sample=article.sample,
    )


def region_out(line: RegionLine) -> RegionOut:
    """Return the shape of a region."""
    disputed: Mapping[str, int] = line.disputed
    return RegionOut(
        name=line.name,
        claims_by_day=list(line.days),
        claims_by_place=dict(line.places),
        open_conflicts=line.open,
        open_conflicts_by_place=dict(disputed),
    )


def source_out(line: SourceLine) -> SourceOut:
    """Return the shape of an outlet."""
    stored = line.stored
    own: dict[str, Any] = {"feed": None, "kind": None, "country": None, "state": "unlisted", "reason": ""}
    if stored is not None:
        source = stored.source
        own = {"feed": source.feed, "kind": source.kind.value, "country": source.country}
        own |= {"state": stored.state, "reason": stored.reason}
    return SourceOut(name=line.name, articles=line.articles, alone=line.alone, joined=line.joined, **own)


def alert_out(line: AlertLine) -> AlertOut:
    """Return the shape of an alert."""
    alert = line.alert
    return AlertOut(
        id=alert.id,
        conflict=alert.conflict,
        revision=alert.revision,
        target=alert.target,
        state=alert.state.value,
        reason=alert.reason,
        detail=alert.detail,
        created_at=timestamp(alert.created),
        at=timestamp(line.at) if line.at else None,
    )


def article_out(file: ArticleFile) -> ArticleOut:
    """Return the shape of an article with its claims."""
    article = file.article
    names = ("id", "source", "url", "title", "text", "language", "copy_of", "revision")
    return ArticleOut(
        **{name: getattr(article, name) for name in names},
        source_kind=file.kind.value,
        quality=article.quality.value,
        published=timestamp(article.published),
        fetched=timestamp(article.fetched) if article.fetched else None,
        claims=[claim_out(claim) for claim in file.claims],
    )
