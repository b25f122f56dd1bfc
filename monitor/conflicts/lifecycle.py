"""A conflict's life: opened, grown, corrected, settled, quiet, reopened; each change with its cause."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from monitor.conflicts.cluster import Cluster
from monitor.conflicts.headlines import answer, question
from monitor.conflicts.pairs import Pair
from monitor.conflicts.reasons import Cause, ConflictReason
from monitor.model import Claim, Conflict, ConflictKind, ConflictState, Frame, Position, Revision, SpeakerKind

NO_COPIES: Mapping[str, str] = MappingProxyType({})


def voice(claim: Claim) -> str:
    """Who stands behind a claim: the deepest attribution, or the outlet itself."""
    return claim.voice


def opened(cluster: Cluster, confidence: float, now: datetime) -> Conflict:
    """Return a new conflict for a question that nothing open answers yet; settled when it is so already."""
    lead = min(cluster.claims, key=lambda claim: (claim.published, claim.id))
    digest = hashlib.sha256(f"{lead.region}\n{cluster.kind}\n{lead.id}".encode()).hexdigest()[:12]
    conflict = _filled(cluster, confidence, now, now, digest)
    causes = [(Cause.OPENED, _summary(conflict.positions)), *_corrections(None, conflict)]
    return replace(conflict, revisions=_numbered((), causes, now), state=_state(conflict))


def grown(
    known: Conflict, cluster: Cluster, confidence: float, now: datetime, copies: Mapping[str, str] = NO_COPIES
) -> Conflict:
    """Return the conflict with what is new in it; equal to `known` when nothing is.

    A dismissed one is open again: the cluster holds nothing that was dismissed.
    `copies` maps the id of a syndicated copy to its original: what a copy says is no new source.
    """
    fresh = _filled(cluster, confidence, known.opened_at, now, known.id)
    causes = list(_causes(known, fresh, copies, cluster.firm))
    if not causes:
        return known
    revisions = _numbered(known.revisions, causes, now)
    return replace(fresh, revisions=revisions, state=_state(fresh), question=known.question, kind=known.kind)


def merged(known: Conflict, into: Conflict, now: datetime) -> Conflict:
    """Return a conflict whose question has turned out to be another's; equal to `known` when that is no news."""
    if known.state is ConflictState.DISMISSED or (known.revisions and known.revisions[-1].cause == Cause.MERGED):
        return known
    revisions = _numbered(known.revisions, [(Cause.MERGED, into.id)], now)
    return replace(known, revisions=revisions, state=ConflictState.SETTLED, updated_at=now)


def _state(conflict: Conflict) -> ConflictState:
    return ConflictState.OPEN if len(conflict.standing) > 1 else ConflictState.SETTLED


def _numbered(before: tuple[Revision, ...], causes: Sequence[tuple[Cause, str]], now: datetime) -> tuple[Revision, ...]:
    first = len(before) + 1
    return (*before, *(Revision(number, now, cause, note) for number, (cause, note) in enumerate(causes, first)))


def gone_quiet(conflicts: Iterable[Conflict], now: datetime, after: timedelta) -> list[Conflict]:
    """Return the open conflicts that have had no news for `after`, now quiet."""
    return [
        replace(
            conflict,
            state=ConflictState.QUIET,
            updated_at=now,
            revisions=(*conflict.revisions, Revision(conflict.revision + 1, now, Cause.QUIET)),
        )
        for conflict in conflicts
        if conflict.state is ConflictState.OPEN and now - conflict.updated_at >= after
    ]


def _filled(cluster: Cluster, confidence: float, opened_at: datetime, now: datetime, identity: str) -> Conflict:
    lead = cluster.pairs[0].pair
    positions = tuple(_position(claims, cluster.kind, lead) for claims in cluster.positions)
    return Conflict(
        id=identity,
        region=lead.first.region,
        place=next((claim.place for claim in cluster.claims if claim.place), None),
        frame=next((c.frame for c in (lead.first, lead.second) if c.frame is not Frame.STATEMENT), lead.first.frame),
        kind=cluster.kind,
        question=question(cluster.kind, (lead.first, lead.second)),
        positions=positions,
        confidence=round(confidence, 3),
        opened_at=opened_at,
        updated_at=now,
        reasons=tuple(explain(cluster)),
    )


