"""Agreements and ceasefires: agreed, in force, violated, ended, refused."""

from __future__ import annotations

from monitor.claims.frames.base import LexiconReader
from monitor.model import Frame


class AgreementReader(LexiconReader):
    """Reads `agreement.yaml`."""

    frame = Frame.AGREEMENT
    name = "agreement"
