"""Figures read from invented news: each golden sentence with every figure that it holds."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.claims.quantities import find_quantities
from monitor.model import QuantityType
from monitor.text.numbers import words

Figure = tuple[str, float, float, str, str, str]
GOLDEN = Path(__file__).parent.parent / "data" / "golden"


def load(*names: str) -> list[dict[str, Any]]:
    return [json.loads(line) for name in names for line in (GOLDEN / name).read_text("utf-8").splitlines()]


def shown(sentence: str) -> list[Figure]:
    """What is read, in the shape of the golden file."""
    return [
        (q.quantity.text, q.quantity.low, q.quantity.high, q.quantity.unit, q.quantity.type.value, q.head)
        for q in find_quantities(sentence)
    ]


def expected(case: dict[str, Any]) -> list[Figure]:
    return [
        (f["text"], f["low"], math.inf if f["high"] is None else f["high"], f["unit"], f["type"], f["head"])
        for f in case["figures"]
    ]


def agrees(found: Figure, wanted: Figure) -> bool:
    near = all(math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-9) for a, b in zip(found[1:3], wanted[1:3], strict=True))
    return near and (found[0], *found[3:]) == (wanted[0], *wanted[3:])


@pytest.mark.parametrize("case", load("quantities.jsonl", "quantities_fresh.jsonl"), ids=lambda c: c["sentence"][:60])
def test_every_figure_of_a_golden_sentence_is_read(case: dict[str, Any]) -> None:
    found, wanted = shown(case["sentence"]), expected(case)
    assert len(found) == len(wanted), (found, wanted)
    assert all(map(agrees, found, wanted)), (found, wanted)


@given(st.text(max_size=300))
def test_any_text_is_read_without_error_and_offsets_are_exact(text: str) -> None:
    for span in find_quantities(text, indefinite=True):
        assert text[span.start : span.end] == span.quantity.text != ""
        assert span.noun == ("" if span.noun_start < 0 else text[span.noun_start : span.noun_end])
        assert span.quantity.low <= span.quantity.high


WORDS = sorted(
    words(
        """at least 12 1.2 million two hundred and five a dozen of the people killed including 3 children from to 14 - ,
        . $ € percent 40-50 km² sq miles another more others none no one in third since Sunday 2009 + whom bringing"""
    )
)
NEWS = st.lists(
    st.sampled_from(WORDS),
    max_size=30,
).map(" ".join)


@given(NEWS)
def test_any_order_of_number_words_gives_ordered_figures_without_overlap(text: str) -> None:
    spans = find_quantities(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert spans == find_quantities(text)


def test_an_indefinite_person_counts_as_one_on_request() -> None:
    sentence = "A woman and four men were killed."
    assert [q.quantity.low for q in find_quantities(sentence)] == [4]
    assert [q.quantity.low for q in find_quantities(sentence, indefinite=True)] == [1, 4]


def test_a_figure_is_exact_only_when_nothing_widened_it() -> None:
    exact = {s: find_quantities(s)[0].quantity.exact for s in ("12 men", "about 12 men", "300 men", "exactly 300 men")}
    assert exact == {"12 men": True, "about 12 men": False, "300 men": False, "exactly 300 men": True}


def test_modifiers_stand_between_the_number_and_its_head() -> None:
    span = find_quantities("Eleven heavily armed Russian soldiers fled.")[0]
    assert (span.head, span.quantity.type) == ("soldier", QuantityType.TOTAL)
    assert {"armed", "russian"} <= set(span.modifiers)


@pytest.mark.parametrize("piece", ["a", "At least 12 people died on Monday, 3 of them children. ", "1", "two "])
def test_a_paragraph_of_a_hundred_thousand_characters_is_read_to_its_end(piece: str) -> None:
    # Quadratic time would keep this from ending within the suite.
    text = piece * (100_000 // len(piece)) + " and 7 dogs"
    assert find_quantities(text)[-1].head == "dog"
