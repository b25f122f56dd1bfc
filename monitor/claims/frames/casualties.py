"""Killed, wounded, missing: with a figure, with a plain "nobody", or of somebody without a figure."""

from __future__ import annotations

from monitor.claims.actors import actor_of, behind
from monitor.claims.frames.base import Clause, Hit, Reading, agent, closeness, is_negated, patient, subject
from monitor.claims.frames.figures import FigureReader
from monitor.model import Frame, Quantity


class CasualtiesReader(FigureReader):
    """Reads `casualties.yaml`."""

    frame = Frame.CASUALTIES
    name = "casualties"

    def read(self, clause: Clause) -> list[Reading]:
        """Return the readings with figures, else those of persons without one."""
        found = super().read(clause)
        if found:
            return found
        rest = [r for hit in self.lexicon.find(clause) if (r := self._unnumbered(hit, clause)) is not None]
        return sorted(rest, key=lambda r: -r.score)

    def _unnumbered(self, hit: Hit, clause: Clause) -> Reading | None:
        """Read "nobody was hurt" as zero, and "civilians were killed" without a figure."""
        head = hit.head
        who = patient(head) if head.pos_ == "VERB" else subject(head)
        who = subject(head) if who is None else who
        if who is None or (behind(who).lemma_.lower() not in self.counts and who.pos_ not in {"PROPN", "PRON"}):
            return None
        negated = is_negated(head)
        none = negated and (
            who.lower_ in {"nobody", "none", "one"} or any(c.lower_ in {"no", "not"} for c in who.children)
        )
        return Reading(
            frame=self.frame,
            measure=hit.entry.measure,
            score=hit.entry.score - 0.5 + closeness(head, clause),
            subject="people" if who.pos_ == "PRON" else behind(who).lemma_.lower(),
            actor=actor_of(agent(head)) if head.pos_ == "VERB" and agent(head) != who else None,
            target=actor_of(who),
            negated=negated and not none,
            quantity=Quantity(0, 0, who.text) if none else None,
            span=(who.idx, who.idx + len(who)) if none else None,
            cues=(hit.cue,),
            head=head,
        )
