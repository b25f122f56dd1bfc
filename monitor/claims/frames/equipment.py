"""Things destroyed, damaged or taken, by number."""

from __future__ import annotations

from monitor.claims.frames.figures import FigureReader
from monitor.model import Frame


class EquipmentReader(FigureReader):
    """Reads `equipment.yaml`."""

    frame = Frame.EQUIPMENT
    name = "equipment"
    bare = False
