"""Missiles and drones launched, intercepted, landed, by number."""

from __future__ import annotations

from monitor.claims.frames.base import Clause, Hit, Reading
from monitor.claims.frames.figures import FigureReader
from monitor.claims.quantities import QuantitySpan
from monitor.model import Frame

_MANNED = frozenset({"plane", "aircraft", "jet", "helicopter", "fighter", "warplane"})


class LaunchesReader(FigureReader):
    """Reads `launches.yaml`."""

    frame = Frame.LAUNCHES
    name = "launches"
    bare = False
    unnumbered = True

    def _plain(self, hit: Hit, clause: Clause) -> Reading | None:
        """Without a figure only "every drone was downed" tells of a salvo."""
        return super()._plain(hit, clause) if hit.entry.measure == "intercepted" else None

    def suits(self, figure: QuantitySpan, hit: Hit) -> bool:
        """ "was hit by two rockets" tells of the target, not of the salvo."""
        if hit.head.lemma_ == "destroy" and figure.head in _MANNED:
            return False
        if hit.entry.measure != "hit":
            return True
        before = hit.head.doc.text[: figure.start].rstrip()
        return not before.endswith((" by", " with"))
