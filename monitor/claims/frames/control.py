"""Who holds a place: captured, held, lost, withdrew, entered, encircled, contested."""

from __future__ import annotations

from monitor.claims.actors import behind
from monitor.claims.frames.base import Clause, Hit, LexiconReader, Reading, lexicon
from monitor.claims.frames.syntax import patient
from monitor.model import Frame

_OF_PLACES = frozenset({"captured", "held", "entered"})


class ControlReader(LexiconReader):
    """Reads `control.yaml`; a proper name can be held as any village can."""

    frame = Frame.CONTROL
    name = "control"
    proper = True

    def judge(self, hit: Hit, clause: Clause) -> Reading | None:
        """Leave whoever is held or captured to the frame of people."""
        direct = hit.entry.answer in _OF_PLACES and hit.entry.target == "patient" and hit.head.pos_ == "VERB"
        whom = patient(hit.head) if direct else None
        if whom is not None and behind(whom).lemma_.lower() in lexicon("humans")["people"]:
            return None
        return super().judge(hit, clause)
