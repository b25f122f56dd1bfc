"""What a person decides at the desk: acknowledged, muted; and who is logged in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from monitor.ports import Silence
from monitor.store import codec
from monitor.store.engine import reading, writing
from monitor.store.silences import SilenceRows
from monitor.store.tables import acknowledgements, conflicts, desk_sessions, revisions


class DeskActions(SilenceRows):
    """The part of the desk that changes something."""

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
        return sum(self.expire_silence(silence.id, now) for silence in mine) > 0

    def muted(self, now: datetime) -> dict[str, datetime]:
        """Return until when conflicts are muted, by id."""
        found = {_only_about(silence): silence.ends for silence in reversed(self.silences(now))}
        return {conflict: ends for conflict, ends in found.items() if conflict is not None}

    def open_session(self, id: str, author: str, now: datetime, span: timedelta) -> None:
        """Let the holder of a cookie in; `id` is the cookie's hash. Old sessions are forgotten."""
        with writing(self.engine) as connection:
            connection.execute(delete(desk_sessions).where(desk_sessions.c.expires_at <= now))
            row = {"id": id, "author": author, "created_at": now, "expires_at": now + span}
            connection.execute(desk_sessions.insert().values(row))

    def session_author(self, id: str, now: datetime) -> str | None:
        """Return who holds a session; None when it is unknown or over."""
        query = select(desk_sessions.c.author).where(desk_sessions.c.id == id, desk_sessions.c.expires_at > now)
        with reading(self.engine) as connection:
            return connection.scalar(query)

    def close_session(self, id: str) -> None:
        """Log out."""
        with writing(self.engine) as connection:
            connection.execute(delete(desk_sessions).where(desk_sessions.c.id == id))


def _only_about(silence: Silence) -> str | None:
    """The one conflict that a silence is about, None for a wider one."""
    wider = (*silence.regions, *silence.places, *silence.frames, *silence.targets)
    return silence.conflicts[0] if len(silence.conflicts) == 1 and not wider else None


def _known(connection: Connection, conflict: str) -> bool:
    return connection.scalar(select(conflicts.c.id).where(conflicts.c.id == conflict)) is not None
