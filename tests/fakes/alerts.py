"""A builder for conflicts as alerts see them: claims by outlet, then what happened later."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from monitor.model import (
    Alert,
    AlertState,
    Article,
    ArticleRef,
    Cause,
    Claim,
    Conflict,
    ConflictChange,
    ConflictKind,
    ConflictState,
    ConflictView,
    Factuality,
    Frame,
    Position,
    Quantity,
    Revision,
    SourceKind,
    Speaker,
    SpeakerKind,
)
from monitor.ports import AlertJob

NOON = datetime(2025, 1, 7, 12, tzinfo=UTC)


@dataclass
class ConflictBuilder:
    """Builds one conflict step by step; `at` moves on by ten minutes with each claim."""

    region: str = "Kursk Oblast"
    question: str = "Who controls Makhnovka?"
    place: str | None = "Makhnovka"
    frame: Frame = Frame.CONTROL
    kind: ConflictKind = ConflictKind.CONTROL
    confidence: float = 0.83
    key: str = "c1"
    at: datetime = NOON
    sample: bool = False
    state: ConflictState = ConflictState.OPEN
    here: str | None = None
    answers: dict[str, list[Claim]] = field(default_factory=dict)
    articles: dict[str, ArticleRef] = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)

    def says(
        self,
        answer: str,
        quote: str,
        outlet: str,
        speaker: str | None = None,
        *,
        kind: SourceKind = SourceKind.NEWSPAPER,
        url: str | None = None,
        title: str = "A report",
        quantity: Quantity | None = None,
    ) -> Self:
        """Add a claim; without a speaker the outlet speaks in its own voice."""
        number = len(self.articles) + 1
        self.at += timedelta(minutes=10)
        article = f"{self.key}-a{number}"
        link = url if url is not None else f"https://{outlet.lower().replace(' ', '')}.example/{number}"
        fetched = self.at + timedelta(minutes=3)
        self.articles[article] = ArticleRef(article, outlet, kind, link, title, self.at, fetched, self.sample)
        who = speaker or outlet
        voice = SpeakerKind.NAMED if speaker else SpeakerKind.OUTLET
        claim = Claim(
            id=hashlib.sha256(f"{article}{quote}".encode(errors="replace")).hexdigest()[:16],
            article=article,
            source=outlet,
            region=self.here or self.region,
            place=self.place,
            frame=self.frame,
            measure="holder",
            speaker=Speaker(who, who.casefold(), voice, who.casefold()),
            factuality=Factuality.ASSERTED,
            quote=quote,
            field="text",
            start=0,
            end=len(quote),
            sentence=quote,
            published=self.at,
            answer=answer,
            quantity=quantity,
        )
        self.answers.setdefault(answer, []).append(claim)
        return self

    def about(self, region: str) -> Self:
        """Let what is said from here on be about another region; the conflict stays with the first."""
        self.here = region
        return self

    def because(self, cause: Cause, note: str = "") -> Self:
        """Close what was added as one revision."""
        self.revisions.append(Revision(len(self.revisions) + 1, self.at, cause, note))
        return self

    def conflict(self) -> Conflict:
        """Return the conflict as it now stands."""
        return Conflict(
            id=self.key,
            region=self.region,
            place=self.place,
            frame=self.frame,
            kind=self.kind,
            question=self.question,
            positions=tuple(Position(answer, tuple(claims)) for answer, claims in self.answers.items()),
            confidence=self.confidence,
            opened_at=self.revisions[0].at if self.revisions else self.at,
            updated_at=self.at,
            state=self.state,
            reasons=("they give opposite answers", "two independent voices"),
            revisions=tuple(self.revisions),
        )

    def view(self) -> ConflictView:
        """Return the conflict with its articles."""
        return ConflictView(self.conflict(), dict(self.articles))

    def change(self) -> ConflictChange:
        """Return the last revision as a change."""
        conflict = self.conflict()
        return ConflictChange(conflict, conflict.revisions[-1].cause, len(conflict.revisions) == 1)

    def job(self, target: str = "desk", sent: Sequence[Mapping[str, Any]] = (), **changes: Any) -> AlertJob:
        """Return a claimed alert about the conflict's latest revision."""
        conflict = self.conflict()
        reason = conflict.revisions[-1].cause if conflict.revisions else Cause.OPENED
        id = hashlib.sha256(f"{conflict.id}{conflict.revision}{target}".encode()).hexdigest()[:32]
        alert = Alert(id, conflict.id, conflict.revision, target, str(reason), self.at, self.at, AlertState.LEASED, 1)
        return AlertJob(replace(alert, **changes), self.view(), tuple(sent))

    def stored_articles(self) -> list[Article]:
        """Return the articles as a store takes them."""
        return [
            Article(one.id, one.source, one.url, one.published, one.title, self._text(one.id), one.fetched)
            for one in self.articles.values()
        ]

    def _text(self, article: str) -> str:
        claims = (claim for held in self.answers.values() for claim in held)
        return "\n\n".join(claim.quote for claim in claims if claim.article == article)


def two_sided(**values: Any) -> ConflictBuilder:
    """Return a conflict between two outlets, just opened."""
    return (
        ConflictBuilder(**values)
        .says("entered", "Russian troops have entered Makhnovka", "Vestnik Online", "the defence ministry")
        .says("held", "Ukrainian forces still hold Makhnovka", "Kyiv Wire", "the General Staff")
        .because(Cause.OPENED, "entered — held")
    )
