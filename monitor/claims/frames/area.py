"""Area held, burnt, flooded or cleared."""

from __future__ import annotations

from monitor.claims.frames.figures import FigureReader
from monitor.model import Frame


class AreaReader(FigureReader):
    """Reads `area.yaml`."""

    frame = Frame.AREA
    name = "area"
    bare = False
