"""What an alert is called: short neutral questions and answers, put together from what the claims say."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.conflicts.headlines import LONGEST, LONGEST_ANSWER, answer, question
from monitor.conflicts.phrases import plural, short, words
from monitor.model import Claim, ConflictKind, Factuality, Frame, TimeSpan
from tests.fakes.claims import Said, claim
from tests.fakes.values import HOUR, NOON

GOVERNOR = claim().by("the governor")
WITNESS = claim().in_("Coast Radio").by("Ilva Marsk")
OUTLET = claim().in_("Hill Press")


def said(who: Said, words: str, place: str | None = "Derna", **fields: Any) -> Said:
    """A sentence about a place that it names, with what the tagger reads of it."""
    return who.worded(words).having(place=place, places=(place,) if place else (), **fields)


def figure(who: Said, words: str, frame: Frame, measure: str, text: str, subject: str, **fields: Any) -> Said:
    """A sentence with a figure as written."""
    number = float(re.sub(r"[^\d.]", "", text) or 7)
    made = said(who, words, str(fields.pop("place", "Derna"))).counted(frame, measure, number, text=text, **fields)
    return made.having(subject=subject)


def held(who: Said, words: str, answer: str, place: str | None = "Makhnov", **fields: Any) -> Said:
    return said(who, words, place, frame=Frame.CONTROL, measure="holder", answer=answer, **fields)


def state(who: Said, words: str, answer: str, subject: str | None = None, **fields: Any) -> Said:
    return said(
        who, words, frame=Frame.STATUS, measure="state", answer=answer, subject=subject, target=subject, **fields
    )


def blamed(who: Said, words: str, measure: str = "actor", place: str = "Derna") -> Said:
    return said(who, words, place, frame=Frame.RESPONSIBILITY, measure=measure, answer="blame")


def denied(who: Said, words: str) -> Said:
    return said(who, words, frame=Frame.OCCURRENCE, answer="denied", factuality=Factuality.DENIED, negated=True)


def on_sunday(one: Said) -> Said:
    return one.having(event_time=TimeSpan(NOON, NOON + 12 * HOUR, "Sunday night"))


@dataclass(frozen=True)
class Golden:
    """A conflict of two claims, its question, and an answer for each side."""

    kind: ConflictKind
    one: Said
    other: Said
    question: str
    answers: tuple[str, str]


K, F = ConflictKind, Frame
GOLDEN = [
    Golden(
        K.COUNT,
        figure(GOVERNOR, "Twelve people were killed in Derna", F.CASUALTIES, "killed", "Twelve", "people"),
        figure(WITNESS, "We buried at least 40, she said", F.CASUALTIES, "killed", "at least 40", "people"),
        "How many killed in Derna?",
        ("The governor: Twelve killed", "Ilva Marsk: at least 40 killed"),
    ),
    Golden(
        K.COUNT,
        on_sunday(figure(GOVERNOR, "12 were hurt in Derna", F.CASUALTIES, "wounded", "12", "people")),
        on_sunday(figure(WITNESS, "More than 60 were hurt", F.CASUALTIES, "wounded", "More than 60", "people")),
        "How many wounded in Derna on Sunday?",
        ("The governor: 12 wounded", "Ilva Marsk: More than 60 wounded"),
    ),
    Golden(
        K.COUNT,
        figure(GOVERNOR, "19 attack drones were downed", F.LAUNCHES, "intercepted", "19", "drone", place="Tolm"),
        figure(WITNESS, "Five drones fell, no more", F.LAUNCHES, "intercepted", "Five", "drone", place="Tolm"),
        "How many drones shot down over Tolm?",
        ("The governor: 19 attack drones shot down", "Ilva Marsk: Five drones shot down"),
    ),
    Golden(
        K.COUNT,
        figure(GOVERNOR, "14 soldiers fell in Derna", F.CASUALTIES, "killed", "14", "soldier"),
        figure(WITNESS, "The dead are 31", F.CASUALTIES, "killed", "31", "people"),
        "How many soldiers killed in Derna?",
        ("The governor: 14 soldiers killed", "Ilva Marsk: 31 killed"),
    ),
    Golden(
        K.COUNT,
        figure(GOVERNOR, "300 houses were wrecked", F.EQUIPMENT, "destroyed", "300", "house"),
        figure(OUTLET, "Of the houses of Derna 1,100 are gone", F.EQUIPMENT, "destroyed", "1,100", "house"),
        "How many houses destroyed in Derna?",
        ("The governor: 300 houses destroyed", "Hill Press: Of the houses of Derna 1,100 are gone"),
    ),
    Golden(
        K.COUNT,
        figure(GOVERNOR, "Some 900 people left Derna", F.PEOPLE, "evacuated", "Some 900", "people"),
        figure(OUTLET, "4,000 people were taken out of Derna", F.PEOPLE, "evacuated", "4,000", "people"),
        "How many people evacuated from Derna?",
        ("The governor: Some 900 people evacuated", "Hill Press: 4,000 people evacuated"),
    ),
    Golden(
        K.COUNT,
        figure(GOVERNOR, "The square held 2,000", F.CROWD, "size", "2,000", "people"),
        figure(OUTLET, "A crowd of 30,000 filled the square", F.CROWD, "size", "30,000", "people"),
        "How many gathered in Derna?",
        ("The governor: 2,000", "Hill Press: 30,000"),
    ),
    Golden(
        K.COUNT,
        figure(GOVERNOR, "It was of magnitude 5.1", F.DISASTER, "magnitude", "5.1", "magnitude", unit="magnitude"),
        figure(OUTLET, "The quake of 6.3", F.DISASTER, "magnitude", "6.3", "magnitude", unit="magnitude"),
        "How strong was the earthquake in Derna?",
        ("The governor: 5.1", "Hill Press: 6.3"),
    ),
    Golden(
        K.COUNT,
        figure(GOVERNOR, "The slick is 3 km long", F.QUANTITY, "be", "3 km", "km", unit="km"),
        figure(OUTLET, "From the air it stretches over 19 km", F.QUANTITY, "stretch", "19 km", "km", unit="km"),
        "Derna: “The slick is 3 km long” — disputed",
        ("The governor: The slick is 3 km long", "Hill Press: From the air it stretches over 19 km"),
    ),
    Golden(
        K.COUNT,
        figure(GOVERNOR, "Six lorries came through", F.QUANTITY, "come", "Six", "lorry", place="Tolm crossing"),
        figure(OUTLET, "We counted 41 lorries", F.QUANTITY, "count", "41", "lorry", place="Tolm crossing"),
        "How many lorries at Tolm crossing?",
        ("The governor: Six lorries", "Hill Press: 41 lorries"),
    ),
    Golden(
        K.CONTROL,
        held(GOVERNOR, "Our brigade has taken Makhnov", "captured"),
        held(WITNESS, "The garrison still stands", "held", place=None),
        "Who holds Makhnov?",
        ("The governor: Our brigade has taken Makhnov", "Ilva Marsk: The garrison still stands"),
    ),
    Golden(
        K.CONTROL,
        held(GOVERNOR, "The police station is ours", "held", place=None, target="police station"),
        held(WITNESS, "Rebels drink tea in the police station", "held", place=None, target="police station"),
        "Who holds the police station in Derna?",
        ("The governor: The police station is ours", "Ilva Marsk: Rebels drink tea in the police station"),
    ),
    Golden(
        K.RESPONSIBILITY,
        blamed(GOVERNOR, "The rebels shelled Tolm", place="Tolm"),
        blamed(WITNESS, "The army did it, from the hill", place="Tolm"),
        "Who struck Tolm?",
        ("The governor: The rebels shelled Tolm", "Ilva Marsk: The army did it, from the hill"),
    ),
    Golden(
        K.RESPONSIBILITY,
        blamed(GOVERNOR, "A smuggler's gang laid the ambush"),
        blamed(WITNESS, "The ambush was the work of the guards"),
        "Who was behind the ambush in Derna?",
        ("The governor: A smuggler's gang laid the ambush", "Ilva Marsk: The ambush was the work of the guards"),
    ),
    Golden(
        K.RESPONSIBILITY,
        blamed(GOVERNOR, "A short circuit set off the fire", "cause"),
        blamed(WITNESS, "Somebody had poured petrol before the fire", "cause"),
        "What caused the fire in Derna?",
        ("The governor: A short circuit set off the fire", "Ilva Marsk: Somebody had poured petrol before the fire"),
    ),
    Golden(
        K.OUTCOME,
        said(GOVERNOR, "The attack on the bridge failed", "Tolm bridge", frame=F.ATTACK, answer="repelled"),
        said(WITNESS, "Two spans lie in the water", "Tolm bridge", frame=F.ATTACK, answer="hit"),
        "What came of the attack at Tolm bridge?",
        ("The governor: The attack on the bridge failed", "Ilva Marsk: Two spans lie in the water"),
    ),
    Golden(
        K.OUTCOME,
        said(GOVERNOR, "Orlin won with 52 percent", frame=F.ELECTION, answer="won"),
        said(WITNESS, "Besov has it by 900 votes", frame=F.ELECTION, answer="won"),
        "Who won the vote in Derna?",
        ("The governor: Orlin won with 52 percent", "Ilva Marsk: Besov has it by 900 votes"),
    ),
    Golden(
        K.STATUS,
        state(GOVERNOR, "The north bridge is open", "open", "bridge"),
        state(WITNESS, "Nobody gets across", "closed"),
        "Is the bridge in Derna open?",
        ("The governor: The north bridge is open", "Ilva Marsk: Nobody gets across"),
    ),
    Golden(
        K.STATUS,
        state(GOVERNOR, "All schools are open today", "open", "school"),
        state(WITNESS, "The doors are nailed up", "closed"),
        "Are the schools in Derna open?",
        ("The governor: All schools are open today", "Ilva Marsk: The doors are nailed up"),
    ),
    Golden(
        K.STATUS,
        state(GOVERNOR, "I spoke to Osterlo at noon", "alive", "osterlo"),
        state(WITNESS, "He was shot at the ford", "dead"),
        "Is Osterlo alive?",
        ("The governor: I spoke to Osterlo at noon", "Ilva Marsk: He was shot at the ford"),
    ),
    Golden(
        K.STATUS,
        state(GOVERNOR, "The fire is out", "extinguished", "fire"),
        state(WITNESS, "Flames were still ten metres high", "burning"),
        "Is the fire out in Derna?",
        ("The governor: The fire is out", "Ilva Marsk: Flames were still ten metres high"),
    ),
    Golden(
        K.STATUS,
        said(GOVERNOR, "The ceasefire is holding", frame=F.AGREEMENT, answer="in-force"),
        said(WITNESS, "They have fired all night", frame=F.AGREEMENT, answer="violated"),
        "Does the ceasefire in Derna hold?",
        ("The governor: The ceasefire is holding", "Ilva Marsk: They have fired all night"),
    ),
    Golden(
        K.STATUS,
        said(GOVERNOR, "A deal was signed at noon", frame=F.AGREEMENT, answer="agreed"),
        said(WITNESS, "We have put our name to nothing", frame=F.AGREEMENT, answer="refused"),
        "Is there a deal in Derna?",
        ("The governor: A deal was signed at noon", "Ilva Marsk: We have put our name to nothing"),
    ),
    Golden(
        K.OCCURRENCE,
        said(GOVERNOR, "The dam broke before dawn"),
        denied(WITNESS, "No dam has broken, and none will"),
        "Did it happen in Derna: “The dam broke before dawn” — denied",
        ("The governor: The dam broke before dawn", "Ilva Marsk: No dam has broken, and none will"),
    ),
    Golden(
        K.OCCURRENCE,
        said(GOVERNOR, "Everybody was warned in time, the governor told reporters"),
        said(WITNESS, "The sirens were silent all night"),
        "Derna: “The sirens were silent all night” — disputed",
        ("The governor: Everybody was warned in time", "Ilva Marsk: The sirens were silent all night"),
    ),
    Golden(
        K.TIME,
        said(GOVERNOR, "The blast was at 4:10 a.m.", frame=F.TIME),
        said(WITNESS, "Our clock stopped at 3:30", frame=F.TIME),
        "When was the blast in Derna?",
        ("The governor: The blast was at 4:10 a.m.", "Ilva Marsk: Our clock stopped at 3:30"),
    ),
    Golden(
        K.PLACE,
        said(GOVERNOR, "The crash was over the sea", frame=F.PLACE),
        said(WITNESS, "It came down behind the mill", frame=F.PLACE),
        "Where was the crash in Derna?",
        ("The governor: The crash was over the sea", "Ilva Marsk: It came down behind the mill"),
    ),
    Golden(
        K.IDENTITY,
        said(GOVERNOR, "The dead man was a smuggler", frame=F.IDENTITY),
        said(WITNESS, "My brother never carried more than his lunch across that border", frame=F.IDENTITY),
        "Derna: “The dead man was a smuggler” — disputed",
        (
            "The governor: The dead man was a smuggler",
            "Ilva Marsk: My brother never carried more than his lunch across that border",
        ),
    ),
    Golden(
        K.IDENTITY,
        said(
            GOVERNOR,
            "The two who were taken off the ferry on Monday evening with wet papers in their coats are couriers of a "
            "foreign service, which has paid them since spring",
        ),
        said(WITNESS, "They", frame=F.IDENTITY).having(order=0),
        "Derna: “The two who were taken off the ferry on Monday evening with wet papers in their coats…” — disputed",
        (
            "The governor: The two who were taken off the ferry on Monday evening with wet papers in their coats are "
            "couriers of a foreign…",
            "Ilva Marsk: They",
        ),
    ),
]


@pytest.mark.parametrize("golden", GOLDEN, ids=[one.question for one in GOLDEN])
def test_a_conflict_reads_as_a_headline(golden: Golden) -> None:
    claims = (golden.one.claim, golden.other.claim)

    assert question(golden.kind, claims) == golden.question
    assert tuple(answer(one, golden.kind) for one in claims) == golden.answers


def test_every_kind_has_a_headline_of_its_own() -> None:
    assert {golden.kind for golden in GOLDEN} == set(ConflictKind)


def test_a_subject_that_its_words_do_not_bear_out_is_not_asked_about() -> None:
    """The tagger took "day" for what is open, and no noun stands behind the figure."""
    opened = state(GOVERNOR, "The envelope was opened early", "open", "shed")
    counted = figure(WITNESS, "By ten it was 60", F.QUANTITY, "be", "60", "further")

    assert question(K.STATUS, (opened.claim, opened.claim)) == "Derna: “The envelope was opened early” — disputed"
    assert question(K.COUNT, (counted.claim, counted.claim)) == "Derna: “By ten it was 60” — disputed"


def test_where_the_two_name_different_places_the_region_is_named() -> None:
    here = held(GOVERNOR, "Our brigade has taken Makhnov", "captured")
    there = held(WITNESS, "Gorlum is empty", "held", place="Gorlum")

    assert question(K.CONTROL, (here.claim, there.claim)).startswith("Derna: ")


def test_a_speaker_without_a_name_is_the_outlet() -> None:
    assert answer(said(claim().in_("Hill Press").by("he"), "The dam broke").claim, K.OCCURRENCE) == (
        "Hill Press: The dam broke"
    )


def test_a_title_that_begins_with_its_speaker_names_it_once() -> None:
    assert answer(said(GOVERNOR, "The governor: dam is safe").claim, K.OCCURRENCE) == "The governor: dam is safe"


@pytest.mark.parametrize(
    ("noun", "several"),
    list(
        zip(
            ("drone", "boy", "body", "policeman", "people", "church", "troops", "bus", "aircraft", "child"),
            ("drones", "boys", "bodies", "policemen", "people", "churches", "troops", "buses", "aircraft", "children"),
            strict=True,
        )
    ),
)
def test_plurals(noun: str, several: str) -> None:
    assert plural(noun) == several


_TEXTS = st.lists(
    st.sampled_from(("the", "of", "and", "Derna", "said", "a", "dam,", "“broke”", "(in", "spring)", "1,200", "who")),
    min_size=1,
    max_size=60,
).map(" ".join)


@given(_TEXTS, st.integers(30, 120))
def test_a_cut_quote_keeps_its_order_and_ends_on_no_function_word(text: str, most: int) -> None:
    cut = short(text, most)
    kept = cut.removesuffix("…").split()

    assert len(cut) <= most
    if cut.endswith("…"):
        hanging = [word.lower() in words()["dangling"] for word in kept]
        assert not hanging[-1] or all(hanging)  # of nothing but function words there is no better end
    assert "".join(kept) in "".join(re.sub(r"[“”]", "", text).split())


@given(st.sampled_from(list(ConflictKind)), _TEXTS, _TEXTS, st.sampled_from([*Frame]), st.booleans())
def test_whatever_is_said_the_question_is_short_and_whole(
    kind: ConflictKind, one: str, other: str, frame: Frame, no: bool
) -> None:
    def of(words: str) -> Claim:
        made = said(GOVERNOR, words, frame=frame, subject="dam", negated=no and words == other)
        return (made.counted(frame, "killed", 12, math.inf) if frame in {Frame.CASUALTIES, Frame.CROWD} else made).claim

    claims = (of(one), of(other))
    asked, answers = question(kind, claims), [answer(one, kind) for one in claims]

    assert len(asked) <= LONGEST and all(len(line) <= LONGEST_ANSWER for line in answers)
    assert re.search(r"(\?|” — (denied|disputed))$", asked) and "  " not in asked
    assert asked.count("“") == asked.count("”") <= 1
