"""Claims about different things are never weighed, and those that look so but may answer each other are."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.conflicts.compare import rule_out
from monitor.conflicts.pairs import Pair
from monitor.conflicts.reasons import NoConflictReason
from monitor.model import Frame, QuantityType
from tests.fakes.claims import Said, claim

HERE = claim().by("the governor")
THERE = claim().in_("Coast Radio").by("a witness")


def said(who: Said, words: str, *places: str, place: str | None = None) -> Said:
    """A sentence that names these places itself; `place` is one carried over from before."""
    return who.worded(words).having(places=places, place=places[0] if places else place)


def counted(who: Said, words: str, frame: Frame, measure: str, figure: float, subject: str, *places: str) -> Said:
    """A sentence with a figure."""
    unit = subject if subject in {"km", "USD", "tonnes", "hours"} else ""
    return said(who, words, *places).counted(frame, measure, figure, unit=unit).having(subject=subject)


def taken(who: Said, words: str, *places: str, place: str | None = None) -> Said:
    """A sentence about who holds a place."""
    return said(who, words, *places, place=place).having(frame=Frame.CONTROL, measure="holder", answer="captured")


def plain(who: Said, words: str, subject: str) -> Said:
    """A sentence that no frame reads, with its grammatical subject."""
    return who.worded(words).having(actor=subject, measure="be")


OTHER_PLACE, OTHER_THING, OTHER_PERSON, DIFFERENT_MEASURE, DIFFERENT_EVENT = (
    NoConflictReason.OTHER_PLACE,
    NoConflictReason.OTHER_THING,
    NoConflictReason.OTHER_PERSON,
    NoConflictReason.DIFFERENT_MEASURE,
    NoConflictReason.DIFFERENT_EVENT,
)
APART: dict[str, tuple[NoConflictReason, Said, Said]] = {
    "two villages taken": (
        OTHER_PLACE,
        taken(HERE, "Our brigade has taken Ostrelka", "Ostrelka"),
        taken(THERE, "The garrison of Gorlumbe still stands", "Gorlumbe"),
    ),
    "a village, and another that was spoken of before": (
        OTHER_PLACE,
        taken(HERE, "Our brigade has taken Ostrelka", "Ostrelka"),
        taken(THERE, "The garrison still stands", place="Gorlumbe"),
    ),
    "the dead of two towns": (
        OTHER_PLACE,
        counted(HERE, "Nine died in Ostrelka", Frame.CASUALTIES, "killed", 9, "people", "Ostrelka"),
        counted(THERE, "In Gorlumbe 31 died", Frame.CASUALTIES, "killed", 31, "people", "Gorlumbe"),
    ),
    "drones and cigarettes": (
        OTHER_THING,
        counted(HERE, "41 drones were shot down", Frame.LAUNCHES, "intercepted", 41, "drone"),
        counted(THERE, "Customs found 300 cartons in a van", Frame.QUANTITY, "find", 300, "carton"),
    ),
    "houses and the dead": (
        OTHER_THING,
        counted(HERE, "120 houses were wrecked", Frame.EQUIPMENT, "destroyed", 120, "house"),
        counted(THERE, "Six people died", Frame.CASUALTIES, "killed", 6, "people"),
    ),
    "losses of either side": (
        OTHER_THING,
        counted(HERE, "14 soldiers died", Frame.CASUALTIES, "killed", 14, "soldier"),
        counted(THERE, "We counted 60 militants dead", Frame.CASUALTIES, "killed", 60, "militant"),
    ),
    "miles and money": (
        OTHER_THING,
        counted(HERE, "The convoy is 12 km long", Frame.QUANTITY, "be", 12, "km"),
        counted(THERE, "The convoy cost 4,000 dollars", Frame.QUANTITY, "cost", 4000, "USD"),
    ),
    "dead and hurt": (DIFFERENT_MEASURE, HERE.killed(12), THERE.wounded(40)),
    "tolls of Monday and Thursday": (
        DIFFERENT_EVENT,
        HERE.killed(12).worded("on monday twelve died").speaking_of(0),
        THERE.killed(5).worded("on thursday five died").speaking_of(3),
    ),
    "two people": (
        OTHER_PERSON,
        plain(HERE, "Osterlo was calm", "osterlo"),
        plain(THERE, "Then Marwick was in a hurry", "marwick"),
    ),
    "one person and people": (
        OTHER_PERSON,
        plain(HERE, "Osterlo was calm", "osterlo"),
        plain(THERE, "people are tired", "people"),
    ),
}

WEIGHED: dict[str, tuple[Said, Said]] = {
    "one village, spelled in two ways": (
        taken(HERE, "Our brigade has taken Ostrelka", "Ostrelka"),
        taken(THERE, "The garrison of Ostrelke still stands", "Ostrelke"),
    ),
    "a village and the district it is in": (
        taken(HERE, "Our brigade has taken Ostrelka", "Ostrelka"),
        taken(THERE, "All of Ostrelka district is ours", "Ostrelka district"),
    ),
    "two places that nobody names": (
        taken(HERE, "Our brigade has taken it", place="Ostrelka"),
        taken(THERE, "The garrison still stands", place="Gorlumbe"),
    ),
    "a sentence that names the other's place after its own": (
        taken(HERE, "Our brigade has taken Ostrelka", "Ostrelka"),
        taken(THERE, "From Gorlumbe to Ostrelka the line is ours", "Gorlumbe", "Ostrelka"),
    ),
    "a place in the words that the watchlist does not have": (
        counted(HERE, "Nine died in Ostrelka", Frame.CASUALTIES, "killed", 9, "people", "Ostrelka"),
        counted(THERE, "Near Gorlumbe, at Ostrelka, 31 died", Frame.CASUALTIES, "killed", 31, "people", "Gorlumbe"),
    ),
    "two tolls of one town": (HERE.killed(12), THERE.killed(40)),
    "soldiers, or civilians": (
        counted(HERE, "14 soldiers died", Frame.CASUALTIES, "killed", 14, "soldier"),
        counted(THERE, "The 31 dead are civilians", Frame.CASUALTIES, "killed", 31, "civilian"),
    ),
    "a figure without a noun": (
        counted(HERE, "41 drones were shot down", Frame.LAUNCHES, "intercepted", 41, "drone"),
        counted(THERE, "It was 60", Frame.QUANTITY, "be", 60, "people"),
    ),
    "tonnes, and nothing in three days": (
        counted(HERE, "1,400 tonnes came out", Frame.QUANTITY, "come", 1400, "tonnes"),
        counted(THERE, "Nothing came out in three days", Frame.QUANTITY, "come", 72, "hours"),
    ),
    "the dead and the missing": (
        HERE.killed(12),
        counted(THERE, "300 are missing", Frame.CASUALTIES, "missing", 300, "people"),
    ),
    "tolls of two days next to each other": (
        HERE.killed(12).worded("on monday twelve died").speaking_of(0),
        THERE.killed(5).worded("on tuesday five died").speaking_of(1),
    ),
    "nobody on Thursday": (
        HERE.killed(12).worded("on monday twelve died").speaking_of(0),
        THERE.killed(0).worded("on thursday: nobody died").speaking_of(3),
    ),
    "a week's toll": (
        HERE.killed(12).worded("on monday twelve died").speaking_of(0),
        THERE.killed(9).worded("in the week to saturday nine died").part(QuantityType.PERIOD).speaking_of(5),
    ),
    "one event by name, told of on two days": (
        HERE.killed(12).worded("the Larkholm fire of monday took twelve").speaking_of(0),
        THERE.killed(5).worded("by thursday the Larkholm dead were five").speaking_of(3),
    ),
    "a person who is and is not": (
        plain(HERE, "Osterlo was calm", "osterlo"),
        plain(THERE, "Marwick was not calm", "marwick"),
    ),
    "one person": (plain(HERE, "Osterlo was calm", "osterlo"), plain(THERE, "Osterlo was angry", "osterlo")),
    "a person named in the other's words": (
        plain(HERE, "Osterlo was calm", "osterlo"),
        plain(THERE, "people saw Osterlo shouting", "people"),
    ),
    "headlines write every word so": (
        plain(HERE, "Laboratory finds lead in river", "laboratory").having(order=0),
        plain(THERE, "Then Marwick was in a hurry", "marwick"),
    ),
}


@pytest.mark.parametrize(("reason", "one", "other"), APART.values(), ids=APART)
def test_claims_about_different_things_are_ruled_out_with_their_reason(
    reason: NoConflictReason, one: Said, other: Said
) -> None:
    assert rule_out(Pair.of(one.claim, other.claim), {}) is reason


@pytest.mark.parametrize(("one", "other"), WEIGHED.values(), ids=WEIGHED)
def test_claims_that_may_answer_each_other_are_weighed(one: Said, other: Said) -> None:
    assert rule_out(Pair.of(one.claim, other.claim), {}) is None


@given(st.sampled_from([pair[-2:] for pair in (*APART.values(), *WEIGHED.values())]), st.integers(-30, 30))
def test_a_rule_does_not_ask_which_claim_came_first(pair: tuple[Said, Said], hours: int) -> None:
    one, other = pair[0].claim, pair[1].after(hours).claim
    turned = pair[0].after(hours).claim, pair[1].claim

    assert rule_out(Pair.of(one, other), {}) is rule_out(Pair.of(*turned), {})


@given(st.integers(1, 500), st.integers(1, 500), st.sampled_from([None, math.inf]))
def test_figures_alone_keep_nothing_apart(low: int, other: int, high: float | None) -> None:
    assert rule_out(Pair.of(HERE.killed(low, high).claim, THERE.killed(other).claim), {}) is None


@pytest.mark.parametrize(("hours", "reason"), [(17, NoConflictReason.INCREMENT), (3, None)])
def test_what_was_new_on_two_days_is_no_quarrel_and_on_one_day_may_be(
    hours: int, reason: NoConflictReason | None
) -> None:
    today = counted(HERE, "The clinic lists 60 new cases of measles", Frame.PEOPLE, "infected", 60, "case")
    next_day = counted(THERE, "Seven new cases were found, the district says", Frame.PEOPLE, "infected", 7, "case")
    pair = Pair.of(today.claim, next_day.part(QuantityType.INCREMENT).after(hours).claim)

    assert rule_out(pair, {}) is reason
