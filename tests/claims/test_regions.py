"""Stories of finding watched regions in text."""

from __future__ import annotations

import pytest

from monitor.claims.regions import MentionReason, RegionIndex
from monitor.config import GazetteerFilter, PlaceName, Region


def places(*names: str) -> tuple[PlaceName, ...]:
    return tuple(PlaceName(name) for name in names)


WATCHED = (
    Region(
        "Kursk Oblast",
        ("Курская область",),
        (*places("Sudzha", "Malaya Loknya"), PlaceName("Bolshoye Soldatskoye", ("Bolshoe Soldatskoe",))),
        exclude=("Kursk submarine",),
    ),
    Region("Kyiv", (), places("Khmelnytskyi", "Chasiv Yar")),
    Region("Aleppo", (), places("al-Bab", "Deir ez-Zor", "Khan Sheikhoun", "Qamishli")),
    Region("Hatay Province", (), places("İskenderun", "Samandağ")),
    Region("Kenya", (), places("Nairobi")),
    Region("Ha Long", (), places("下龙湾", "รังสิต")),
    Region("Thames Valley", (), places("Reading")),
)
INDEX = RegionIndex.build(WATCHED)

# sentence | the mentions, "text>region/place" separated by ";"
GOLDEN = """
Troops left Kursk Oblast on Monday.|Kursk Oblast>Kursk Oblast
Sudzha’s market burned.|Sudzha>Kursk Oblast/Sudzha
Kursk's governor spoke.|Kursk>Kursk Oblast
Fighting spread across the Kursk region.|Kursk region>Kursk Oblast
The town of Sudzha lies near the border.|town of Sudzha>Kursk Oblast/Sudzha
The Kursk submarine sank in 2000.|
The Kursk submarine was named after the Kursk region.|Kursk region>Kursk Oblast
The column reached Bolshoe Soldatskoe.|Bolshoe Soldatskoe>Kursk Oblast/Bolshoye Soldatskoye
The column reached Bolshoye Soldatskoe.|Bolshoye Soldatskoe>Kursk Oblast/Bolshoye Soldatskoye
Guns fired at Malaia Loknya.|Malaia Loknya>Kursk Oblast/Malaya Loknya
Drones hit Kiev overnight.|Kiev>Kyiv
Drones hit KYIV overnight.|KYIV>Kyiv
A depot in Khmelnitsky burned.|Khmelnitsky>Kyiv/Khmelnytskyi
A depot in Khmelnytskyy burned.|
A depot in Khmelnytsky burned.|Khmelnytsky>Kyiv/Khmelnytskyi
The defenders of Chasov  Yar fell back.|Chasov  Yar>Kyiv/Chasiv Yar
The defenders of Chasov Yar fell back.|Chasov Yar>Kyiv/Chasiv Yar
Rebels entered Halab at dawn.|Halab>Aleppo
Rebels entered El Bab at dawn.|El Bab>Aleppo/al-Bab
Rebels entered al Bab at dawn.|al Bab>Aleppo/al-Bab
Convoys left Deir al-Zour.|Deir al-Zour>Aleppo/Deir ez-Zor
Gas killed dozens in Khan Shaykhun.|Khan Shaykhun>Aleppo/Khan Sheikhoun
Kamishli was quiet.|Kamishli>Aleppo/Qamishli
The port of Iskenderun burned.|port of Iskenderun>Hatay Province/İskenderun
ISKENDERUN: the port burned.|ISKENDERUN>Hatay Province/İskenderun
Houses fell in Samandag and in Samandağ.|Samandag>Hatay Province/Samandağ;Samandağ>Hatay Province/Samandağ
Hatay and its towns.|Hatay>Hatay Province
Kenyan police fired on Nairobi crowds.|Kenyan>Kenya;Nairobi>Kenya/Nairobi
Kenyatta and the Kurskaya station.|
The pre-Sudzha line held.|Sudzha>Kursk Oblast/Sudzha
Reading the report took hours.|
A man was held in Reading on Friday.|Reading>Thames Valley/Reading
Strikes hit Reading hard.|Reading>Thames Valley/Reading
She was reading in the library.|
В Курск и Курская область пришли.|Курская область>Kursk Oblast
一艘船在下龙湾沉没。|下龙湾>Ha Long/下龙湾
""".strip().splitlines()


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row.split("|")[0][:50])
def test_a_sentence_gives_the_mentions_that_a_reader_would_mark(row: str) -> None:
    sentence, _, expected = row.partition("|")
    found = [f"{m.text}>{m.region}" + (f"/{m.place}" if m.place else "") for m in INDEX.find(sentence)]
    assert found == [item for item in expected.split(";") if item]


def test_every_mention_says_why_it_was_taken() -> None:
    text = "Kursk Oblast, Курская область, Sudzha, the Kursk region and Kenyan police."
    reasons = [m.reason for m in INDEX.find(text)]
    assert reasons == [
        MentionReason.NAME, MentionReason.ALIAS, MentionReason.PLACE, MentionReason.VARIANT, MentionReason.ADJECTIVE,
    ]  # fmt: skip


def test_a_name_that_two_regions_share_is_a_mention_of_both() -> None:
    index = RegionIndex.build([Region("North", (), places("Izmail")), Region("South", (), places("Izmail"))])
    assert [m.region for m in index.find("Drones hit Izmail.")] == ["North", "South"]


def test_the_longest_name_wins_over_a_name_inside_it() -> None:
    index = RegionIndex.build([Region("Kivu"), Region("North Kivu")])
    assert [(m.region, m.text) for m in index.find("In North Kivu and Kivu.")] == [
        ("North Kivu", "North Kivu"), ("Kivu", "Kivu"),
    ]  # fmt: skip


def test_included_gazetteer_places_lie_in_their_region() -> None:
    index = RegionIndex.build([Region("Kursk Oblast", include=(GazetteerFilter("RU", "Kursk"),))])
    found = {(m.place, m.reason) for m in index.find("Shells fell on Zolotukhino and on Rylsk, not on Voronezh.")}
    assert ("Zolotukhino", MentionReason.GAZETTEER) in found
    assert all(place != "Voronezh" for place, _ in found)
    assert len(found) == 2


def test_a_division_without_a_city_of_its_name_is_found_through_its_seat() -> None:
    index = RegionIndex.build([Region("KP", include=(GazetteerFilter("PK", "Khyber Pakhtunkhwa"),))])
    assert [m.place for m in index.find("A blast in Peshawar, none in Lahore.")] == ["Peshawar"]


def test_text_without_any_capital_is_read_all_the_same() -> None:
    assert [m.place for m in INDEX.find("shelling near sudzha again")] == ["Sudzha"]


def test_no_regions_find_nothing() -> None:
    assert RegionIndex.build([]).find("Kursk") == []
