"""The frames: each reads one kind of assertion out of a clause."""

from __future__ import annotations

from functools import lru_cache

from monitor.claims.frames.base import Clause, FrameReader, Reading
from monitor.claims.frames.statement import StatementReader

__all__ = ["Clause", "FrameReader", "Reading", "readers"]


@lru_cache(maxsize=1)
def readers() -> tuple[FrameReader, ...]:
    """Return one reader a frame, in a fixed order."""
    return (StatementReader(),)
