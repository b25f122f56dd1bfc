"""Missiles and drones launched, intercepted, landed, by number."""

from __future__ import annotations

from monitor.claims.frames.base import Clause, Hit, Reading
from monitor.claims.frames.figures import FigureReader, figure_subject
from monitor.claims.quantities import QuantitySpan
from monitor.model import Frame

_MANNED = frozenset({"plane", "aircraft", "jet", "helicopter", "fighter", "warplane"})

_FLOWN = 1.5  # cues below it tell of a salvo only where the weapons are their subject: "44 drones attacked"


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
        if hit.entry.measure == "launched" and hit.entry.score < _FLOWN:
            return figure_subject(figure, hit)
        if hit.entry.measure != "hit":
            return True
        before = hit.head.doc.text[: figure.start].rstrip()
        return not before.endswith((" by", " with"))
