"""How far behind the work is: rows that wait, how long they took, and how large the database is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, case, func, select, text

from monitor.model import AlertState
from monitor.store import tables
from monitor.store.engine import reading
from monitor.store.work import TABLES

_RECENT = 200  # rows from which the pace is told
_DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Backlog:
    """Rows of one kind that could be worked on now, those that a worker has, and for how long the oldest waits."""

    waiting: int
    held: int
    oldest: timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the latest rows took: half at most `half`, nine of ten at most `most`, of `count`."""

    count: int
    half: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Rows of one kind that were given up, and why the last one was."""

    count: int
    reason: str


def backlogs(engine: Engine, now: datetime) -> dict[str, Backlog]:
    """Return what waits of every kind of work."""
    with reading(engine) as connection:
        return {str(work): _backlog(connection, table, now) for work, table in TABLES.items()}


def _backlog(connection: Connection, table: Table, now: datetime) -> Backlog:
    free = table.c.free_at <= now
    query = select(
        func.count(case((free, 1))), func.count(case((table.c.held & ~free, 1))), func.min(table.c.free_at)
    ).where(table.c.due_at.is_not(None))
    waiting, held, first = connection.execute(query).one()
    return Backlog(waiting, held, max(now - first, timedelta()) if first is not None else timedelta())


def paces(engine: Engine) -> dict[str, Pace]:
    """Return how long articles took from being stored to being compared, and alerts from being due to being sent."""
    articles, alerts = tables.articles.c, tables.alerts.c
    read = select(articles.created_at, articles.finished_at).order_by(articles.published.desc()).limit(_RECENT)
    sent = select(alerts.not_before, alerts.finished_at).where(alerts.state == AlertState.SENT.value)
    with reading(engine) as connection:
        return {
            "article": _pace([tuple(row) for row in connection.execute(read)]),
            "alert": _pace(
                [tuple(row) for row in connection.execute(sent.order_by(alerts.created_at.desc()).limit(_RECENT))]
            ),
        }


def _pace(spans: Sequence[tuple[datetime, datetime | None]]) -> Pace:
    took = sorted(end - start for start, end in spans if end is not None)
    if not took:
        return Pace(0, timedelta(), timedelta())
    return Pace(len(took), took[len(took) // 2], took[min(len(took) * 9 // 10, len(took) - 1)])


def given_up(engine: Engine) -> dict[str, GivenUp]:
    """Return what was given up of every kind of work, where there is any."""
    found: dict[str, GivenUp] = {}
    with reading(engine) as connection:
        for work, table in TABLES.items():
            dead = table.c.state == _DEAD
            if count := connection.scalar(select(func.count()).select_from(table).where(dead)):
                last = select(table.c.reason).where(dead).order_by(table.c.finished_at.desc()).limit(1)
                found[str(work)] = GivenUp(count, connection.scalar(last) or "")
    return found


def size(engine: Engine) -> int:
    """Return how many bytes the database takes, SQLite's log beside it included."""
    name = engine.url.database
    if engine.dialect.name == "postgresql":
        with reading(engine) as connection:
            return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    files = [Path(f"{name}{end}") for end in ("", "-wal", "-shm")] if name else []
    return sum(file.stat().st_size for file in files if file.is_file())


def times(engine: Engine) -> Mapping[str, datetime]:
    """Return the newest time that the store holds, and the database server's own where it has a clock."""
    with reading(engine) as connection:
        newest = [connection.scalar(select(func.max(table.c.created_at))) for table in (tables.alerts, tables.notices)]
        newest.append(
            connection.scalar(
                select(tables.articles.c.created_at).order_by(tables.articles.c.published.desc()).limit(1)
            )
        )
        found = {"newest": max(at for at in newest if at is not None)} if any(newest) else {}
        if engine.dialect.name == "postgresql":
            found["server"] = connection.scalar(select(func.clock_timestamp()))
        return found
