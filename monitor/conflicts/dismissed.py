"""What a person marked as no conflict stays none, also when others say the same again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from monitor.conflicts.compare import Conflicting, NoConflict
from monitor.conflicts.pairs import Pair
from monitor.conflicts.questions import comparable
from monitor.conflicts.reasons import NoConflictReason
from monitor.model import Claim, Dismissed
from monitor.text.intervals import Relation
from monitor.text.words import content, overlap

SAME = 0.5  # likeness from which a claim repeats a dismissed one
SAME_TEXT = 0.8  # share of content words from which two quotes are one text
HOURS = 7 * 24.0  # after which the same words are about something new


def without_dismissed(
    verdicts: Sequence[Conflicting], dismissed: Sequence[Dismissed], likeness: Mapping[tuple[str, str], float]
) -> list[Conflicting | NoConflict]:
    """Return the verdicts, those that a person has decided otherwise as no conflict.

    `likeness` maps pairs of claim ids to how far the two say the same, 0 to 1 (see `repetitions`).
    """
    return [
        NoConflict(verdict.pair, NoConflictReason.DISMISSED, verdict.probability)
        if any(_covers(one, verdict.pair, likeness) for one in dismissed)
        else verdict
        for verdict in verdicts
    ]


def repetitions(verdicts: Sequence[Conflicting], dismissed: Sequence[Dismissed]) -> Iterator[Pair]:
    """Yield each pair of a contradicting claim and a dismissed one that it may repeat: near in time, no other event."""
    said = {claim.id: claim for verdict in verdicts for claim in (verdict.pair.first, verdict.pair.second)}
    gone = {claim.id: claim for one in dismissed if one.alike for side in one.sides for claim in side}
    pairs = (Pair.of(a, b) for a in said.values() for b in gone.values() if a.id != b.id and comparable(a, b))
    yield from {pair.key: pair for pair in pairs if pair.hours <= HOURS and pair.apart == 0}.values()


def same_text(pair: Pair) -> bool:
    """Whether two claims say the same in the same words."""
    a, b = pair.first, pair.second
    figures = pair.relation is Relation.EQUAL or (a.quantity is None and b.quantity is None)
    answers = (a.frame, a.answer, a.negated) == (b.frame, b.answer, b.negated)
    return figures and answers and overlap(content(a.quote), content(b.quote)) >= SAME_TEXT


def _covers(dismissal: Dismissed, pair: Pair, likeness: Mapping[tuple[str, str], float]) -> bool:
    first, second = (
        {at for at, side in enumerate(dismissal.sides) if _stands(claim, side, dismissal, likeness)}
        for claim in (pair.first, pair.second)
    )
    return any(a != b for a in first for b in second)


def _stands(
    claim: Claim, side: Sequence[Claim], dismissal: Dismissed, likeness: Mapping[tuple[str, str], float]
) -> bool:
    """Whether a claim is one of a side, or repeats one of it."""
    if any(claim.id == other.id for other in side):
        return True
    return dismissal.alike and any(likeness.get(Pair.of(claim, other).key, 0.0) >= SAME for other in side)
