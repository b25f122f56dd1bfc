"""Statement: a factual clause that no other frame reads."""

from __future__ import annotations

from monitor.claims.actors import actor_of, head_of
from monitor.claims.frames.base import Clause, Reading
from monitor.claims.frames.syntax import agent, is_negated, patient
from monitor.model import Frame


class StatementReader:
    """Reads any clause: its verb is the measure, subject and object are the roles."""

    frame = Frame.STATEMENT

    def read(self, clause: Clause) -> list[Reading]:
        """Return one reading with the lowest score of all; none of a fragment of the text that has no verb."""
        head = clause.head
        if not clause.title and not any(t.pos_ in {"VERB", "AUX"} for t in clause.doc):
            return []  # a subheading, a date, a caption
        target = patient(head)
        return [
            Reading(
                frame=Frame.STATEMENT,
                measure=head.lemma_.lower(),
                score=0.0,
                subject=head_of(target if target is not None else agent(head)),
                actor=actor_of(agent(head)),
                target=actor_of(target),
                negated=is_negated(head),
                cues=(head.text,),
                head=head,
            )
        ]
