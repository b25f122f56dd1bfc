"""How many people gathered."""

from __future__ import annotations

from monitor.claims.frames.figures import FigureReader
from monitor.model import Frame


class CrowdReader(FigureReader):
    """Reads `crowd.yaml`."""

    frame = Frame.CROWD
    name = "crowd"
    bare = True
    unnumbered = True
