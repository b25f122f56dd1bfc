"""Killed, wounded, missing: with a figure, with a plain "nobody", or of somebody without a figure."""

from __future__ import annotations

from monitor.claims.actors import actor_of, behind
from monitor.claims.frames.base import Clause, Hit, Reading, closeness
from monitor.claims.frames.figures import FigureReader, figure_token
from monitor.claims.frames.syntax import agent, is_negated, passive, patient, prep, subject
from monitor.claims.quantities import QuantitySpan
from monitor.model import Frame, Quantity

_CIVIL = frozenset({"company", "division", "column", "crew", "detachment", "group", "team"})


class CasualtiesReader(FigureReader):
    """Reads `casualties.yaml`."""

    frame = Frame.CASUALTIES
    name = "casualties"

    def read(self, clause: Clause) -> list[Reading]:
        """Return the readings with figures, else those of persons without one."""
        found = super().read(clause) + [r for h in self.lexicon.find(clause) if (r := self._formation(h, clause))]
        if found:
            return sorted(found, key=lambda r: -r.score)
        rest = [r for hit in self.lexicon.find(clause) if (r := self._unnumbered(hit, clause)) is not None]
        return sorted(rest, key=lambda r: -r.score)

    def suits(self, figure: QuantitySpan, hit: Hit) -> bool:
        """Formations are read apart; "nine divers lost at sea" are no losses of a side."""
        lost = hit.entry.measure == "casualties" and hit.head.lemma_ == "lose" and passive(hit.head)
        return not hit.entry.takes and not lost

    def _formation(self, hit: Hit, clause: Clause) -> Reading | None:
        """Read "lost a battalion of marines" and "a platoon was wiped out": men, though nobody counts them."""
        unit = patient(hit.head)
        if not hit.entry.takes or unit is None or unit.lemma_.lower() not in hit.entry.takes:
            return None
        men = prep(unit, "of")
        who = behind(men).lemma_.lower() if men is not None else ""
        if unit.lemma_.lower() in _CIVIL and who not in self.counts:
            return None  # a company may be a firm
        loser = subject(hit.head) if hit.head.lemma_ == "lose" else unit
        figure = next((q for q in clause.quantities if figure_token(q, clause) == unit), None)
        return Reading(
            frame=self.frame, measure="casualties", score=hit.entry.score + closeness(hit.head, clause),
            subject=who if who in self.counts else unit.lemma_.lower(), target=actor_of(loser),
            actor=actor_of(agent(hit.head)) if loser == unit and agent(hit.head) != unit else None,
            negated=is_negated(hit.head), quantity=figure.quantity if figure is not None else None,
            span=(figure.start, figure.end) if figure is not None else None,
            cues=(f"{hit.cue} {unit.text}",), head=hit.head,
        )  # fmt: skip

    def _unnumbered(self, hit: Hit, clause: Clause) -> Reading | None:
        """Read "nobody was hurt" as zero, and "civilians were killed" without a figure."""
        if hit.entry.takes:
            return None
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
