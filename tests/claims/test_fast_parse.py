"""The parser made fast says what spaCy's own says: vectors, parts of speech, lemmas, trees."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from monitor.claims import annotation_memory, word_vectors
from monitor.claims.attribute_rules import faster
from monitor.claims.sentences import Sentence, load, parse, plain, split

MODEL = "en_core_web_sm"
CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.json"))[::40]
READ = ["TAG", "DEP", "HEAD", "POS", "MORPH", "LEMMA"]
# Each with a rule of two tokens, an odd space, or nothing at all.
ODD = [
    "There's no way they ain't gonna do it.",
    "Let's go,  y'all got ta go.",
    "",
    " ",
    "C'm on — no.",
    "We let 's it be.",
]


@lru_cache(maxsize=1)
def _stock() -> Language:
    return plain(MODEL)


def test_it_reads_news_as_the_stock_pipeline_does_the_second_time_too() -> None:
    for article in _articles():
        for _ in range(2):
            _assert_alike(parse(load(MODEL), article), [s.text for s in article])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=60)), max_size=5))
def test_it_reads_any_text_as_the_stock_pipeline_does(texts: list[str]) -> None:
    _assert_alike(parse(load(MODEL), _sentences(texts)), texts)


def test_the_order_in_which_words_are_met_changes_nothing() -> None:
    forgetful = annotation_memory.remembering(faster(word_vectors.remembering(plain(MODEL))))
    for texts in (ODD, ODD[::-1]):
        _assert_alike(parse(forgetful, _sentences(texts)), texts)


def test_a_memory_that_is_full_starts_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_vectors, "MOST_WORDS", 30)
    monkeypatch.setattr(annotation_memory, "MOST_TOKENS", 30)
    nlp = annotation_memory.remembering(faster(word_vectors.remembering(plain(MODEL))))
    for article in list(_articles())[:2]:
        _assert_alike(parse(nlp, article), [s.text for s in article])


def test_a_pipeline_of_another_make_is_left_as_it_is() -> None:
    blank = spacy.blank("en")
    blank.add_pipe("sentencizer")
    assert word_vectors.remembering(annotation_memory.remembering(blank)).pipe_names == ["sentencizer"]


def _articles() -> Iterable[list[Sentence]]:
    for path in CASES:
        raw = json.loads(path.read_text(encoding="utf-8"))["articles"][0]
        yield split(raw["title"], raw["text"])


def _sentences(texts: Sequence[str]) -> list[Sentence]:
    return [Sentence("text", 0, len(text), text, at, 1) for at, text in enumerate(texts)]


def _assert_alike(docs: Sequence[Doc], texts: Sequence[str]) -> None:
    stock = list(_stock().pipe(texts))
    for mine, theirs in zip(docs, stock, strict=True):
        assert mine.text == theirs.text
        assert np.allclose(mine.tensor, theirs.tensor, rtol=0, atol=1e-3)
        assert (mine.to_array(READ) == theirs.to_array(READ)).all(), mine.text
