"""Where it happened: a clause whose point is a place."""

from __future__ import annotations

from monitor.claims.actors import actor_of, head_of
from monitor.claims.frames.base import Clause, Reading, is_negated, prep, subject
from monitor.model import Frame

_VERBS = frozenset(
    [
        "happen",
        "take",
        "centre",
        "center",
        "occur",
        "locate",
        "find",
        "lie",
        "discover",
        "situate",
        "base",
        "originate",
        "head",
        "bind",
        "see",
        "stop",
        "catch",
        "detain",
        "place",
        "film",
        "shoot",
    ]
)
_WHERE = ("in", "at", "near", "off", "outside", "on", "inside", "over", "to", "for", "towards", "from")


class PlaceReader:
    """Reads "was found near X", "had been making for X"."""

    frame = Frame.PLACE

    def read(self, clause: Clause) -> list[Reading]:
        """Return one reading when a verb of being somewhere has a place name under it."""
        verb = clause.head
        if verb.lemma_.lower() not in _VERBS:
            return []
        where = prep(verb, *_WHERE)
        if verb.lemma_ == "take" and not any(c.lower_ == "place" for c in verb.children):
            return []
        if where is None or where.pos_ != "PROPN":
            return []
        return [
            Reading(
                frame=self.frame, measure="where", score=1.7, subject=head_of(subject(verb)), target=actor_of(where),
                answer=where.text.lower(), negated=is_negated(verb), cues=(verb.text,), head=verb,
            )
        ]  # fmt: skip
