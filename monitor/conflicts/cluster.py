"""Conflicting pairs → questions with positions: a pure function of the set, so order of arrival cannot matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.conflicts.compare import Conflicting
from monitor.conflicts.likeness import answers_opposed, holders_exclude
from monitor.conflicts.pairs import Pair
from monitor.conflicts.questions import kind_of
from monitor.conflicts.reasons import ConflictReason
from monitor.model import Claim, ConflictKind, Frame
from monitor.text.intervals import Relation, compatible
from monitor.text.words import content, overlap

_MOST_POSITIONS = 6
_MOST_CLAIMS = 40  # in one dispute: what is joined by weak links must not grow into everything a region ever said
_MOST_SHOWN = 16  # claims of a dispute that are shown: its strongest contradictions
_JOINS_WITHIN = 72.0  # hours between publications over which a weak link joins
_MOST_TIMES = 2  # contradictions for which one claim is shown, so that every point of a dispute is represented
SAME = 0.5  # agreement from which two claims give one answer
_SAME_TEXT = 0.8  # share of content words from which two claims are one text: a copy, or a quotation repeated


@dataclass(frozen=True, slots=True)
class Cluster:
    """One dispute: its positions as lists of claims (strongest first), and the pairs that make it a conflict.

    `firm` are the claims that contradict another strongly enough to open a dispute; the rest joined it.
    """

    kind: ConflictKind
    positions: tuple[tuple[Claim, ...], ...]
    pairs: tuple[Conflicting, ...]
    firm: frozenset[str] = frozenset()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All claims of all positions."""
        return tuple(claim for position in self.positions for claim in position)


def clusters(
    pairs: Iterable[Conflicting],
    agreements: Mapping[tuple[str, str], float],
    others: Iterable[Claim] = (),
    opens: float = 0.0,
) -> list[Cluster]:
    """Group conflicting pairs into disputes; `agreements` maps pairs of claim ids to how far they say the same.

    A dispute needs one pair with a probability of at least `opens`; weaker pairs only join, also in a chain: asked for
    a claim of a strong pair at one end, they lost one labelled conflict in ten and gained no precision. Of `others`,
    claims that contradict nobody, those join in which a voice that spoke there speaks again: a voice that comes round
    to the other side contradicts only itself.
    """
    others = sorted(others, key=lambda claim: (claim.published, claim.id))
    ordered = sorted(joining(pairs, opens), key=lambda edge: (-edge.probability, edge.pair.key))
    components = [edges for edges in _components(ordered, agreements) if edges[0].probability >= opens]
    return [_cluster(edges, agreements, others, opens) for edges in components]


def joining(pairs: Iterable[Conflicting], opens: float) -> list[Conflicting]:
    """Return the pairs that open a dispute, and the weaker ones that may join one."""
    return [edge for edge in pairs if edge.probability >= opens or _near(edge.pair)]


def _near(pair: Pair) -> bool:
    """Whether a weak link may join: told within days of each other, and not of different places."""
    return pair.hours <= _JOINS_WITHIN and not pair.places_apart


def _cluster(
    edges: Sequence[Conflicting], agreements: Mapping[tuple[str, str], float], others: Sequence[Claim], opens: float
) -> Cluster:
    shown = _shown(edges)
    placed = [[claim for claim in position if claim.id in shown] for position in _positions(edges, agreements)]
    placed = [position for position in placed if position]
    _join(others, placed, agreements)
    strong = [edge for edge in edges if edge.probability >= opens]
    firm = {claim.id for edge in strong for claim in (edge.pair.first, edge.pair.second)}
    joined = {claim.id for position in placed for claim in position} - shown
    return Cluster(_kind(edges[0]), tuple(map(tuple, placed)), tuple(edges), frozenset(firm | joined))


def _shown(edges: Sequence[Conflicting]) -> set[str]:
    """Choose the claims to show, strongest contradictions first, no statement for more than a few of them.

    One voice's words count once, however many outlets carry them.
    """
    shown: set[str] = set()
    statements: set[tuple[str, str]] = set()
    counted: set[frozenset[tuple[str, str]]] = set()
    times: dict[tuple[str, str], int] = defaultdict(int)
    for edge in edges:
        both = frozenset(map(_statement, (edge.pair.first, edge.pair.second)))
        if both not in counted:
            if max(times[side] for side in both) >= _MOST_TIMES or len(statements | both) > _MOST_SHOWN:
                continue
            counted.add(both)
            statements |= both
            for side in both:
                times[side] += 1
        shown.update(edge.pair.key)
    return shown


def _statement(claim: Claim) -> tuple[str, str]:
    return claim.voice, " ".join(claim.quote.casefold().split())


def _kind(edge: Conflicting) -> ConflictKind:
    return kind_of(edge.pair.first, edge.pair.second, ConflictReason.FIGURES in edge.reasons)


