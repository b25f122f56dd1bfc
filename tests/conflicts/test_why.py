"""Why two claims are, or are not, a conflict: whatever keeps the engine from reporting a pair has a name."""

from __future__ import annotations

from monitor.conflicts.compare import Conflicting, NoConflict
from monitor.conflicts.engine import MOST_PARTNERS, ConflictEngine
from monitor.conflicts.reasons import NoConflictReason
from monitor.conflicts.why import Verdict, why
from monitor.model import Claim, Dismissed, Factuality
from tests.fakes.claims import Said, claim
from tests.fakes.scorer import FakeScorer, a_model, a_plain_model, a_scorer

MINISTRY = claim().by("health ministry").killed(12)
MAYOR = claim().in_("Coast Radio").by("the mayor").killed(15).after(1)
PASSES = a_model().when("hours", -1.0, 6).model


def engine(near: float | None = 0.9) -> ConflictEngine:
    return ConflictEngine(FakeScorer(near=near), a_plain_model(), screen=PASSES)


def verdict(one: Said, other: Said, by: ConflictEngine | None = None, around: tuple[Claim, ...] = ()) -> Verdict:
    return why(by or engine(), one.claim, other.claim, around, {})


def reason(one: Said, other: Said, by: ConflictEngine | None = None, around: tuple[Claim, ...] = ()) -> str:
    found = verdict(one, other, by, around)
    assert isinstance(found, NoConflict)
    return found.reason


def test_two_that_conflict_are_one_in_either_order() -> None:
    assert isinstance(verdict(MINISTRY, MAYOR), Conflicting)
    assert verdict(MINISTRY, MAYOR) == verdict(MAYOR, MINISTRY)


def test_a_rule_speaks_before_any_model() -> None:
    found = verdict(MINISTRY, MAYOR.as_a(Factuality.CONDITIONAL))
    assert found == NoConflict(found.pair, NoConflictReason.NOT_FACTUAL)


def test_regions_that_have_nothing_to_do_with_each_other() -> None:
    assert reason(MINISTRY, MAYOR.about("Chad")) == NoConflictReason.OTHER_REGION
    assert reason(MINISTRY, MAYOR.after(24 * 20)) == NoConflictReason.LONG_BETWEEN


def test_sentences_about_different_things() -> None:
    assert (
        reason(MINISTRY, claim().in_("Coast Radio").held("captured"), engine(near=0.0))
        == NoConflictReason.OTHER_SUBJECT
    )


def test_a_pair_that_others_stand_before() -> None:
    scorer = a_scorer()
    crowd = tuple(
        claim().in_(f"Outlet {number}").killed(12 + number).worded(f"12 people were killed in the flood {number}").claim
        for number in range(MOST_PARTNERS)
    )
    first = MINISTRY.worded("12 people were killed in the flood")
    last = MAYOR.worded("15 drowned as waters came, people told us")
    rivals = tuple(
        claim()
        .in_(f"Paper {number}")
        .killed(30 + number)
        .worded(f"15 drowned as waters came, people told {number}")
        .claim
        for number in range(MOST_PARTNERS)
    )

    assert reason(first, last, ConflictEngine(scorer, a_plain_model(), screen=PASSES), (*crowd, *rivals)) == (
        NoConflictReason.CROWDED_OUT
    )
    assert isinstance(verdict(first, last, ConflictEngine(scorer, a_plain_model(), screen=PASSES)), Conflicting)


def test_a_pair_that_the_judge_was_spared() -> None:
    shut = ConflictEngine(FakeScorer(near=0.9), a_plain_model(), screen=a_model().model)
    assert reason(MINISTRY, MAYOR, shut) == NoConflictReason.HOPELESS


def test_a_weak_pair_keeps_what_the_judge_said() -> None:
    weak = ConflictEngine(FakeScorer(near=0.9).reading("12", "15", "agree"), a_model().model, screen=PASSES)
    found = verdict(MINISTRY, MAYOR, weak)

    assert isinstance(found, NoConflict) and found.reason is NoConflictReason.AGREEMENT
    assert found.pair.opinion.judge is not None and found.probability is not None


def test_what_a_reader_marked_is_none() -> None:
    one, other = MINISTRY.claim, MAYOR.claim
    marked = (Dismissed(((one,), (other,))),)

    found = why(engine(), one, other, (), {}, marked)

    assert isinstance(found, NoConflict) and found.reason is NoConflictReason.DISMISSED
