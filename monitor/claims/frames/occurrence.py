"""Did it happen at all: denials, fakes, "no evidence of", and plain happenings."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from monitor.claims.frames.base import Clause, Hit, LexiconReader, Reading
from monitor.model import Frame


class OccurrenceReader(LexiconReader):
    """Reads `occurrence.yaml`. The subject of a denial is the predicate denied."""

    frame = Frame.OCCURRENCE
    name = "occurrence"

    def judge(self, hit: Hit, clause: Clause) -> Reading | None:
        """Name what is denied: the verb under "deny", the noun otherwise."""
        reading = super().judge(hit, clause)
        if reading is None or hit.entry.answer not in {"denied", "not-occurred"}:
            return reading
        denied = _denied(hit.head)
        plain = hit.entry.answer == "not-occurred"
        return replace(
            reading,
            subject=denied.lemma_.lower() if denied is not None else reading.subject,
            negated=True if plain else reading.negated,
        )


def _denied(verb: Token) -> Token | None:
    for child in verb.children:
        if child.dep_ in {"ccomp", "xcomp", "pcomp", "acl"}:
            return child
    return next((c for c in verb.children if c.dep_ == "dobj"), None)
