"""Conflicting pairs → questions with positions: a pure function of the set, so order of arrival cannot matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.conflicts.compare import Conflicting
from monitor.conflicts.questions import kind_of
from monitor.conflicts.reasons import ConflictReason
from monitor.model import Claim, ConflictKind

_MOST_POSITIONS = 6


@dataclass(frozen=True, slots=True)
class Cluster:
    """One question: its positions as lists of claims (strongest first), and the pairs that make it a conflict."""

    kind: ConflictKind
    positions: tuple[tuple[Claim, ...], ...]
    pairs: tuple[Conflicting, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All claims of all positions."""
        return tuple(claim for position in self.positions for claim in position)


def clusters(pairs: Iterable[Conflicting], agreements: Mapping[tuple[str, str], float]) -> list[Cluster]:
    """Group conflicting pairs into questions; `agreements` maps pairs of claim ids to how far they say the same."""
    ordered = sorted(pairs, key=lambda edge: (-edge.probability, edge.pair.key))
    found = []
    for edges in _components(ordered, agreements):
        kind = _kind(edges[0])
        found.append(Cluster(kind, _positions(edges, agreements), tuple(edges)))
    return found


def _kind(edge: Conflicting) -> ConflictKind:
    return kind_of(edge.pair.first, edge.pair.second, ConflictReason.FIGURES in edge.reasons)


def _components(edges: Sequence[Conflicting], agreements: Mapping[tuple[str, str], float]) -> list[list[Conflicting]]:
    """Split the pairs into connected questions: sharing a claim, or joined by claims that say the same."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for edge in edges:
        a, b = edge.pair.key
        parent[root(a)] = root(b)
    for (a, b), share in sorted(agreements.items()):
        if share >= 0.5 and a in parent and b in parent:
            parent[root(a)] = root(b)
    grouped: dict[str, list[Conflicting]] = defaultdict(list)
    for edge in edges:
        grouped[root(edge.pair.first.id)].append(edge)
    return list(grouped.values())


def _positions(
    edges: Sequence[Conflicting], agreements: Mapping[tuple[str, str], float]
) -> tuple[tuple[Claim, ...], ...]:
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
    return tuple(tuple(position) for position in placed)


def _place(
    claim: Claim,
    placed: list[list[Claim]],
    against: Mapping[tuple[str, str], float],
    agreements: Mapping[tuple[str, str], float],
) -> None:
    def fit(position: list[Claim]) -> float:
        clash = max((against.get((claim.id, other.id), 0.0) for other in position), default=0.0)
        accord = max((agreements.get(_key(claim, other), 0.0) for other in position), default=0.0)
        return accord - clash

    fits = [fit(position) for position in placed]
    best = max(range(len(placed)), key=lambda index: (fits[index], -index), default=None)
    opposed_to_all = best is not None and fits[best] < 0
    if best is None or len(placed) == 1 or (opposed_to_all and len(placed) < _MOST_POSITIONS):
        placed.append([claim])
    else:
        placed[best].append(claim)


def _key(a: Claim, b: Claim) -> tuple[str, str]:
    first, second = sorted((a, b), key=lambda claim: (claim.published, claim.id))
    return first.id, second.id