def _components(edges: Sequence[Conflicting], agreements: Mapping[tuple[str, str], float]) -> list[list[Conflicting]]:
    """Split the pairs into disputes: sharing a claim, or joined by claims that say the same.

    Kruskal (1956) with a bound: the strongest links join first, and none that would make a dispute too large.
    """
    parent: dict[str, str] = {}
    size: dict[str, int] = defaultdict(lambda: 1)

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join(a: str, b: str) -> None:
        a, b = root(a), root(b)
        if a != b and size[a] + size[b] <= _MOST_CLAIMS:
            parent[a] = b
            size[b] += size[a]

    for edge in edges:
        join(*edge.pair.key)
    for (a, b), share in sorted(agreements.items(), key=lambda item: (-item[1], item[0])):
        if share >= SAME and a in parent and b in parent:
            join(a, b)
    grouped: dict[str, list[Conflicting]] = defaultdict(list)
    for edge in edges:
        if root(edge.pair.first.id) == root(edge.pair.second.id):
            grouped[root(edge.pair.first.id)].append(edge)
    return list(grouped.values())


def _shared(a: Claim, b: Claim) -> float:
    return overlap(content(a.quote), content(b.quote))


def _positions(edges: Sequence[Conflicting], agreements: Mapping[tuple[str, str], float]) -> list[list[Claim]]:
    """Give each claim the position it fits: least conflict inside, most agreement, strongest pairs first."""
    against: dict[tuple[str, str], float] = {}
    for edge in edges:
        a, b = edge.pair.key
        against[a, b] = against[b, a] = edge.probability
    placed: list[list[Claim]] = []
    seen: set[str] = set()
    for claim in (claim for edge in edges for claim in (edge.pair.first, edge.pair.second)):
        if claim.id not in seen:
            seen.add(claim.id)
            _place(claim, placed, against, agreements)
    return placed


def _join(others: Sequence[Claim], placed: list[list[Claim]], agreements: Mapping[tuple[str, str], float]) -> None:
    """Add to each position what its question's voices say in agreement with a claim that somebody contradicts."""
    contradicted = [tuple(position) for position in placed]
    members = {claim.id for position in contradicted for claim in position}
    voices = {claim.voice for position in contradicted for claim in position}
    for claim in others:
        if claim.id in members or claim.voice not in voices:
            continue
        accords = [_accord(claim, position, agreements) for position in contradicted]
        best = max(range(len(accords)), key=lambda index: (accords[index], -index))
        if accords[best] >= SAME:
            members.add(claim.id)
            placed[best].append(claim)


def _accord(claim: Claim, position: Sequence[Claim], agreements: Mapping[tuple[str, str], float]) -> float:
    if any(answers_opposed(claim, other) or holders_exclude(claim, other) for other in position):
        return 0.0  # a judge hears that both speak of one village; who holds it is read
    return max(agreements.get(_key(claim, other), 0.0) for other in position)


def _place(
    claim: Claim,
    placed: list[list[Claim]],
    against: Mapping[tuple[str, str], float],
    agreements: Mapping[tuple[str, str], float],
) -> None:
    def fit(position: list[Claim]) -> float:
        clash = max(max(against.get((claim.id, o.id), 0.0), _standing_apart(claim, o)) for o in position)
        if clash == 0.0 and any(_shared(claim, other) >= _SAME_TEXT for other in position):
            return 1.0  # a copy, or a quotation repeated, stands with its original whatever else it is near
        accord = max(max(agreements.get(_key(claim, o), 0.0), _standing_together(claim, o)) for o in position)
        return accord - clash

    fits = [fit(position) for position in placed]
    best = max(range(len(placed)), key=lambda index: (fits[index], -index), default=None)
    opposed_to_all = best is not None and fits[best] < 0
    if best is None or (len(placed) == 1 and fits[0] < 1.0) or (opposed_to_all and len(placed) < _MOST_POSITIONS):
        placed.append([claim])
    else:
        placed[best].append(claim)


def _standing_together(a: Claim, b: Claim) -> float:
    """How far two claims belong to one side whatever they are about: one voice or one party."""
    if _one_statement(a, b):
        return 1.0
    if _other_answer(a, b):
        return 0.0
    if a.voice == b.voice:
        return 1.0
    return SAME if a.speaker.side is not None and a.speaker.side == b.speaker.side else 0.0


def _standing_apart(a: Claim, b: Claim) -> float:
    """How far two claims belong to different sides: opposed by their structure, or said by opposed parties."""
    if _one_statement(a, b):
        return 0.0
    if answers_opposed(a, b) or holders_exclude(a, b):
        return 1.0
    if _other_answer(a, b):
        return SAME
    sides = {a.speaker.side, b.speaker.side} - {None}
    return SAME if len(sides) == 2 else 0.0


def _other_answer(a: Claim, b: Claim) -> bool:
    """Whether two claims give different answers though no conflict: an update, or a voice that corrects itself."""
    if a.frame is not b.frame or a.measure != b.measure or a.frame is Frame.STATEMENT:
        return False
    if a.quantity and b.quantity:
        return compatible(a.quantity, b.quantity) is Relation.DISJOINT
    return a.voice == b.voice and None not in (a.answer, b.answer) and (a.answer, a.negated) != (b.answer, b.negated)


def _one_statement(a: Claim, b: Claim) -> bool:
    """Whether one voice says both in one article, where it does not contradict itself, whatever was read in its words.

    "The village is under our control", "nobody has entered it": captured and held, by one holder.
    """
    return a.article == b.article and a.voice == b.voice and not (a.quantity and b.quantity)


def _key(a: Claim, b: Claim) -> tuple[str, str]:
    first, second = sorted((a, b), key=lambda claim: (claim.published, claim.id))
    return first.id, second.id
