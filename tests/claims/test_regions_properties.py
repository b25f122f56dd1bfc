"""What must hold of finding regions in any text at all."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.claims.names import spellings
from monitor.claims.regions import RegionIndex
from monitor.config import PlaceName, Region
from monitor.text.folding import fold, fold_name

NAMES = ("Sudzha", "al-Bab", "Samandağ", "İskenderun", "Bolshoye Soldatskoye", "Straße", "Ma'rib", "Ångström")
INDEX = RegionIndex.build([Region("Watched", (), tuple(PlaceName(name) for name in NAMES))])
FILLER = st.text(st.characters(codec="utf-8"), max_size=60)


@given(st.lists(st.one_of(FILLER, st.sampled_from(NAMES)), max_size=12))
@settings(max_examples=200)
def test_a_mention_is_exactly_its_stretch_of_any_text(parts: list[str]) -> None:
    text = "".join(parts)
    for mention in INDEX.find(text):
        assert mention.text == text[mention.start : mention.end]
        assert 0 <= mention.start < mention.end <= len(text)


@given(FILLER)
@settings(max_examples=200)
def test_folding_keeps_the_place_of_every_character(text: str) -> None:
    folded = fold(text)
    assert len(folded.origin) == len(folded.text)
    assert list(folded.origin) == sorted(folded.origin)
    for index, at in enumerate(folded.origin):
        assert folded.text[index] in fold(text[at]).text


@given(st.sampled_from(NAMES), FILLER, FILLER)
@settings(max_examples=200)
def test_a_name_between_spaces_is_found_whatever_stands_around_it(name: str, before: str, after: str) -> None:
    text = f"{before} in {name} {after}"
    at = len(before) + 4
    assert any(m.start <= at and m.end >= at + len(name) for m in INDEX.find(text))


@given(st.sampled_from(NAMES), st.text("abcdefghijklmnopqrstuvwxyzäöüб", min_size=1, max_size=5))
@settings(max_examples=200)
def test_no_name_is_found_inside_a_word(name: str, letters: str) -> None:
    for joined in (name + letters, letters + name):
        whole = {fold_name(n) for n in NAMES} | {s for n in NAMES for s in spellings(n)}
        if fold_name(joined) not in whole:
            assert all(m.text != name for m in INDEX.find(joined + " "))


@given(FILLER)
def test_finding_twice_gives_the_same(text: str) -> None:
    assert INDEX.find(text) == INDEX.find(text)


def test_a_megabyte_of_one_paragraph_is_read_mention_by_mention() -> None:
    text = "In Sudzha the Samandağ ́ " * 20_000
    assert len(INDEX.find(text)) == 40_000
