"""Stories of where we are in the text."""

from __future__ import annotations

import re

import pytest

from monitor.claims.focus import ArticleFocus, FocusReason, PlaceFocus, dateline
from monitor.claims.regions import MentionReason, RegionIndex
from monitor.claims.samename import SameNameReason, SameNames, Whereabouts
from monitor.config import PlaceName, Region


def watch(name: str, *places: str, aliases: tuple[str, ...] = ()) -> Region:
    return Region(name, aliases, tuple(PlaceName(place) for place in places))


KURSK = watch("Kursk region", "Sudzha", "Bolshoye Soldatskoye")
DONETSK = watch("Donetsk region", "Toretsk")
TRIPOLI = watch("Tripoli", "Abu Salim", "Mitiga")
GEORGIA = watch("Georgia", "Batumi", "Kutaisi")
REGIONS = (KURSK, DONETSK, TRIPOLI, GEORGIA)


def read(title: str, text: str, *regions: Region) -> ArticleFocus:
    """Follow the focus through a text whose sentences end with a full stop."""
    spans = [m.span() for m in re.finditer(r"[^.\s][^.]*(?:\.|$)", text)]
    return PlaceFocus(RegionIndex.build(regions or REGIONS)).of(title, text, spans)


def test_a_sentence_without_a_name_keeps_the_place_of_its_paragraph() -> None:
    focus = read("Fighting in Kursk region", "Shells fell on Sudzha. Two people died.").sentences
    assert [(f.region, f.place, f.reason) for f in focus] == [
        ("Kursk region", "Sudzha", FocusReason.EXPLICIT),
        ("Kursk region", "Sudzha", FocusReason.CARRIED),
    ]


def test_the_title_gives_the_place_of_a_text_that_names_none() -> None:
    focus = read("Two die in Sudzha", "A shell hit a house.\n\nIt burned down.").sentences
    assert [(f.place, f.reason) for f in focus] == [("Sudzha", FocusReason.DEFAULT)] * 2


def test_the_village_is_the_last_place_and_the_region_the_whole() -> None:
    text = "Troops took Sudzha.\n\nThe village burned.\n\nThe region declared an emergency."
    focus = read("War", text).sentences
    assert [(f.place, f.reason) for f in focus[1:]] == [("Sudzha", FocusReason.ANAPHOR), (None, FocusReason.ANAPHOR)]


def test_each_sentence_goes_to_the_region_that_it_names() -> None:
    text = "Kursk region was shelled.\n\nToretsk fell on Monday. The town is in ruins.\n\nSudzha held out."
    assert [f.region for f in read("Front", text).sentences] == [
        "Kursk region", "Donetsk region", "Donetsk region", "Kursk region",
    ]  # fmt: skip


def test_a_hamlet_described_beside_a_watched_town_becomes_a_place() -> None:
    text = "They entered Makhnovo, a hamlet north of Sudzha.\n\nMakhnovo was cleared on Monday."
    found = read("Front", text)
    assert found.sentences[0].place == "Makhnovo"
    assert found.sentences[0].places == ("Makhnovo", "Sudzha")
    assert (found.sentences[1].region, found.sentences[1].place) == ("Kursk region", "Makhnovo")
    assert {m.reason for m in found.mentions if m.place == "Makhnovo"} == {MentionReason.DYNAMIC}


@pytest.mark.parametrize(
    "sentence",
    [
        "Soldiers from Sudzha entered the village of Zelino.",
        "Armour rolled through Sudzha and neighbouring Zelino.",
        "Zelino, 12 km south-west of Sudzha, was hit.",
        "Zelino, a small village near Sudzha, was hit.",
    ],
)
def test_there_are_many_ways_to_put_a_village_on_the_map(sentence: str) -> None:
    assert "Zelino" in read("Front", sentence).sentences[0].places


def test_a_place_abroad_is_no_place_of_the_region() -> None:
    found = read("Talks on Kursk region", "The envoys met in Ankara. They spoke of Sudzha.")
    assert found.sentences[0].elsewhere == ("Ankara",)
    assert all(m.place != "Ankara" for m in found.mentions)


def test_a_dateline_is_no_place_of_action() -> None:
    text = "SUDZHA, Jan 5 (Wire) — Shells fell on Toretsk on Monday."
    found = read("Shelling", text)
    assert found.about == ("Donetsk region",)
    assert found.dateline is not None and found.dateline.place == "SUDZHA"


def test_a_report_that_names_no_place_is_about_where_it_was_filed() -> None:
    text = "TRIPOLI, Jan 5 (Wire) — Six people were killed on Monday, the ministry said."
    assert read("Six killed", text).about == ("Tripoli",)


def test_a_report_filed_here_about_another_country_is_not_ours() -> None:
    text = "TRIPOLI, Jan 5 (Wire) — Haiti's police fired on a crowd on Monday."
    assert read("Haiti police fire", text).about == ()