def _position(claims: Sequence[Claim], kind: ConflictKind, strongest: Pair) -> Position:
    """Order a position's claims by time; answer with the one of the strongest pair, else the first that tells most."""
    ordered = sorted(claims, key=lambda claim: (claim.published, claim.order, claim.id))
    asks = kind is ConflictKind.COUNT
    lead = min(
        ordered,
        key=lambda claim: (
            claim.id not in strongest.key,
            asks and claim.quantity is None,
            claim.order == 0,
            ordered.index(claim),
        ),
    )
    return Position(answer(lead, kind), tuple(ordered))


def explain(cluster: Cluster) -> Iterable[str]:
    """Yield why the cluster counts as a conflict and what it is not, strongest pair first."""
    best = cluster.pairs[0]
    for reason in best.reasons:
        share = best.pair.opinion.judge
        tail = f" ({share[0]:.0%})" if reason is ConflictReason.JUDGE and share else ""
        yield f"{reason.value}{tail}"
    first, second = best.pair.first, best.pair.second
    if first.event_time and second.event_time and best.pair.apart == 0:
        when = first.event_time.text or second.event_time.text or f"{first.event_time.start:%d %B}"
        yield f"not an update: both speak of {when}"
    if first.article == second.article:
        yield "both sides stand in one report, by different speakers"
    elif voice(first) != voice(second):
        names = [f"{claim.speaker.name} ({claim.source})" for claim in (first, second)]
        yield f"two independent voices: {' and '.join(names)}"


def _causes(known: Conflict, fresh: Conflict, copies: Mapping[str, str], firm: Set[str]) -> Iterable[tuple[Cause, str]]:
    """Yield what is new; only a `firm` claim, which would open a dispute by itself, is news worth a message."""
    before = {claim.id for claim in _claims(known)}
    added = [claim for claim in _claims(fresh) if claim.id not in before]
    if not added:
        return
    over = known.state in {ConflictState.SETTLED, ConflictState.DISMISSED}
    if known.state is ConflictState.QUIET or (over and _state(fresh) is ConflictState.OPEN):
        yield Cause.REOPENED, f"{added[0].speaker.name} spoke again"
    voices = {voice(claim) for claim in _claims(known)}
    telling = [claim for claim in added if claim.id in firm]
    news = [claim for claim in telling if voice(claim) not in voices and not _copied(claim, copies)]
    new = [p for p in fresh.positions if all(c in added for c in p.claims) and any(c in telling for c in p.claims)]
    if new and len(fresh.positions) > len(known.positions):
        yield Cause.NEW_POSITION, _summary(new)
    elif news:
        yield Cause.NEW_SOURCE, ", ".join(sorted({claim.speaker.name for claim in news}))
    else:
        yield Cause.MORE_EVIDENCE, added[0].source
    yield from _corrections(known, fresh)


def _claims(conflict: Conflict) -> list[Claim]:
    return [claim for position in conflict.positions for claim in position.claims]


def _copied(claim: Claim, copies: Mapping[str, str]) -> bool:
    """Whether a claim is an outlet's own only because it carries another's report."""
    return claim.article in copies and claim.speaker.kind is SpeakerKind.OUTLET


def _corrections(known: Conflict | None, fresh: Conflict) -> Iterable[tuple[Cause, str]]:
    """A voice that now gives another answer has corrected itself; when one answer is left, the question is settled."""
    before = _turned(known) if known else {}
    corrected = {name for turned, name in _turned(fresh).items() if turned not in before}
    if corrected:
        yield Cause.CORRECTED, ", ".join(sorted(corrected))
    if _state(fresh) is ConflictState.SETTLED and (known is None or known.state is not ConflictState.SETTLED):
        yield Cause.SETTLED, _summary(fresh.standing)


def _turned(conflict: Conflict) -> dict[tuple[str, str], str]:
    """The voices whose later claims stand in another position than earlier ones: (voice, claim id) → its name."""
    return {
        (voice(claim), claim.id): claim.speaker.name
        for position in conflict.positions
        for claim in position.claims
        if _changed_its_mind(claim, conflict)
    }


def _changed_its_mind(claim: Claim, conflict: Conflict) -> bool:
    return any(
        voice(other) == voice(claim) and other.published < claim.published
        for position in conflict.positions
        if claim not in position.claims
        for other in position.claims
    )


def standing(conflict: Conflict) -> list[Position]:
    """Return the positions that some voice still holds: its latest word is there."""
    return list(conflict.standing)


def _summary(positions: Sequence[Position]) -> str:
    return " — ".join(position.answer for position in positions)
