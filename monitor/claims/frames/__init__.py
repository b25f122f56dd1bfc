"""The frames: each reads one kind of assertion out of a clause."""

from __future__ import annotations

from functools import lru_cache

from monitor.claims.frames.agreement import AgreementReader
from monitor.claims.frames.area import AreaReader
from monitor.claims.frames.attack import AttackReader
from monitor.claims.frames.base import Clause, FrameReader, Reading
from monitor.claims.frames.casualties import CasualtiesReader
from monitor.claims.frames.control import ControlReader
from monitor.claims.frames.crowd import CrowdReader
from monitor.claims.frames.disaster import DisasterReader
from monitor.claims.frames.election import ElectionReader
from monitor.claims.frames.equipment import EquipmentReader
from monitor.claims.frames.identity import IdentityReader
from monitor.claims.frames.launches import LaunchesReader
from monitor.claims.frames.occurrence import OccurrenceReader
from monitor.claims.frames.people import PeopleReader
from monitor.claims.frames.place import PlaceReader
from monitor.claims.frames.quantity import QuantityReader
from monitor.claims.frames.responsibility import ResponsibilityReader
from monitor.claims.frames.statement import StatementReader
from monitor.claims.frames.status import StatusReader
from monitor.claims.frames.time import TimeReader

__all__ = ["Clause", "FrameReader", "Reading", "readers"]


@lru_cache(maxsize=1)
def readers() -> tuple[FrameReader, ...]:
    """Return one reader a frame, in a fixed order: of equal scores the first wins."""
    return (
        CasualtiesReader(), LaunchesReader(), EquipmentReader(), AreaReader(), PeopleReader(), DisasterReader(),
        ElectionReader(), CrowdReader(), ResponsibilityReader(), OccurrenceReader(), ControlReader(), AttackReader(),
        AgreementReader(), StatusReader(), IdentityReader(), TimeReader(), PlaceReader(), QuantityReader(),
        StatementReader(),
    )  # fmt: skip