def test_a_region_named_once_in_passing_gets_that_sentence_alone() -> None:
    body = "\n\n".join(["Brazil's senate voted on Monday.", "The vote was close."] * 4)
    text = body + "\n\nOther wars, from Sudan to Toretsk, were not discussed. The session closed."
    found = read("Brazil votes", text)
    assert found.about == ()
    assert [f.region for f in found.sentences if f.regions] == ["Donetsk region"]


def test_a_short_report_that_names_its_place_late_is_about_it_if_it_dwells_on_no_other_country() -> None:
    text = (
        "The boat was let go on Monday.\n\nIts owner sold a house, he said.\n\nA Malaysian diplomat phoned.\n\n"
        "They were taken to a jetty near Mitiga.\n\nNobody was hurt."
    )
    assert read("A rescue without rescuers", text).about == ("Tripoli",)
    assert read("Malaysia hails a rescue", text).about == ()
    assert read("A rescue without rescuers", text + " Malaysia paid nothing.").about == ()


def test_an_article_about_something_else_has_no_focus() -> None:
    found = read("Rain in Lisbon", "It rained. Streets were wet.")
    assert all(not f.regions and f.reason is FocusReason.NONE for f in (found.title, *found.sentences))


@pytest.mark.parametrize(
    ("text", "verdict", "reason"),
    [
        ("Protesters marched in Tripoli, Lebanon, on Friday.", Whereabouts.ELSEWHERE, SameNameReason.COUNTRY_BESIDE),
        ("Clashes shook the Lebanese city of Tripoli.", Whereabouts.ELSEWHERE, SameNameReason.COUNTRY_BESIDE),
        ("Tripoli in northern Lebanon was quiet.", Whereabouts.ELSEWHERE, SameNameReason.COUNTRY_BESIDE),
        ("Clashes in Tripoli. Beirut sent the army.", Whereabouts.ELSEWHERE, SameNameReason.RIVAL_NAMED),
        ("Clashes in Tripoli. Libya's cabinet met.", Whereabouts.HERE, SameNameReason.HOME_NAMED),
        ("Clashes in Tripoli and at Mitiga.", Whereabouts.HERE, SameNameReason.SECOND_NAME),
        ("Clashes in Tripoli.", Whereabouts.UNSURE, SameNameReason.NOTHING_NAMED),
        ("Georgia's governor ordered a recount in Atlanta.", Whereabouts.ELSEWHERE, SameNameReason.RIVAL_NAMED),
        ("Georgia suspended talks, the US State Department said. Tbilisi denied it.", Whereabouts.HERE,
         SameNameReason.HOME_NAMED),
        ("The Georgia Airways jet landed.", Whereabouts.ELSEWHERE, SameNameReason.ORGANISATION),
        ("Ukraine's Kursk region offensive goes on.", Whereabouts.HERE, SameNameReason.NO_RIVAL),
    ],
)  # fmt: skip
def test_the_countries_around_a_name_settle_which_place_it_is(
    text: str, verdict: Whereabouts, reason: SameNameReason
) -> None:
    mentions = RegionIndex.build(REGIONS).find(text)
    judged = SameNames(REGIONS).judge("", text, mentions)[0]
    assert (judged.verdict, judged.reason) == (verdict, reason)


def test_the_island_of_another_country_is_left_out_with_its_reason() -> None:
    coast = watch("Odesa region", "Snake Island", "Izmail")
    found = read("Where nobody may land", "Brazil's navy keeps Snake Island shut. Vipers live on it.", coast)
    assert found.about == ()
    assert [verdict.reason for _, verdict in found.rejected] == [SameNameReason.FOREIGN_ONLY]


@pytest.mark.parametrize(
    ("text", "place", "rest"),
    [
        ("KYIV, Jan 5 — Troops left.", "KYIV", "Troops left."),
        ("MOSCOW/KYIV, Jan 5 — Troops left.", "MOSCOW/KYIV", "Troops left."),
        ("GISWIL, Feb 3 (Alpine Wire) — Troops left.", "GISWIL", "Troops left."),
        ("DHAKA, 28 July (PNA) -- Troops left.", "DHAKA", "Troops left."),
        ("MOSCOW, February 25. /VPA/. Troops left.", "MOSCOW", "Troops left."),
        ("NYALA — Troops left.", "NYALA", "Troops left."),
        ("Port Sudan, Oct 26 (Wire) — Troops left.", "Port Sudan", "Troops left."),
        ("SÃO PAULO, Brazil (Wire) — Troops left.", "SÃO PAULO, Brazil", "Troops left."),
    ],
)
def test_a_dateline_is_read_whole(text: str, place: str, rest: str) -> None:
    head = dateline(text)
    assert head is not None
    assert (head.place, text[head.end :]) == (place, rest)


@pytest.mark.parametrize(
    "text", ["Troops left on Monday.", "Officials — most of them new — left.", "BREAKING: troops left.", "", "   \n"]
)
def test_an_ordinary_opening_is_no_dateline(text: str) -> None:
    assert dateline(text) is None


def test_a_megabyte_of_names_is_followed_to_its_end() -> None:
    text = "In Sudzha the Ivanov-Petrov village of Zelino, Brazil. " * 8_000
    assert len(read("Long", text).sentences) == 8_000
