"""Missiles and drones launched, intercepted, landed, by number."""

from __future__ import annotations

from monitor.claims.frames.figures import FigureReader
from monitor.model import Frame


class LaunchesReader(FigureReader):
    """Reads `launches.yaml`."""

    frame = Frame.LAUNCHES
    name = "launches"
    bare = False
