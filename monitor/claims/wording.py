"""The words of a parsed sentence, read once for all that ask for them: spaCy makes a new object at each access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from spacy.attrs import LEMMA, LOWER
from spacy.tokens import Doc

_READ: list[Any] = [LEMMA, LOWER]


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence's `text`, and its tokens as (lemma, form) in lower case.

    `lemmas` is the set of the former, `forms` of both; `at` says at which tokens each of `forms` stands, in order.
    """

    text: str
    words: tuple[tuple[str, str], ...]
    lemmas: frozenset[str]
    forms: frozenset[str]
    at: Mapping[str, Sequence[int]]

    def where(self, wanted: frozenset[str]) -> list[int]:
        """Return the tokens whose lemma or form is one of `wanted`, in order."""
        return sorted({at for word in wanted & self.forms for at in self.at[word]})


def wording(doc: Doc) -> Wording:
    """Read a sentence's words."""
    strings = doc.vocab.strings
    words = tuple((_lower(strings[lemma]), strings[form]) for lemma, form in doc.to_array(_READ).tolist())
    at: dict[str, list[int]] = {}
    for number, (lemma, form) in enumerate(words):
        at.setdefault(lemma, []).append(number)
        if form != lemma:
            at.setdefault(form, []).append(number)
    return Wording(doc.text, words, frozenset(lemma for lemma, _ in words), frozenset(at), at)


@lru_cache(maxsize=32_768)
def _lower(lemma: str) -> str:
    return lemma.lower()
