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

    def read(self, clause: Clause) -> list[Reading]:
        """Read "there was no massacre" too: a happening denied without a verb of denying."""
        found = super().read(clause)
        for verb in clause.tokens if "be" in clause.lemmas and "no" in clause.lemmas else ():
            if verb.lemma_ == "be" and any(c.dep_ == "expl" for c in verb.children):
                found += [self._none(verb, c) for c in verb.children if c.dep_ == "attr" and self._named(c)]
        return sorted(found, key=lambda r: -r.score)

    def _named(self, token: Token) -> bool:
        none = any(c.lower_ == "no" for c in token.children)
        return none and token.lemma_.lower() in self.lexicon["events"]

    def _none(self, verb: Token, event: Token) -> Reading:
        return Reading(
            self.frame, "occurrence", 2.6, subject=event.lemma_.lower(), answer="not-occurred", negated=True,
            cues=(f"no {event.text}",), head=verb,
        )  # fmt: skip

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
