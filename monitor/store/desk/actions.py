"""What a person decides at the desk: acknowledged, muted, restored; and who is logged in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from monitor.model import ConflictState
from monitor.ports import Silence
from monitor.store import codec
from monitor.store.engine import reading, writing
from monitor.store.silences import SilenceRows
from monitor.store.tables import (
    acknowledgements,
    conflicts,
    desk_sessions,
    dismissals,
    region_versions,
    revisions,
)

class DeskActions(SilenceRows):
    """The part of the desk that changes something."""

    engine: Engine

    def acknowledge(self, conflict: str, by: str, now: datetime) -> bool:
        """Note that someone has seen a conflict as it now is; False when there is no such conflict."""
        with writing(self.engine) as connection:
            if not _known(connection, conflict):
                return False
            latest = select(func.max(revisions.c.number)).where(revisions.c.conflict == conflict)
            values = {"author": by, "revision": connection.scalar(latest) or 1, "created_at": now}
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            new = dialect.insert(acknowledgements).values(conflict=conflict, **values)
            connection.execute(new.on_conflict_do_update(index_elements=["conflict"], set_=values))
            return True

    def mute(self, conflict: str, by: str, note: str, now: datetime, span: timedelta) -> bool:
        """Silence the alerts of a conflict for a while; False when there is no such conflict."""
        with reading(self.engine) as connection:
            if not _known(connection, conflict):
                return False
        self.unmute(conflict, now)
        id = codec.identity("mute", conflict, now.isoformat())
        self.add_silence(Silence(id, now, now + span, by, note, conflicts=(conflict,)), now)
        return True

    def unmute(self, conflict: str, now: datetime) -> bool:
        """End the silences of this conflict alone; False when there is none."""
        mine = [silence for silence in self.silences(now) if _only_about(silence) == conflict]
        return any([self.expire_silence(silence.id, now) for silence in mine])

    def _only_about(silence: Silence) -> str | None:
    """The one conflict that a silence is about, None for a wider one."""
    wider = (*silence.regions, *silence.places, *silence.frames, *silence.targets)
    return silence.conflicts[0] if len(silence.conflicts) == 1 and not wider else None


def _known(connection: Connection, conflict: str) -> bool:
    return connection.scalar(select(conflicts.c.id).where(conflicts.c.id == conflict)) is not None
