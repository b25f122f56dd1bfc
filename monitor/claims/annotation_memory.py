"""Part of speech, morphology and lemma of tokens, remembered: the work of a pipeline's last two components.

What the attribute ruler and the rule lemmatizer make of a token depends on its tag, form and dependency alone, except
where a rule looks at two tokens. `remembering` puts one component in their place, which asks them once for each such
token and copies their answer from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, LEMMA, LOWER, MORPH, ORTH, POS, TAG
from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokens import Doc

from monitor.claims.attribute_rules import AttributeTable

MOST_TOKENS = 50_000  # remembered; beyond it all are forgotten
_GIVEN: list[Any] = [TAG, DEP, LOWER, ORTH]
_MADE: list[Any] = [TAG, DEP, POS, MORPH, LEMMA]


class Annotations:
    """A pipeline component: annotates as `table` and then `lemmatizer` do."""

    def __init__(self, table: AttributeTable, lemmatizer: Callable[[Doc], Doc]) -> None:
        self._table, self._lemmatizer = table, lemmatizer
        self._known: dict[bytes, bytes] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Annotate a document in place."""
        if not len(doc):
            return doc
        given = _rows(doc.to_array(_GIVEN))
        made = [known for row in given if (known := self._known.get(row)) is not None]
        if len(made) < len(given):
            return self._learn(doc, given)
        table: Any = np.frombuffer(b"".join(made), dtype=np.uint64).reshape(-1, len(_MADE))
        return doc.from_array(_MADE, table)

    def _learn(self, doc: Doc, given: list[bytes]) -> Doc:
        self._lemmatizer(self._table(doc))
        if len(self._known) + len(given) > MOST_TOKENS:
            self._known.clear()
        if not self._table.looks_further(doc):  # else what a token got may be owed to its neighbour
            self._known.update(zip(given, _rows(doc.to_array(_MADE)), strict=True))
        return doc


def _rows(table: NDArray[Any]) -> list[bytes]:
    """Return each row of a table as its bytes."""
    rows: list[bytes] = table.view(f"V{table.shape[1] * table.itemsize}").ravel().tolist()
    return rows


def remembering(nlp: Language) -> Language:
    """Put `Annotations` in the place of the last two components, if they are a table of rules and a rule lemmatizer."""
    if len(nlp._components) < 2:
        return nlp
    *others, (_, table), (name, lemmatizer) = nlp._components
    if isinstance(table, AttributeTable) and isinstance(lemmatizer, Lemmatizer) and lemmatizer.mode == "rule":
        nlp._components = [*others, (name, Annotations(table, lemmatizer))]
    return nlp
