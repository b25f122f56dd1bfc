"""When it happened: a clause whose point is a time of day or a date."""

from __future__ import annotations

import re

from monitor.claims.actors import head_of
from monitor.claims.frames.base import Clause, Reading, is_negated, subject
from monitor.claims.times import clock_times
from monitor.model import Frame

_CLOCKLIKE = re.compile(r"\d|\b(?:noon|midnight|past|o'clock)\b")
_VERBS = frozenset(
    [
        "happen",
        "occur",
        "strike",
        "begin",
        "start",
        "end",
        "come",
        "take",
        "fall",
        "collapse",
        "hit",
        "open",
        "break",
        "detonate",
        "explode",
        "die",
        "leave",
        "depart",
    ]
)


class TimeReader:
    """Reads a clock time under a verb of happening."""

    frame = Frame.TIME

    def read(self, clause: Clause) -> list[Reading]:
        """Return one reading when such a clause names a time of day."""
        verb = clause.head
        if verb.lemma_.lower() not in _VERBS or not _CLOCKLIKE.search(clause.text):
            return []
        clocks = clock_times(clause.text)
        if not clocks:
            return []
        about = subject(verb)
        has_object = any(c.dep_ == "dobj" and c.lemma_ != "place" for c in verb.children)
        clock = clause.text[clocks[0].start : clocks[0].end]
        return [
            Reading(
                frame=self.frame, measure="when", score=0.9 if has_object else 2.0,
                subject=head_of(about), answer=clock, negated=is_negated(verb), cues=(clock,), head=verb,
            )
        ]  # fmt: skip
