"""Whose troops and whose words: names of states and armed groups, as news writes them."""

from __future__ import annotations

import pytest

from monitor.claims.actors import known_side, side_of


@pytest.mark.parametrize(
    ("written", "side"),
    [
        ("Russian troops", "russia"),
        ("the Sudanese Armed Forces", "saf"),
        ("the Arakan Army", "arakan army"),
        ("The People's Defence Force", "people's defence force"),
        ("New People’s Army fighters", "new people's army"),
        ("Tigray People's Liberation Front", "tplf"),
        ("the U.N.", "united nations"),
        ("assault troops", None),
    ],
)
def test_a_side_is_known_by_every_spelling_of_its_name(written: str, side: str | None) -> None:
    assert known_side(written) == side


@pytest.mark.parametrize(
    ("speaker", "side"),
    [
        ("the Russian defence ministry", "russia"),
        ("a spokesman for the Arakan Army", "arakan army"),
        ("the Karen National Liberation Army", "knla"),
        ("residents of the village", None),
        ("an official who is not named", None),  # "is" is no group but in capitals
    ],
)
def test_a_speaker_stands_on_the_side_that_its_description_names(speaker: str, side: str | None) -> None:
    assert side_of(speaker) == side
