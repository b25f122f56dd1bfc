"""Any other figure: what is counted or measured, under the verb that it hangs on."""

from __future__ import annotations

from monitor.claims.actors import actor_of
from monitor.claims.frames.base import Clause, Reading
from monitor.claims.frames.figures import bounded, figure_token, kind_of
from monitor.claims.frames.syntax import agent, is_negated
from monitor.claims.quantities import QuantitySpan
from monitor.model import Frame

_TIMES = frozenset({"day", "hour", "week", "month", "year", "minute", "second"})


class QuantityReader:
    """Reads the clause's first figure that no other frame takes."""

    frame = Frame.QUANTITY

    def read(self, clause: Clause) -> list[Reading]:
        """Return one reading of the most telling figure."""
        ranked = sorted(clause.quantities, key=lambda q: (_weak(q), q.start))
        return [r for q in ranked[:1] if (r := self._reading(q, clause)) is not None]

    def _reading(self, figure: QuantitySpan, clause: Clause) -> Reading | None:
        token = figure_token(figure, clause)
        if token is None:
            return None
        verb = token
        for _ in range(6):
            if verb.pos_ in {"VERB", "AUX"} or verb.head == verb:
                break
            verb = verb.head
        return Reading(
            frame=self.frame,
            measure=verb.lemma_.lower(),
            score=0.15 if _weak(figure) else 0.55,
            subject=kind_of(figure),
            actor=actor_of(agent(verb)) if agent(verb) != token else None,
            negated=is_negated(verb) and not bounded(figure) if verb.pos_ in {"VERB", "AUX"} else False,
            quantity=figure.quantity,
            span=(figure.start, figure.end),
            cues=(figure.quantity.text,),
            head=verb if clause.holds(verb) else None,
        )


def _weak(figure: QuantitySpan) -> bool:
    """A duration or a bare "one" or "two" is rarely a clause's point."""
    quantity = figure.quantity
    return figure.head in _TIMES or quantity.unit in _TIMES or (quantity.high <= 2 and not quantity.unit)
