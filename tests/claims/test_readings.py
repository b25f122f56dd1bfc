"""Readings that once went wrong on real news, told with other names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.claims.tagger import EnglishTagger
from monitor.config import Config, PlaceName, Region
from monitor.model import Article, Claim, Factuality, Frame

REGION = Region("Varn region", ("Varn",), (PlaceName("Dolsk"), PlaceName("Merin"), PlaceName("Orlec")))
TAGGER = EnglishTagger(Config(regions=(REGION,)))


def tag(text: str, title: str = "News from Varn region") -> list[Claim]:
    moment = datetime(2026, 3, 12, 12, tzinfo=UTC)
    article = Article("a1", "Varn Gazette", "https://gazette.example/1", moment, title, text)
    return TAGGER.tag(article)


def body(text: str) -> list[Claim]:
    return [claim for claim in tag(text) if claim.field == "text"]


def test_reference_marks_are_no_figures() -> None:
    (claim,) = body("Shelling killed people in Dolsk, aid workers said [3][4].")
    assert claim.frame is Frame.CASUALTIES and claim.quantity is None


def test_a_lost_battalion_is_men_lost_by_the_side_that_had_it() -> None:
    claims = body("Losses were heavy, with Ukraine claiming that Russia lost a battalion of marines in Dolsk [3][5].")
    (claim,) = [c for c in claims if c.frame is Frame.CASUALTIES]
    assert (claim.measure, claim.target, claim.place) == ("casualties", "russia", "Dolsk")
    assert (claim.speaker.key, claim.factuality) == ("ukraine", Factuality.CLAIMED)


def test_men_and_vehicles_lost_in_one_clause_are_two_claims() -> None:
    claims = body("The brigade lost 40 tanks and hundreds of soldiers near Dolsk.")
    assert {(c.frame, c.quantity and c.quantity.low) for c in claims} == {
        (Frame.EQUIPMENT, 40),
        (Frame.CASUALTIES, 200),
    }


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("Secretary of State Antony Hale", "Antony Hale"),
        ("Editor-in-Chief Ana Sato", "Ana Sato"),
        ("Col. Gen. Oleh Sobol", "Oleh Sobol"),
        ("Deputy Prime Minister for Reintegration Iryna Vel", "Iryna Vel"),
        ("The Commander-in-Chief", "The Commander-in-Chief"),
    ],
)
def test_titles_are_no_part_of_a_speaker_and_no_speaker_of_their_own(who: str, name: str) -> None:
    (claim,) = body(f"{who} said that 12 soldiers had been killed in Dolsk.")
    assert claim.speaker.name == name


def test_a_sentence_about_another_region_makes_no_claim_about_this_one() -> None:
    text = (
        "Troops entered Dolsk.\n\nThe ministry said it had captured Karsk, a key town in the south of the Golm region. "
        "The defence of Torets also began to crumble."
    )
    assert {claim.place for claim in body(text)} == {"Dolsk"}


def test_an_assault_that_surprised_and_an_assault_that_failed_are_opposite_outcomes() -> None:
    success, failure = body(
        "Russian forces were caught off guard by the assault in Varn region, an officer said.\n\n"
        "Ukraine's new offensive in Varn region failed, the ministry said."
    )
    assert (success.frame, success.answer, success.target) == (Frame.ATTACK, "advanced", "russia")
    assert (failure.frame, failure.answer, failure.actor) == (Frame.ATTACK, "failed", "ukraine")


def test_entering_a_village_and_nobody_setting_foot_in_it_are_opposite_answers() -> None:
    claims = body(
        "Russian paratroopers recaptured Merin. Assault troops also entered the village of Dolsk.\n\n"
        "Not one enemy soldier has set foot in Dolsk, the brigade said."
    )
    entered, denied = [c for c in claims if c.place == "Dolsk"]
    assert (entered.frame, entered.answer, entered.negated, entered.actor) == (
        Frame.CONTROL,
        "entered",
        False,
        "russia",
    )
    assert (denied.frame, denied.answer, denied.negated) == (Frame.CONTROL, "entered", True)


def test_a_headline_gives_two_figures_of_two_kinds() -> None:
    claims = [c for c in tag("This is Varn region.", "DOLSK FIRE: 14 DEAD, 2,000 EVACUATED") if c.field == "title"]
    assert {(c.frame, c.quantity.text) for c in claims if c.quantity} >= {(Frame.CASUALTIES, "14")}


def test_a_second_estimate_of_a_crowd_needs_no_noun() -> None:
    first, second = body("Turnout in Dolsk was 4,500, according to the police; the unions spoke of 20,000.")
    assert (first.frame, second.frame) == (Frame.CROWD, Frame.CROWD)
    assert (first.speaker.key, second.speaker.key) == ("police", "unions")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The death toll in Dolsk passes 100.", 101, float("inf")),
        ("The death toll in Dolsk nears 300.", 255, 299),
        ("The number of dead in Dolsk rose past 60.", 61, float("inf")),
        ("Rebels handed over 31 prisoners in Dolsk.", 31, 31),
    ],
)
def test_verbs_bound_a_toll(text: str, low: float, high: float) -> None:
    (claim,) = body(text)
    assert claim.quantity is not None
    assert (claim.quantity.low, claim.quantity.high) == (low, high)


def test_a_question_holds_no_figure() -> None:
    assert all(
        claim.quantity is None and claim.factuality is Factuality.QUESTION
        for claim in body("How many soldiers were killed in Dolsk?")
    )
