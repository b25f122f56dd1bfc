"""Who did it, or what caused it: blame, acceptance, denial of responsibility, causes."""

from __future__ import annotations

from dataclasses import replace

from monitor.claims.actors import canonical
from monitor.claims.frames.base import Clause, Hit, LexiconReader, Reading
from monitor.model import Frame


class ResponsibilityReader(LexiconReader):
    """Reads `responsibility.yaml`. The actor is the accused, or whoever accepts or denies."""

    frame = Frame.RESPONSIBILITY
    name = "responsibility"

    def judge(self, hit: Hit, clause: Clause) -> Reading | None:
        """Drop blame without anybody to blame; a denial of responsibility is a denial, however often negated."""
        reading = super().judge(hit, clause)
        if reading is None:
            return None
        if reading.answer == "cause" and hit.entry.score < 1 and not _predicated(hit):
            return None
        if hit.head.lemma_ in {"accuse", "blame"} and reading.actor is not None:
            # "accused the militia of the killings": the parse hangs the deed on the accused
            reading = replace(reading, actor=canonical(reading.actor.split(" of ")[0]))
        if reading.answer == "deny":
            return replace(reading, negated=True)
        if reading.actor is None and reading.answer in {"blame", "accept"} and reading.score < 2.0:
            return None
        return reading


def _predicated(hit: Hit) -> bool:
    """True for "it was sabotage"; an object ("respond to any provocation") asserts no cause."""
    return hit.head.dep_ in {"attr", "acomp", "ROOT", "oprd"} or hit.head.head.lemma_ == "by"
