"""Each reason for and against a conflict, reached by a pair that a reader would judge the same way."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from monitor.conflicts.compare import Conflicting, NoConflict, compare
from monitor.conflicts.pairs import Opinion, Pair
from monitor.conflicts.reasons import ConflictReason, NoConflictReason
from monitor.model import Factuality, Frame, Quantity, QuantityType
from tests.fakes.claims import Said, claim
from tests.fakes.scorer import a_plain_model

MINISTRY = claim().by("health ministry")
MAYOR = claim().in_("Coast Radio").by("the mayor")
THRESHOLD = 0.5


@dataclass(frozen=True)
class Told:
    """Two claims, what a judge says of them (label → share), and which articles are copies."""

    a: Said
    b: Said
    judge: dict[str, float] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> Conflicting | NoConflict:
        shares = tuple(self.judge.get(name, 0.0) for name in ("conflict", "agree", "update", "compatible", "different"))
        opinion = Opinion(shares, 0.5) if self.judge else Opinion()  # type: ignore[arg-type]
        return compare(Pair.of(self.a.claim, self.b.claim, opinion), a_plain_model(), self.copies, THRESHOLD)


NOT_CONFLICTS: dict[str, tuple[NoConflictReason, Told]] = {
    "one ministry, two figures": (
        NoConflictReason.SAME_ROOT,
        Told(MINISTRY.killed(12), MINISTRY.in_("Coast Radio").killed(15)),
    ),
    "one outlet in its own voice, twice": (
        NoConflictReason.SAME_ROOT,
        Told(claim().killed(12), claim().killed(15).after(5)),
    ),
    "a copy that was cut differently": (
        NoConflictReason.SAME_ROOT,
        Told(claim().killed(12).in_article("a"), claim().in_("Coast Radio").killed(15).in_article("b"), {}, {"b": "a"}),
    ),
    "a sentence and its copy": (
        NoConflictReason.COPY,
        Told(
            claim().killed(12).worded("12 died").in_article("a"),
            MAYOR.killed(12).worded("12 died").in_article("b"),
            {},
            {"b": "a"},
        ),
    ),
    "two towns": (NoConflictReason.OTHER_PLACE, Told(MINISTRY.held("captured"), MAYOR.held("taken").at("Sousse"))),
    "two days": (
        NoConflictReason.DIFFERENT_EVENT,
        Told(MINISTRY.killed(12).speaking_of(1), MAYOR.killed(15).speaking_of(3)),
    ),
    "another event, says the judge": (
        NoConflictReason.DIFFERENT_EVENT,
        Told(MINISTRY.held("captured"), MAYOR.held("raided"), {"different": 0.8, "conflict": 0.1}),
    ),
    "houses and the dead": (
        NoConflictReason.OTHER_THING,
        Told(MINISTRY.killed(12), MAYOR.counted(Frame.EQUIPMENT, "destroyed", 90).having(subject="house")),
    ),
    "two people": (
        NoConflictReason.OTHER_PERSON,
        Told(
            MINISTRY.worded("Osterlo was calm").having(actor="osterlo"),
            MAYOR.worded("Marwick was in a hurry").having(actor="marwick"),
        ),
    ),
    "killed and wounded": (NoConflictReason.DIFFERENT_MEASURE, Told(MINISTRY.killed(12), MAYOR.wounded(12))),
    "two sides of one event, says the judge": (
        NoConflictReason.DIFFERENT_QUESTION,
        Told(MINISTRY.held("captured"), MAYOR.held("shelled"), {"compatible": 0.8, "conflict": 0.1}),
    ),
    "children among the dead": (
        NoConflictReason.SUBSET,
        Told(MINISTRY.killed(12), MAYOR.killed(3).part(QuantityType.SUBSET)),
    ),
    "the others": (NoConflictReason.SUBSET, Told(MINISTRY.killed(12), MAYOR.killed(4).part(QuantityType.COMPLEMENT))),
    "five more": (NoConflictReason.INCREMENT, Told(MINISTRY.killed(12), MAYOR.killed(5).part(QuantityType.INCREMENT))),
    "in a day and in all": (
        NoConflictReason.PERIOD,
        Told(MINISTRY.killed(120), MAYOR.killed(9).part(QuantityType.PERIOD)),
    ),
    "at least ten and fourteen": (NoConflictReason.ROUNDING, Told(MINISTRY.killed(10, math.inf), MAYOR.killed(14))),
    "acres and hectares": (
        NoConflictReason.UNIT,
        Told(
            MINISTRY.counted(Frame.AREA, "burnt", 100, unit="ha"), MAYOR.counted(Frame.AREA, "burnt", 247, unit="acre")
        ),
    ),
    "a toll that grew": (
        NoConflictReason.UPDATE,
        Told(MINISTRY.killed(12), MAYOR.killed(12, 14).after(9), {"update": 0.8, "conflict": 0.1}),
    ),
    "a town that changed hands": (
        NoConflictReason.SUPERSEDED,
        Told(MINISTRY.held("quiet"), MAYOR.held("besieged").after(40), {"update": 0.8, "conflict": 0.1}),
    ),
    "the same figure": (NoConflictReason.AGREEMENT, Told(MINISTRY.killed(12), MAYOR.killed(12))),
    "other words, says the judge": (
        NoConflictReason.AGREEMENT,
        Told(MINISTRY.held("captured"), MAYOR.held("seized"), {"agree": 0.9}),
    ),
    "an attack of years ago": (
        NoConflictReason.BACKGROUND,
        Told(MINISTRY.killed(12), MAYOR.killed(40).as_a(Factuality.BACKGROUND)),
    ),
    "a plan": (
        NoConflictReason.NOT_FACTUAL,
        Told(MINISTRY.held("captured"), MAYOR.held("lost").as_a(Factuality.PLANNED)),
    ),
    "a condition": (
        NoConflictReason.NOT_FACTUAL,
        Told(MINISTRY.killed(12), MAYOR.killed(90).as_a(Factuality.CONDITIONAL)),
    ),
    "a question": (
        NoConflictReason.NOT_FACTUAL,
        Told(MINISTRY.held("captured"), MAYOR.held("lost").as_a(Factuality.QUESTION)),
    ),
    "an opinion": (
        NoConflictReason.OPINION,
        Told(MINISTRY.held("captured"), MAYOR.held("lost").as_a(Factuality.OPINION)),
    ),
    "nothing that speaks for it": (NoConflictReason.TOO_WEAK, Told(MINISTRY.held("quiet"), MAYOR.held("cold"))),
}

CONFLICTS: dict[str, tuple[ConflictReason, Told]] = {
    "two tolls": (ConflictReason.FIGURES, Told(MINISTRY.killed(12), MAYOR.killed(15))),
    "at least forty and thirty": (ConflictReason.FIGURES, Told(MINISTRY.killed(40, math.inf), MAYOR.killed(30))),
    "one report with two sides": (
        ConflictReason.FIGURES,
        Told(MINISTRY.killed(12).in_article("a"), claim().by("the mayor").killed(15).in_article("a")),
    ),
    "an outlet against whom it quotes": (
        ConflictReason.FIGURES,
        Told(claim().killed(12).in_article("a"), claim().by("the mayor").killed(15).in_article("a")),
    ),
    "captured and repelled": (
        ConflictReason.OPPOSED,
        Told(
            MINISTRY.held("captured").worded("our forces captured the town"),
            MAYOR.held("repelled").worded("the assault was repelled"),
        ),
    ),
    "a denial": (
        ConflictReason.DENIAL,
        Told(
            MINISTRY.held("captured").worded("the army captured the town"),
            MAYOR.denied("the army never captured the town"),
        ),
    ),
    "what only a judge sees": (
        ConflictReason.JUDGE,
        Told(
            MINISTRY.having(frame=Frame.STATEMENT).worded("the well is dry"),
            MAYOR.worded("water flows there"),
            {"conflict": 0.9},
        ),
    ),
}


@pytest.mark.parametrize(("reason", "told"), NOT_CONFLICTS.values(), ids=NOT_CONFLICTS)
def test_what_is_no_conflict_is_named(reason: NoConflictReason, told: Told) -> None:
    verdict = told.verdict

    assert isinstance(verdict, NoConflict) and verdict.reason is reason


@pytest.mark.parametrize(("reason", "told"), CONFLICTS.values(), ids=CONFLICTS)
def test_what_is_a_conflict_says_why(reason: ConflictReason, told: Told) -> None:
    verdict = told.verdict

    assert isinstance(verdict, Conflicting) and reason in verdict.reasons
    assert verdict.probability >= THRESHOLD


def _named(said: Said) -> Said:
    return said.having(places=("Derna",))


OUTCOMES = _named(MINISTRY.held("entered")), _named(MAYOR.held("held"))


def test_a_place_taken_and_held_on_one_day_is_a_conflict_whatever_a_judge_thinks() -> None:
    unsure = {"compatible": 0.6, "conflict": 0.1}
    verdict = Told(*OUTCOMES, unsure).verdict

    assert isinstance(verdict, Conflicting) and verdict.probability >= THRESHOLD
    assert ConflictReason.OPPOSED in verdict.reasons


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (OUTCOMES[0], OUTCOMES[1].after(30)),
        (OUTCOMES[0], MAYOR.held("held")),
        (OUTCOMES[0], OUTCOMES[1].at("Sousse").having(places=("Sousse",))),
        (OUTCOMES[0], _named(MAYOR.held("captured"))),
        (OUTCOMES[0].speaking_of(0), OUTCOMES[1].speaking_of(1)),
    ],
    ids=["a day later", "a place carried over", "another place", "taken twice", "on another day"],
)
def test_other_outcomes_are_left_to_the_model(one: Said, other: Said) -> None:
    verdict = Told(one, other, {"compatible": 0.6, "conflict": 0.1}).verdict

    assert isinstance(verdict, NoConflict)


def test_every_reason_is_reached_by_some_pair() -> None:
    by_engine = {
        NoConflictReason.DISMISSED, NoConflictReason.OTHER_REGION, NoConflictReason.LONG_BETWEEN,
        NoConflictReason.OTHER_SUBJECT, NoConflictReason.CROWDED_OUT, NoConflictReason.HOPELESS,
    }  # fmt: skip

    assert {reason for reason, _ in NOT_CONFLICTS.values()} | by_engine == set(NoConflictReason)
    assert {reason for reason, _ in CONFLICTS.values()} == set(ConflictReason)


RULED = {
    "one ministry, two figures", "one outlet in its own voice, twice", "a copy that was cut differently",
    "a sentence and its copy", "a plan", "a condition", "a question", "an opinion", "two days", "killed and wounded",
    "houses and the dead", "two people",
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_CONFLICTS)
def test_rules_decide_without_asking_the_model(name: str) -> None:
    verdict = NOT_CONFLICTS[name][1].verdict

    assert isinstance(verdict, NoConflict)
    assert (verdict.probability is None) == (name in RULED)


@pytest.mark.parametrize("swap", [lambda a, b: (a, b), lambda a, b: (b, a)], ids=["as given", "turned round"])
@pytest.mark.parametrize("told", [told for _, told in [*NOT_CONFLICTS.values(), *CONFLICTS.values()]])
def test_a_verdict_does_not_depend_on_which_claim_comes_first(
    told: Told, swap: Callable[[Said, Said], tuple[Said, Said]]
) -> None:
    turned = Told(*swap(told.a, told.b), told.judge, told.copies)

    assert _words(turned.verdict) == _words(told.verdict)


def _words(verdict: Conflicting | NoConflict) -> object:
    return verdict.reasons if isinstance(verdict, Conflicting) else verdict.reason


ARMY = claim().by("army", "saf").assault("repelled", target="rsf")
PARAMILITARIES = claim().in_("Coast Radio").by("spokesman", "rsf").assault("advanced", actor="fighters", target="saf")
UNDECIDED = claim().in_("Coast Radio").assault("failed", actor="rsf")
DOUBTFUL = replace(a_plain_model(), scale=(0.0, -3.0), joins=0.1)  # finds nothing likely


@pytest.mark.parametrize(
    "told",
    [
        Told(ARMY, PARAMILITARIES),
        Told(ARMY.assault("repelled", actor="troops"), PARAMILITARIES.assault("advanced", actor="fighters")),
        Told(ARMY.assault("failed", actor="rsf"), PARAMILITARIES),
    ],
)
def test_an_assault_that_both_sides_claim_for_themselves_needs_no_judge(told: Told) -> None:
    verdict = compare(Pair.of(told.a.claim, told.b.claim), DOUBTFUL, {}, THRESHOLD)
    assert isinstance(verdict, Conflicting) and ConflictReason.OPPOSED in verdict.reasons


@pytest.mark.parametrize(
    "told",
    [
        Told(ARMY, PARAMILITARIES.after(30)),
        Told(ARMY.having(places=("Bara",)), PARAMILITARIES.having(places=("Nyala",))),
        Told(ARMY, PARAMILITARIES.assault("advanced", actor="saf", target="rsf")),
        Told(ARMY, PARAMILITARIES.by("general", "saf")),
        Told(ARMY, PARAMILITARIES.having(quantity=Quantity(3, 3, "3"))),
        Told(ARMY, PARAMILITARIES.assault("repelled", target="saf")),
    ],
    ids=["another day", "another place", "another assault", "one side", "a count", "each repels the other"],
)
def test_two_assaults_or_two_friends_make_no_such_dispute(told: Told) -> None:
    assert isinstance(compare(Pair.of(told.a.claim, told.b.claim), DOUBTFUL, {}, THRESHOLD), NoConflict)


def test_who_takes_a_side_joins_a_dispute_about_an_assault_but_opens_none() -> None:
    pair = Pair.of(UNDECIDED.claim, PARAMILITARIES.in_("Gulf Wire").claim)

    assert isinstance(compare(pair, DOUBTFUL, {}, THRESHOLD), NoConflict)
    assert isinstance(compare(pair, DOUBTFUL, {}, DOUBTFUL.joins), Conflicting)
