"""Attacks and how they ended: hit, repelled, failed, advanced, surrendered."""

from __future__ import annotations

from monitor.claims.frames.base import LexiconReader
from monitor.model import Frame


class AttackReader(LexiconReader):
    """Reads `attack.yaml`."""

    frame = Frame.ATTACK
    name = "attack"
