"""A conflict's life: opened, grown, corrected, settled, quiet, reopened; each change with its cause."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.conflicts.cluster import Cluster
from monitor.conflicts.questions import question
from monitor.conflicts.reasons import Cause, ConflictReason
from monitor.model import Claim, Conflict, ConflictState, Frame, Position, Revision

_SHOWN = 130


def voice(claim: Claim) -> str:
    """Who stands behind a claim: the deepest attribution, or the outlet itself."""
    return claim.voice


def opened(cluster: Cluster, confidence: float, now: datetime) -> Conflict:
    """Return a new conflict for a question that nothing open answers yet."""
    lead = min(cluster.claims, key=lambda claim: (claim.published, claim.id))
    digest = hashlib.sha256(f"{lead.region}\n{cluster.kind}\n{lead.id}".encode()).hexdigest()[:12]
    conflict = _filled(cluster, confidence, now, now, digest)
    return replace(conflict, revisions=(Revision(1, now, Cause.OPENED, _summary(conflict.positions)),))


def grown(known: Conflict, cluster: Cluster, confidence: float, now: datetime) -> Conflict:
    """Return the conflict with what is new in it; equal to `known` when nothing is."""
    fresh = _filled(cluster, confidence, known.opened_at, now, known.id)
    causes = list(_causes(known, fresh))
    if not causes:
        return known
    revisions = list(known.revisions)
    for cause, note in causes:
        revisions.append(Revision(len(revisions) + 1, now, cause, note))
    state = ConflictState.SETTLED if causes[-1][0] is Cause.SETTLED else ConflictState.OPEN
    if known.state is ConflictState.DISMISSED:
        state = known.state
    return replace(fresh, revisions=tuple(revisions), state=state, question=known.question, kind=known.kind)


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
    positions = tuple(_position(claims) for claims in cluster.positions)
    lead = cluster.pairs[0].pair
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


def _position(claims: Sequence[Claim]) -> Position:
    """Order a position's claims by time and answer with the first that is no mere statement."""
    ordered = sorted(claims, key=lambda claim: (claim.published, claim.order, claim.id))
    lead = min(ordered, key=lambda claim: (claim.quantity is None, claim.order == 0, ordered.index(claim)))
    text = f"{lead.speaker.name}: {' '.join(lead.quote.split())}"
    return Position(text if len(text) <= _SHOWN else text[: _SHOWN - 1].rsplit(" ", 1)[0] + "…", tuple(ordered))


def explain(cluster: Cluster) -> Iterable[str]:
    """Yield why the cluster counts as a conflict and what it is not, strongest pair first."""
    best = cluster.pairs[0]
    for reason in best.reasons:
        share = best.pair.opinion.judge
        tail = f" ({share[0]:.0%})" if reason is ConflictReason.JUDGE and share else ""
        yield f"{reason.value}{tail}"
    first, second = best.pair.first, best.pair.second
    if first.event_time and second.event_time and best.pair.apart == 0:
        yield f"not an update: both speak of {first.event_time.text or second.event_time.text}"
    if first.article == second.article:
        yield "both sides stand in one report, by different speakers"
    elif voice(first) != voice(second):
        names = [f"{claim.speaker.name} ({claim.source})" for claim in (first, second)]
        yield f"two independent voices: {' and '.join(names)}"


def _causes(known: Conflict, fresh: Conflict) -> Iterable[tuple[Cause, str]]:
    before = {claim.id for position in known.positions for claim in position.claims}
    added = [claim for position in fresh.positions for claim in position.claims if claim.id not in before]
    if not added:
        return
    if known.state is ConflictState.QUIET:
        yield Cause.REOPENED, f"{added[0].speaker.name} spoke again"
    if len(fresh.positions) > len(known.positions):
        yield Cause.NEW_POSITION, fresh.positions[-1].answer
    elif new := {voice(c) for c in added} - {voice(c) for p in known.positions for c in p.claims}:
        yield Cause.NEW_SOURCE, ", ".join(sorted(claim.speaker.name for claim in added if voice(claim) in new))
    else:
        yield Cause.MORE_EVIDENCE, added[0].source
    yield from _corrections(fresh, added)


def _corrections(fresh: Conflict, added: Sequence[Claim]) -> Iterable[tuple[Cause, str]]:
    """A voice that now gives another answer has corrected itself; when one answer is left, the question is settled."""
    corrected = [claim for claim in added if _changed_its_mind(claim, fresh)]
    if corrected:
        yield Cause.CORRECTED, ", ".join(sorted({claim.speaker.name for claim in corrected}))
        if len(standing(fresh)) < 2:
            yield Cause.SETTLED, standing(fresh)[0].answer if standing(fresh) else ""


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
