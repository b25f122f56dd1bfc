"""Who or what somebody or something is."""

from __future__ import annotations

from monitor.claims.frames.base import LexiconReader
from monitor.model import Frame


class IdentityReader(LexiconReader):
    """Reads `identity.yaml`."""

    frame = Frame.IDENTITY
    name = "identity"
