"""Claiming, giving back and sweeping rows: the same for every kind of work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from monitor.model import AlertState
from monitor.ports import GRACE, Work
from monitor.store import tables
from monitor.store.engine import reading, writing
from monitor.store.retention import drop_marks, drop_pages, drop_sessions, drop_texts

TABLES: Mapping[Work, Table] = {
    Work.SOURCE: tables.sources,
    Work.ENTRY: tables.entries,
    Work.ARTICLE: tables.articles,
    Work.ALERT: tables.alerts,
    Work.NOTICE: tables.notices,
    Work.SUBSCRIPTION: tables.subscriptions,
    Work.PAGE: tables.pages,
}
MARKS_KEPT = timedelta(days=14)  # longer than copies are looked for
_DEAD = "dead"


def insert_new(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, leaving those alone whose key is known."""
    values = [dict(row) for row in rows]
    if values:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(table).on_conflict_do_nothing(), values)


def waiting(state: str, now: datetime) -> dict[str, Any]:
    """The work columns of a row that is free at once and whose message is about to be sent."""
    return {"state": state, "attempts": 0, "free_at": now, "due_at": now + GRACE, "held": False, "finished_at": None}


def finished(state: str, now: datetime) -> dict[str, Any]:
    """The work columns of a row that wants nothing more."""
    return {"state": state, "free_at": None, "due_at": None, "held": False, "finished_at": now}


def claim(
    connection: Connection,
    table: Table,
    id: str,
    now: datetime,
    lease: timedelta,
    *also: ColumnElement[bool],
    **values: Any,
) -> bool:
    """Take a free row by one conditional update; true when it is ours."""
    statement = update(table).where(table.c.id == id, table.c.free_at <= now, *also)
    taken = {"held": True, "attempts": table.c.attempts + 1, "free_at": now + lease, "due_at": now + lease, **values}
    return connection.execute(statement.values(taken)).rowcount == 1


class WorkRows:
    """The part of the store that every kind of work shares."""

    engine: Engine

    def take_due(self, work: Work, now: datetime, limit: int, hold: timedelta) -> list[str]:
        """Return the ids of due rows, and make them due again after `hold` in case their message is lost."""
        table = TABLES[work]
        due = select(table.c.id).where(table.c.due_at <= now).order_by(table.c.due_at).limit(limit)
        with reading(self.engine) as connection:  # nearly always there is nothing, and no need to lock
            if connection.scalar(due.limit(1)) is None:
                return []
        with writing(self.engine) as connection:
            ids = list(connection.scalars(due.with_for_update(skip_locked=True)))
            if ids:
                connection.execute(update(table).where(table.c.id.in_(ids)).values(due_at=now + hold))
        return ids

    def release_held(self, now: datetime) -> int:
        """Make everything that was queued or leased due at once: for a start on an empty broker, alone."""
        released = 0
        with writing(self.engine) as connection:
            for table in TABLES.values():
                free = update(table).where(table.c.held, table.c.due_at.is_not(None))
                released += connection.execute(free.values(held=False, free_at=now, due_at=now)).rowcount
        return released + self.release_queued()

    def release_queued(self) -> int:
        """Make everything that was queued due at once, and leave what is held: for a broker that lost its messages."""
        released = 0
        with writing(self.engine) as connection:
            for table in TABLES.values():
                queued = update(table).where(table.c.due_at > table.c.free_at)
                released += connection.execute(queued.values(due_at=table.c.free_at)).rowcount
        return released

    def prune(self, now: datetime, retention: timedelta | None = None) -> bool:
        """Drop what is no longer needed, such as texts older than `retention`; True when there is more to drop."""
        drop_sessions(self.engine, now)
        drop_pages(self.engine, now - MARKS_KEPT)
        more = retention is not None and drop_texts(self.engine, now - retention)
        drop_marks(self.engine, now, MARKS_KEPT)  # the last, since it alone may have to wait for another try
        return more

    def retry_later(self, work: Work, id: str, at: datetime, reason: str) -> None:
        """Give a claimed row back until `at`, with the reason why it was not finished."""
        table = TABLES[work]
        values: dict[str, Any] = {"held": False, "free_at": at, "due_at": at, "reason": reason}
        if work is Work.ALERT:
            values["state"] = AlertState.PENDING.value
        with writing(self.engine) as connection:
            connection.execute(update(table).where(table.c.id == id, table.c.due_at.is_not(None)).values(values))

    def bury(self, work: Work, id: str, now: datetime, reason: str) -> None:
        """Finish a claimed row as dead, with the reason."""
        table = TABLES[work]
        with writing(self.engine) as connection:
            dead = update(table).where(table.c.id == id, table.c.due_at.is_not(None))
            connection.execute(dead.values(**finished(_DEAD, now), reason=reason))

    def counts(self) -> dict[str, dict[str, int]]:
        """Return the number of rows by kind and state."""
        result: dict[str, dict[str, int]] = {}
        with reading(self.engine) as connection:
            for name, table in [*TABLES.items(), ("conflict", tables.conflicts)]:
                rows = connection.execute(select(table.c.state, func.count()).group_by(table.c.state))
                result[str(name)] = {row[0]: row[1] for row in rows}
            result["claim"] = {"stored": connection.scalar(select(func.count()).select_from(tables.claims)) or 0}
        return result
