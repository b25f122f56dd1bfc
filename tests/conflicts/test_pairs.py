"""Features of a pair: the same whichever claim is named first, and true to what the claims say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.conflicts.pairs import FEATURES, Opinion, Pair, features
from monitor.model import Factuality, QuantityType
from tests.fakes.claims import Said, claim

SPEAKERS = ("health ministry", "the mayor", "the Red Crescent")
OUTLETS = ("Harbour Wire", "Coast Radio", "Gulf Post")


@st.composite
def things_said(draw: st.DrawFn) -> Said:
    """Any claim about one town: a toll or who holds it."""
    said = claim().in_(draw(st.sampled_from(OUTLETS))).after(draw(st.integers(0, 60)))
    speaker = draw(st.none() | st.sampled_from(SPEAKERS))
    said = said.by(speaker) if speaker else said
    said = said.at(draw(st.sampled_from(("Derna", "Sousse", None))))
    if draw(st.booleans()):
        low = draw(st.integers(0, 400))
        said = said.killed(low, draw(st.sampled_from((None, math.inf, low + 20.0))))
        said = said.part(draw(st.sampled_from(QuantityType)))
    else:
        said = said.held(draw(st.sampled_from(("captured", "repelled", "retaken"))))
    if draw(st.booleans()):
        said = said.speaking_of(draw(st.integers(0, 3)))
    return said.as_a(draw(st.sampled_from(Factuality)))


@given(things_said(), things_said())
def test_features_are_symmetric(one: Said, other: Said) -> None:
    opinion = Opinion((0.5, 0.2, 0.1, 0.1, 0.1), 0.4)

    ahead = features(Pair.of(one.claim, other.claim, opinion))
    back = features(Pair.of(other.claim, one.claim, opinion))

    assert ahead == back and tuple(ahead) == FEATURES


@given(things_said(), things_said())
def test_features_are_figures_and_only_models_may_be_silent(one: Said, other: Said) -> None:
    values = features(Pair.of(one.claim, other.claim))

    silent = {name for name, value in values.items() if math.isnan(value)}
    assert silent == {"cosine"} | {name for name in values if name.startswith("judge_")}
    assert not any(math.isinf(value) for value in values.values())


@given(things_said(), things_said())
def test_one_voice_is_one_whichever_claim_comes_first(one: Said, other: Said) -> None:
    assert Pair.of(one.claim, other.claim).same_root == Pair.of(other.claim, one.claim).same_root


def test_the_earlier_claim_is_first_and_a_tie_is_broken_by_id() -> None:
    early, late = claim().killed(12).claim, claim().killed(15).after(1).claim
    a, b = claim().having(id="a").killed(1).claim, claim().having(id="b").killed(2).claim

    assert Pair.of(late, early).key == (early.id, late.id)
    assert Pair.of(b, a).key == ("a", "b")


@pytest.mark.parametrize(
    ("first", "second", "grows"),
    [((12, 12), (15, 15), 1.0), ((15, 15), (12, 12), -1.0), ((12, math.inf), (15, 15), 0.0)],
)
def test_a_toll_that_rises_is_told_from_one_that_falls(
    first: tuple[float, float], second: tuple[float, float], grows: float
) -> None:
    pair = Pair.of(claim().killed(*first).claim, claim().killed(*second).after(3).claim)

    assert features(pair)["grows"] == grows


def test_two_days_that_follow_each_other_are_apart() -> None:
    tuesday, wednesday = claim().killed(12).speaking_of(1).claim, claim().killed(15).speaking_of(2).claim

    assert Pair.of(tuesday, wednesday).apart > 0


def test_a_day_and_a_part_of_it_are_not_apart() -> None:
    day = claim().killed(12).speaking_of(1).claim

    assert Pair.of(day, claim().killed(15).speaking_of(1).claim).apart == 0


def test_residents_of_two_outlets_are_two_voices() -> None:
    one = claim().in_("Harbour Wire").by_unnamed("residents").killed(12).claim
    other = claim().in_("Coast Radio").by_unnamed("residents").killed(15).claim

    assert not Pair.of(one, other).same_root
