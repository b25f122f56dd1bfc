"""When it happened: a clause whose point is a time of day or a date."""

from __future__ import annotations

from monitor.claims.actors import head_of
from monitor.claims.frames.base import Clause, Reading, is_negated, subject
from monitor.claims.times import clock_times
from monitor.model import Frame

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
        if verb.lemma_.lower() not in _VERBS or not any(
            t.like_num or t.lower_ in {"noon", "midnight"} for t in clause.tokens
        ):
            return []
        clocks = clock_times(clause.text)
        if not clocks:
            return []
        about = subject(verb)
        pronoun = about is not None and about.pos_ == "PRON"
        clock = clause.text[clocks[0].start : clocks[0].end]
        return [
            Reading(
                frame=self.frame, measure="when", score=1.2 if pronoun else 0.9, subject=head_of(about), answer=clock,
                negated=is_negated(verb), cues=(clock,), head=verb,
            )
        ]  # fmt: skip
