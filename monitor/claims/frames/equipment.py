"""Things destroyed, damaged or taken, by number."""

from __future__ import annotations

from monitor.claims.frames.base import Hit
from monitor.claims.frames.figures import FigureReader
from monitor.claims.quantities import QuantitySpan
from monitor.model import Frame


class EquipmentReader(FigureReader):
    """Reads `equipment.yaml`."""

    frame = Frame.EQUIPMENT
    name = "equipment"
    bare = False

    def suits(self, figure: QuantitySpan, hit: Hit) -> bool:
        """ "was hit by two rockets" counts no losses."""
        return not hit.head.doc.text[: figure.start].rstrip().endswith((" by", " with"))
