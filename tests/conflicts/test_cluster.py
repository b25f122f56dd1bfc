"""Conflicting pairs become questions with positions."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.conflicts.cluster import Cluster, clusters
from monitor.conflicts.compare import Conflicting
from monitor.conflicts.pairs import Pair
from monitor.conflicts.reasons import ConflictReason
from monitor.model import Claim, ConflictKind
from tests.fakes.claims import Said, claim

MINISTRY, MAYOR = claim().by("health ministry"), claim().in_("Coast Radio").by("the mayor")
CRESCENT = claim().in_("Gulf Post").by("the Red Crescent")


def against(a: Said, b: Said, probability: float = 0.9) -> Conflicting:
    return Conflicting(Pair.of(a.claim, b.claim), probability, (ConflictReason.FIGURES,))


def alike(*pairs: tuple[Said, Said]) -> dict[tuple[str, str], float]:
    return {Pair.of(a.claim, b.claim).key: 0.8 for a, b in pairs}


def only(found: Sequence[Cluster]) -> Cluster:
    (cluster,) = found
    return cluster


def ids(positions: Iterable[Iterable[Claim]]) -> set[frozenset[str]]:
    return {frozenset(one.id for one in position) for position in positions}


def test_two_figures_are_two_positions() -> None:
    low, high = MINISTRY.killed(12), MAYOR.killed(15)

    found = only(clusters([against(low, high)], {}))

    assert found.kind is ConflictKind.COUNT
    assert ids(found.positions) == {frozenset({low.claim.id}), frozenset({high.claim.id})}


def test_those_who_agree_share_a_position() -> None:
    low, high, same = MINISTRY.killed(12), MAYOR.killed(15), CRESCENT.killed(15)

    found = only(clusters([against(low, high), against(low, same)], alike((high, same))))

    assert ids(found.positions) == {frozenset({low.claim.id}), frozenset({high.claim.id, same.claim.id})}


def test_a_count_in_six_ways_has_six_positions() -> None:
    counts = [claim().in_(f"Outlet {n}").killed(10 + n) for n in range(6)]
    pairs = [against(a, b) for a, b in itertools.combinations(counts, 2)]

    assert len(only(clusters(pairs, {})).positions) == 6


def test_a_seventh_answer_joins_one_of_six() -> None:
    counts = [claim().in_(f"Outlet {n}").killed(10 + n) for n in range(8)]
    pairs = [against(a, b) for a, b in itertools.combinations(counts, 2)]

    found = only(clusters(pairs, {}))

    assert len(found.positions) == 6 and len(found.claims) == 8


def test_questions_that_share_no_claim_stay_apart() -> None:
    dead = against(MINISTRY.killed(12), MAYOR.killed(15))
    hurt = against(MINISTRY.wounded(40), MAYOR.wounded(90))

    assert len(clusters([dead, hurt], {})) == 2


def test_a_claim_that_contradicts_both_joins_two_questions() -> None:
    first, second, third = MINISTRY.killed(12), MAYOR.killed(15), CRESCENT.killed(30)

    assert len(clusters([against(first, second), against(second, third)], {})) == 1


def test_claims_that_say_the_same_join_two_questions() -> None:
    low, high = MINISTRY.killed(12), MAYOR.killed(15)
    again, other = CRESCENT.killed(12), claim().in_("City News").killed(18)

    found = clusters([against(low, high), against(again, other)], alike((low, again)))

    assert len(found) == 1


def test_a_voice_that_comes_round_stands_on_both_sides() -> None:
    before, rival, after = MINISTRY.killed(12), MAYOR.killed(15), MINISTRY.killed(15).after(5)

    found = only(clusters([against(before, rival)], alike((rival, after)), [after.claim]))

    assert ids(found.positions) == {frozenset({before.claim.id}), frozenset({rival.claim.id, after.claim.id})}


def test_a_stranger_that_contradicts_nobody_is_no_member() -> None:
    low, high, stranger = MINISTRY.killed(12), MAYOR.killed(15), CRESCENT.killed(15)

    found = only(clusters([against(low, high)], alike((high, stranger)), [stranger.claim]))

    assert stranger.claim not in found.claims


Web = tuple[list[Conflicting], dict[tuple[str, str], float]]


@st.composite
def webs(draw: st.DrawFn) -> Web:
    """Claims of several voices, some pairs of them against each other, some alike."""
    said = [claim().in_(f"Outlet {n}").killed(10 + n).claim for n in range(draw(st.integers(2, 8)))]
    pairs = [Pair.of(a, b) for a, b in itertools.combinations(said, 2)]
    edges: list[Conflicting] = []
    shares: dict[tuple[str, str], float] = {}
    for pair in pairs:
        weight = draw(st.sampled_from((-0.9, -0.7, 0.0, 0.4, 0.8)))
        if weight < 0:
            edges.append(Conflicting(pair, -weight, (ConflictReason.FIGURES,)))
        elif weight > 0:
            shares[pair.key] = weight
    return edges, shares


@given(webs(), st.randoms(use_true_random=False))
def test_the_order_of_pairs_does_not_matter(web: Web, chance: random.Random) -> None:
    edges, shares = web
    mixed = list(edges)
    chance.shuffle(mixed)
    turned = dict(reversed(list(shares.items())))

    assert [(c.kind, c.positions, c.pairs) for c in clusters(edges, shares)] == [
        (c.kind, c.positions, c.pairs) for c in clusters(mixed, turned)
    ]


@given(webs())
def test_every_question_has_two_positions_or_more_and_every_claim_one(web: Web) -> None:
    edges, shares = web

    found = clusters(edges, shares)

    claims = [one.id for cluster in found for one in cluster.claims]
    assert len(claims) == len(set(claims))
    assert set(claims) == {one.id for edge in edges for one in (edge.pair.first, edge.pair.second)}
    assert all(2 <= len(cluster.positions) <= 6 and all(cluster.positions) for cluster in found)


@given(webs())
def test_the_strongest_pair_stands_on_two_sides(web: Web) -> None:
    edges, shares = web

    for cluster in clusters(edges, shares):
        best = cluster.pairs[0].pair
        sides = [n for n, position in enumerate(cluster.positions) for one in position if one.id in best.key]
        assert len(set(sides)) == 2


@pytest.mark.parametrize("kind", [ConflictKind.CONTROL, ConflictKind.OCCURRENCE])
def test_the_strongest_pair_names_the_kind(kind: ConflictKind) -> None:
    taken = MINISTRY.held("captured")
    other = MAYOR.held("repelled") if kind is ConflictKind.CONTROL else MAYOR.denied("they never took the town")
    edge = Conflicting(Pair.of(taken.claim, other.claim), 0.9, (ConflictReason.OPPOSED,))
    expected = {kind, ConflictKind.CONTROL}  # a denial of who holds a place is still about who holds it

    assert only(clusters([edge], {})).kind in expected
