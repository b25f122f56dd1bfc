"""Spellings that follow from a name, and other well-known names of it."""

from __future__ import annotations

import pytest

from monitor.claims.gazetteer import admin1_code, cities_named, countries, rows
from monitor.claims.names import exonyms, other_names, spellings
from monitor.text.folding import fold_name

_WORDS = (
    "about after again against among army attack before being between city civil country court crisis death "
    "district during early east enemy even every fire force forces four front general government group have "
    "held here hospital house kill killed later leader left major march mayor military minister month mosque "
    "most near never night north officer official over party people place plant police port power press prime "
    "public quake rally region report river road said same shell side since south state still storm strike "
    "such their there third those town troops under union until village vote water week west where which while "
    "white with would year young hall hail harm ham "
)
ENGLISH = _WORDS.split()


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Khmelnytskyi", "Khmelnitsky"), ("Pokrovske", "Pokrovskoye"), ("Bolshoye Selo", "Velyke Selo"),
        ("Qamishli", "Kamishli"), ("Khartoum", "Hartoum"), ("ash-Shaykh", "al-Shaykh"),
        ("Kafr Nabudah", "Kafr Naboudah"),
        ("Malaya Loknya", "Mala Loknya"), ("Zaytun", "Zeytun"), ("Sulaymaniyya", "Sulaymaniya"), ("Dhahran", "Dahran"),
        ("Saint-Denis", "St. Denis"),
    ],
)  # fmt: skip
def test_a_spelling_that_another_desk_would_use_is_known(name: str, other: str) -> None:
    assert fold_name(other) in spellings(name)


def test_no_spelling_of_a_well_known_place_is_a_common_english_word() -> None:
    words = set(ENGLISH)
    for row in rows("exonyms.tsv"):
        for name in row:
            assert not ({fold_name(name), *spellings(name)} & words), name


def test_short_names_are_never_respelt() -> None:
    assert spellings("Goma") == set()
    assert spellings("Hama") == set()


def test_spellings_stay_few() -> None:
    assert max(len(spellings(name)) for row in rows("exonyms.tsv") for name in row) <= 32


def test_other_names_hold_in_both_directions() -> None:
    assert "Kiev" in other_names("Kyiv")
    assert "Kyiv" in other_names("Kiev")
    assert all(fold_name(other) in exonyms() for others in exonyms().values() for other in others)


def test_every_division_of_the_table_names_a_city_that_the_gazetteer_has_in_that_country() -> None:
    seats = cities_named(row[2] for row in rows("divisions.tsv"))
    for country, division, seat in rows("divisions.tsv"):
        assert any(city.country == country for city in seats.get(fold_name(seat), [])), division


def test_every_country_of_the_table_is_one_of_the_gazetteer() -> None:
    assert {row[0] for row in rows("countries.tsv")} <= countries().keys()


def test_an_unknown_division_has_no_code() -> None:
    assert admin1_code("RU", "Nowhere At All") is None
    assert admin1_code("US", "Georgia") == "GA"
