"""The measures of a disaster: magnitude, depth, wind, water level, containment."""

from __future__ import annotations

from monitor.claims.frames.figures import FigureReader
from monitor.model import Frame


class DisasterReader(FigureReader):
    """Reads `disaster.yaml`."""

    frame = Frame.DISASTER
    name = "disaster"
    bare = False
