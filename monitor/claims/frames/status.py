"""The state of a thing, an institution or a person: open, closed, damaged, arrested, alive."""

from __future__ import annotations

from monitor.claims.frames.base import Clause, Hit, LexiconReader, Reading
from monitor.model import Frame


class StatusReader(LexiconReader):
    """Reads `status.yaml`."""

    frame = Frame.STATUS
    name = "status"
    proper = True

    def judge(self, hit: Hit, clause: Clause) -> Reading | None:
        """An adjective before its noun ("an open map") says nothing of a state."""
        attribute = hit.head.pos_ == "ADJ" and hit.head.dep_ == "amod" and hit.head == hit.last
        return None if attribute and not clause.title else super().judge(hit, clause)
