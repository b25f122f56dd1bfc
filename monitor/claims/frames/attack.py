"""Attacks and how they ended: launched, hit, repelled, failed, advanced, surrendered."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from monitor.claims.actors import known_side, phrase
from monitor.claims.frames.base import Clause, Hit, LexiconReader, Reading
from monitor.claims.frames.syntax import agent, passive, patient, prep, subject
from monitor.model import Frame

_OUTCOMES = frozenset({"repelled", "failed", "advanced", "launched"})


class AttackReader(LexiconReader):
    """Reads `attack.yaml`. Where an assault itself is the subject or object, its side is the actor or the target."""

    frame = Frame.ATTACK
    name = "attack"

    def judge(self, hit: Hit, clause: Clause) -> Reading | None:
        """Name the side behind "Ukraine's new offensive" and "an offensive by the armed forces"."""
        reading = super().judge(hit, clause)
        if reading is None or reading.answer not in _OUTCOMES:
            return reading
        doer, object_ = self._side(subject(hit.head)), self._side(patient(hit.head))
        if reading.answer == "repelled":
            by = prep(hit.head, "by") if not passive(hit.head) else None  # "are repelling an offensive by the rebels"
            object_ = object_ or (known_side(phrase(by)) if by is not None else None)
            return replace(reading, target=object_ or reading.target)
        return replace(reading, actor=doer or object_ or reading.actor)

    def _side(self, assault: Token | None) -> str | None:
        """Return the state or group whose assault it is; None for anything but an assault."""
        if assault is None or assault.lemma_.lower() not in self.lexicon["assaults"]:
            return None
        owner = agent(assault) if assault.pos_ in {"NOUN", "PROPN"} else None
        return known_side(phrase(owner)) if owner is not None else None
