"""Who holds a place: captured, held, lost, withdrew, entered, encircled, contested."""

from __future__ import annotations

from monitor.claims.frames.base import LexiconReader
from monitor.model import Frame


class ControlReader(LexiconReader):
    """Reads `control.yaml`; a proper name can be held as any village can."""

    frame = Frame.CONTROL
    name = "control"
    proper = True
