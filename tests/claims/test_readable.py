"""What the parser is given to read: no reference marks, no capitals that say nothing, and never another length."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.claims.readable import readable
from monitor.claims.sentences import Sentence, split

NAMES = frozenset({"orlec", "mile", "ten"})


def read(text: str, body: str = "", field: str = "title") -> str:
    return readable(body, [Sentence(field, 0, len(text), text, 0, 0)], NAMES)[0].text


def test_reference_marks_become_blanks() -> None:
    assert read("Troops left the town [3][12], he said [note 2].", field="text") == (
        "Troops left the town        , he said         ."
    )


def test_square_kilometres_keep_what_is_raised() -> None:
    assert read("The army¹ took 585 km² of land.", field="text") == "The army  took 585 km² of land."


def test_a_headline_in_capitals_keeps_only_the_capitals_of_names() -> None:
    assert read("FERRY SINKS OFF MILE TEN, UN SAYS") == "Ferry sinks off Mile Ten, UN says"


def test_a_headline_in_title_case_is_read_as_a_sentence() -> None:
    assert read("Ukraine Launches New Offensive Near Orlec") == "Ukraine launches new offensive near Orlec"


def test_a_word_that_the_article_writes_with_a_capital_is_a_name() -> None:
    body = "People fled as Storm Freya neared. Nobody in Orlec had feared Storm Freya."
    assert read("Storm Freya Kills Dozens Near Orlec", body) == "Storm Freya kills dozens near Orlec"


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_changes_its_length(title: str, body: str) -> None:
    sentences = split(title, body)
    assert [len(s.text) for s in readable(body, sentences, NAMES)] == [len(s.text) for s in sentences]
