"""What is being asked: the candidates worth comparing, and the kind of a conflict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from monitor.conflicts.axes import poles
from monitor.model import Claim, ConflictKind, Frame
from monitor.text.words import content

WINDOW = timedelta(days=14)
_TOO_COMMON = 40  # claims that share a word; beyond that the word names the story, not the question

_KINDS = {
    Frame.CONTROL: ConflictKind.CONTROL,
    Frame.ATTACK: ConflictKind.OUTCOME,
    Frame.CASUALTIES: ConflictKind.COUNT,
    Frame.PEOPLE: ConflictKind.COUNT,
    Frame.EQUIPMENT: ConflictKind.COUNT,
    Frame.LAUNCHES: ConflictKind.COUNT,
    Frame.AREA: ConflictKind.COUNT,
    Frame.DISASTER: ConflictKind.COUNT,
    Frame.ELECTION: ConflictKind.OUTCOME,
    Frame.CROWD: ConflictKind.COUNT,
    Frame.QUANTITY: ConflictKind.COUNT,
    Frame.RESPONSIBILITY: ConflictKind.RESPONSIBILITY,
    Frame.OCCURRENCE: ConflictKind.OCCURRENCE,
    Frame.AGREEMENT: ConflictKind.STATUS,
    Frame.STATUS: ConflictKind.STATUS,
    Frame.TIME: ConflictKind.TIME,
    Frame.PLACE: ConflictKind.PLACE,
    Frame.IDENTITY: ConflictKind.IDENTITY,
}
_AXIS_KINDS = {
    "holding": ConflictKind.CONTROL,
    "hit": ConflictKind.OUTCOME,
    "cause": ConflictKind.RESPONSIBILITY,
    "operation": ConflictKind.STATUS,
    "accord": ConflictKind.STATUS,
    "custody": ConflictKind.STATUS,
    "life": ConflictKind.STATUS,
    "kinship": ConflictKind.IDENTITY,
    "site": ConflictKind.IDENTITY,
}


def partners(claim: Claim, others: Iterable[Claim], by_words: bool) -> list[Claim]:
    """Return the claims that may answer the same question: comparable, near in time.

    With `by_words` they must also share a word, a place or a frame; without it, nearness of meaning decides later.
    """
    near = [
        other
        for other in others
        if other.id != claim.id and abs(other.published - claim.published) <= WINDOW and comparable(claim, other)
    ]
    if not by_words:
        return near
    words = {other.id: content(other.sentence) for other in near}
    common = Counter(word for stems in words.values() for word in stems)
    mine = {word for word in content(claim.sentence) if common[word] <= _TOO_COMMON}
    return [other for other in near if _touches(claim, other, mine & words[other.id])]


def comparable(a: Claim, b: Claim) -> bool:
    """Whether two claims are about one region, or the article of one names the region of the other.

    Each side of a border tells of its own bank; one outlet names the town, another the country. On labelled cases with
    two regions, asking that both articles name both finds fewer conflicts and is no more precise.
    """
    return a.region == b.region or a.region in b.neighbours or b.region in a.neighbours


def _touches(claim: Claim, other: Claim, shared: set[str]) -> bool:
    if shared or (claim.place is not None and claim.place == other.place):
        return True
    return claim.frame is other.frame and claim.frame is not Frame.STATEMENT


def kind_of(a: Claim, b: Claim, figures: bool) -> ConflictKind:
    """Return what kind of question two conflicting claims answer."""
    if figures:
        return ConflictKind.COUNT
    kinds = [_KINDS[claim.frame] for claim in (a, b) if claim.frame in _KINDS]
    kinds = [kind for kind in kinds if kind is not ConflictKind.COUNT] or kinds
    if kinds and (len(kinds) == 1 or kinds[0] is kinds[1] or ConflictKind.OCCURRENCE not in kinds):
        return kinds[0]
    first, second = poles(a.quote), poles(b.quote)
    for axis, kind in _AXIS_KINDS.items():
        if first.get(axis, 0) * second.get(axis, 0) < 0:
            return kind
    return ConflictKind.OCCURRENCE
