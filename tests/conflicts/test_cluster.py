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


INVADER = claim().by("the ministry", "one")
STAFF = claim().in_("Valley Post").by("the staff").in_article("morning").after(2)


def test_what_one_voice_says_in_one_article_is_one_answer_however_it_was_read() -> None:
    taken, kept = INVADER.held("captured"), STAFF.held("held")
    ours = STAFF.held("captured").worded("the town is under the control of ours")

    found = only(clusters([against(taken, kept), against(taken, ours, 0.5)], alike((taken, ours))))

    assert ids(found.positions) == {frozenset({taken.claim.id}), frozenset({kept.claim.id, ours.claim.id})}


def test_who_contradicts_nobody_joins_no_side_that_its_answer_excludes() -> None:
    taken, kept = INVADER.held("captured"), STAFF.held("held")
    again = STAFF.held("held").after(5).in_article("evening").worded("the town is ours")

    found = only(clusters([against(taken, kept)], alike((taken, again)), [again.claim]))

    assert again.claim.id not in {one.id for one in found.claims}


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
    assert set(claims) <= {one.id for edge in edges for one in (edge.pair.first, edge.pair.second)}
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


# --- how large a dispute may become ----------------------------------------------------------------------------------

OPENS = 0.28


def outlets(count: int) -> list[Said]:
    return [claim().in_(f"Outlet {n:03}").killed(10 + n).having(id=f"c{n:03}") for n in range(count)]


def chain(said: Sequence[Said], probability: float) -> list[Conflicting]:
    return [against(a, b, probability) for a, b in itertools.pairwise(said)]


def members(cluster: Cluster) -> set[str]:
    return {id for edge in cluster.pairs for id in edge.pair.key}


def shown(cluster: Cluster) -> set[str]:
    return {one.id for one in cluster.claims}


def test_weak_pairs_alone_are_no_dispute() -> None:
    low, high, other = MINISTRY.killed(12), MAYOR.killed(15), CRESCENT.killed(30)

    assert clusters([against(low, high, 0.27), against(high, other, 0.2)], {}, opens=OPENS) == []
    assert len(clusters([against(low, high, 0.28), against(high, other, 0.2)], {}, opens=OPENS)) == 1


def test_a_weak_pair_joins_the_dispute_that_a_strong_one_opens() -> None:
    low, high, other = MINISTRY.killed(12), MAYOR.killed(15), CRESCENT.killed(30)

    found = only(clusters([against(high, other, 0.2), against(low, high, 0.9)], {}, opens=OPENS))

    assert shown(found) == {low.claim.id, high.claim.id, other.claim.id}
    assert found.firm == {low.claim.id, high.claim.id}


@pytest.mark.parametrize("length", [4, 41, 100])
def test_a_chain_of_weak_links_joins_as_far_as_a_dispute_reaches(length: int) -> None:
    said = outlets(length)
    links = [against(said[0], said[1], 0.9), *chain(said[1:], 0.2)]

    found = only(clusters(links, {}, opens=OPENS))

    assert len(members(found)) == min(length, 40)


@pytest.mark.parametrize("length", [41, 100, 200])
def test_however_many_weak_links_a_claim_has_a_dispute_has_forty_claims_at_most(length: int) -> None:
    said = outlets(length)
    links = [against(said[0], said[1], 0.9), *(against(said[1], other, 0.2) for other in said[2:])]

    found = clusters(links, {}, opens=OPENS)

    assert [len(members(cluster)) for cluster in found] == [40]


@given(st.lists(st.sampled_from((0.15, 0.2, 0.3, 0.9)), min_size=39, max_size=120), st.booleans())
def test_a_dispute_has_forty_claims_at_most_however_it_is_joined(strengths: list[float], alike_too: bool) -> None:
    said = outlets(len(strengths) + 1)
    links = [against(a, b, share) for (a, b), share in zip(itertools.pairwise(said), strengths, strict=True)]
    shares = alike(*zip(said, said[2:], strict=False)) if alike_too else {}

    found = clusters(links, shares, opens=OPENS)

    assert all(len(members(cluster)) <= 40 and len(cluster.claims) <= 16 for cluster in found)
    assert all(max(edge.probability for edge in cluster.pairs) >= OPENS for cluster in found)
    assert sum(map(len, map(members, found))) == len(set[str]().union(*map(members, found)))


def test_sixteen_claims_are_shown_and_they_are_those_of_the_strongest_contradictions() -> None:
    """Twelve pairs, ever weaker, about one question: the eight strongest are shown."""
    said = outlets(24)
    pairs = list(zip(said[::2], said[1::2], strict=True))
    links = [against(a, b, 0.9 - n / 100) for n, (a, b) in enumerate(pairs)]

    found = only(clusters(reversed(links), alike(*itertools.pairwise(said[::2])), opens=OPENS))

    assert len(members(found)) == 24
    assert shown(found) == {one.claim.id for pair in pairs[:8] for one in pair}


def test_a_claim_is_shown_for_two_of_its_contradictions_and_no_more() -> None:
    denial, *figures = outlets(7)

    found = only(clusters([against(denial, one, 0.9 - n / 100) for n, one in enumerate(figures)], {}, opens=OPENS))

    assert shown(found) == {denial.claim.id, figures[0].claim.id, figures[1].claim.id}


def test_the_limits_leave_room_for_another_point_of_the_dispute() -> None:
    """One claim that everybody contradicts does not crowd out a weaker contradiction between two others."""
    denial, *figures = outlets(30)
    late, later = figures[-2], figures[-1]
    links = [against(denial, one, 0.9) for one in figures]

    found = only(clusters([*links, against(late, later, 0.4)], {}, opens=OPENS))

    assert {late.claim.id, later.claim.id} <= shown(found)


def test_a_voice_that_comes_round_is_shown_beyond_the_sixteen() -> None:
    said = outlets(16)
    again = said[0].killed(11).after(3).having(id="again")
    links = [against(a, b) for a, b in zip(said[::2], said[1::2], strict=True)]
    shares = alike(*itertools.pairwise(said[::2]), (said[1], again))

    found = only(clusters(links, shares, [again.claim], OPENS))

    assert shown(found) == {one.claim.id for one in said} | {"again"} and "again" in found.firm


@given(st.lists(st.sampled_from((0.15, 0.3, 0.9)), min_size=50, max_size=50), st.randoms(use_true_random=False))
def test_the_limits_cut_the_same_whatever_the_order(strengths: list[float], chance: random.Random) -> None:
    said = outlets(51)
    links = [against(a, b, share) for (a, b), share in zip(itertools.pairwise(said), strengths, strict=True)]
    mixed = list(links)
    chance.shuffle(mixed)

    assert clusters(links, {}, opens=OPENS) == clusters(mixed, {}, opens=OPENS)
