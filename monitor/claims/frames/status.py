"""The state of a thing, an institution or a person: open, closed, damaged, arrested, alive."""

from __future__ import annotations

from monitor.claims.frames.base import LexiconReader
from monitor.model import Frame


class StatusReader(LexiconReader):
    """Reads `status.yaml`."""

    frame = Frame.STATUS
    name = "status"
    proper = True
