"""An invented conflict, for `counterclaim test-alert` and for pictures: no outlet, place or person in it is real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.model import (
    Alert,
    AlertState,
    ArticleRef,
    Cause,
    Claim,
    Conflict,
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

_REGION, _PLACE = "Velmark Coast", "Port Sarne"
_DAY = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
# minutes after the first report, position, outlet, its kind, speaker (None: the outlet itself), quote, low, high, words
_WORDS: Sequence[tuple[int, int, str, SourceKind, str | None, str, float, float, str]] = (
    (0, 0, "Harbour Radio", SourceKind.LOCAL, None,
     "At least 14 people were killed when the grain silo blew up", 14, float("inf"), "at least 14"),
    (35, 1, "Orbis State Agency", SourceKind.STATE, "Interior Ministry",
     "Three people died in the incident at the port, and no others are missing", 3, 3, "three"),
    (80, 0, "Velmark Courier", SourceKind.NEWSPAPER, "Governor Ilse Marant",
     "We have recovered 16 bodies, and the search goes on", 16, 16, "16"),
)  # fmt: skip
_ANSWERS = ("At least 14 people were killed", "Three people were killed", "11 people were killed")
_CORRECTION = (
    190, 2, "Orbis State Agency", SourceKind.STATE, "Interior Ministry",
    "The number of dead has been established as 11", 11, 11, "11",
)  # fmt: skip


def sample_view(*, sample: bool = True, corrected: bool = False) -> ConflictView:
    """Return the conflict as it opened, or after one side has corrected its figure."""
    words = [*_WORDS, _CORRECTION] if corrected else [*_WORDS]
    claims = [_claim(number, *row) for number, row in enumerate(words)]
    articles = {claim.article: _article(claim, row[3], sample) for claim, row in zip(claims, words, strict=True)}
    positions = tuple(_position(side, claims) for side in range(3 if corrected else 2))
    revisions = [Revision(1, claims[2].published, Cause.OPENED, "at least 14 — three")]
    if corrected:
        revisions.append(Revision(2, claims[-1].published, Cause.CORRECTED, "Interior Ministry: from three to 11"))
    conflict = Conflict(
        id="5a391ec0ffee",
        region=_REGION,
        place=_PLACE,
        frame=Frame.CASUALTIES,
        kind=ConflictKind.COUNT,
        question="How many people were killed in the explosion at Port Sarne?",
        positions=positions,
        confidence=0.91,
        opened_at=revisions[0].at,
        updated_at=revisions[-1].at,
        state=ConflictState.OPEN,
        reasons=(
            "the figures cannot both be right",
            "not an update: both speak of the explosion on 12 March",
            "two independent voices: Governor Ilse Marant (Velmark Courier) and Interior Ministry (Orbis State Agency)",
        ),
        revisions=tuple(revisions),
    )
    return ConflictView(conflict, articles)


def sample_job(target: str, now: datetime, *, sample: bool = True) -> AlertJob:
    """Return an alert about it that is told apart from every other by its time."""
    view = sample_view(sample=sample)
    id = f"test{int(now.timestamp() * 1000):028x}"
    return AlertJob(Alert(id, view.conflict.id, 1, target, "test", now, now, AlertState.LEASED, 1), view)


def sample_update(target: str, now: datetime, receipt: dict[str, object]) -> AlertJob:
    """Return the alert about its correction, after a first one that left this receipt."""
    job = sample_job(target, now, sample=False)
    alert = replace(job.alert, revision=2, reason=Cause.CORRECTED.value)
    return AlertJob(alert, sample_view(sample=False, corrected=True), ({**receipt, "revision": 1},))


def _claim(
    number: int, minutes: int, side: int, outlet: str, kind: SourceKind, speaker: str | None, quote: str,
    low: float, high: float, words: str,
) -> Claim:  # fmt: skip
    who = speaker or outlet
    return Claim(
        id=f"sample-{number}",
        article=f"sample-article-{number}",
        source=outlet,
        region=_REGION,
        place=_PLACE,
        frame=Frame.CASUALTIES,
        measure="killed",
        speaker=Speaker(who, who.casefold(), SpeakerKind.NAMED if speaker else SpeakerKind.OUTLET, who.casefold()),
        factuality=Factuality.ASSERTED,
        quote=quote,
        field="text",
        start=0,
        end=len(quote),
        sentence=quote,
        published=_DAY + timedelta(minutes=minutes),
        quantity=Quantity(low, high, words, "person"),
    )


def _article(claim: Claim, kind: SourceKind, sample: bool) -> ArticleRef:
    slug = claim.source.lower().replace(" ", "-")
    url = f"https://{slug}.example/2026/03/12/port-sarne-{claim.id[-1]}"
    fetched = claim.published + timedelta(minutes=4)
    return ArticleRef(
        claim.article, claim.source, kind, url, "Explosion at Port Sarne", claim.published, fetched, sample
    )


def _position(side: int, claims: Sequence[Claim]) -> Position:
    rows = zip(claims, [*_WORDS, _CORRECTION], strict=False)
    return Position(_ANSWERS[side], tuple(claim for claim, row in rows if row[1] == side))
