"""Who or what somebody or something is."""

from __future__ import annotations

from spacy.tokens import Token

from monitor.claims.actors import actor_of, behind, head_of
from monitor.claims.frames.base import Clause, LexiconReader, Reading, closeness
from monitor.claims.frames.syntax import is_negated
from monitor.model import Frame

_SCORE = 1.3


class IdentityReader(LexiconReader):
    """Reads `identity.yaml`, and "the X was a Y" where X or Y is of a kind that is identified."""

    frame = Frame.IDENTITY
    name = "identity"

    def read(self, clause: Clause) -> list[Reading]:
        """Return the readings of the lexicon and of the copula, best first."""
        found = super().read(clause)
        if "be" in clause.lemmas:
            found += [r for t in clause.tokens if t.lemma_ == "be" and (r := self._copula(t, clause)) is not None]
        return sorted(found, key=lambda r: -r.score)

    def _copula(self, verb: Token, clause: Clause) -> Reading | None:
        who = next((c for c in verb.children if c.dep_ in {"nsubj", "csubj"}), None)
        what = next((c for c in verb.children if c.dep_ in {"attr", "acomp"}), None)
        if who is None or what is None or who.lower_ == "there" or not self._fits(who, what):
            return None
        nature = what.pos_ in {"NOUN", "PROPN", "PRON"}
        return Reading(
            self.frame, "what" if nature else "who", _SCORE + closeness(verb, clause), subject=head_of(who),
            actor=actor_of(what) if nature else None, target=actor_of(who), answer=behind(what).lemma_.lower(),
            negated=is_negated(verb), cues=(f"{verb.text} {what.text}",), head=verb,
        )  # fmt: skip

    def _fits(self, who: Token, what: Token) -> bool:
        """A kind that is something named or of a nature; or an adjective that marks who somebody is."""
        kind, nature = behind(who).lemma_.lower(), behind(what).lemma_.lower()
        kinds, natures = self.lexicon["kinds"], self.lexicon["natures"]
        known = kind in kinds or who.lower_ in kinds or who.dep_ == "csubj"
        if what.dep_ == "acomp" and what.pos_ in {"ADJ", "PROPN"}:
            return known and (nature in self.lexicon["marks"] or what.text[0].isupper())
        if what.pos_ in {"NUM", "ADV"} or what.tag_ == "VBN":
            return False
        if kind in self.lexicon["strong"] and what.pos_ in {"NOUN", "PROPN"}:
            return True
        return known and (
            nature in natures or nature in kinds or what.pos_ == "PROPN" or what.lower_ in natures | kinds
        )
