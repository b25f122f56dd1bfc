"""The partitions of `article_marks` on PostgreSQL, a week each: what is old goes by dropping one, not row by row.

A partition is made ahead of its week. Whatever fits in none (a daemon that was off for weeks, articles dated far away)
waits in the partition of the rest, and moves when its week is made. SQLite has no partitions: its table is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

PARENT, REST = "article_marks", "article_marks_rest"
WEEK = timedelta(days=7)
AHEAD = 3  # weeks made beforehand
_LOCK = 0x6D61726B73  # an arbitrary number, the same in every process
# Making and dropping wait for whoever reads or writes, and all others wait behind them: an hour of backup must
# not stop the daemon for an hour. What is not done now is done by the next try.
_PATIENCE = "2s"
_FORM = f"{PARENT}_%Y%m%d"


def create_partitioned(connection: Connection) -> None:
    """Create the table, without any week. No foreign key: it would lock `articles` whenever a week is made."""
    columns = "mark BIGINT NOT NULL, article VARCHAR(64) NOT NULL, published TIMESTAMPTZ NOT NULL"
    key = f"CONSTRAINT pk_{PARENT}_week PRIMARY KEY (mark, article, published)"
    connection.execute(text(f"CREATE TABLE {PARENT} ({columns}, {key}) PARTITION BY RANGE (published)"))
    connection.execute(text(f"CREATE TABLE {REST} PARTITION OF {PARENT} DEFAULT"))


def make_weeks(connection: Connection, first: datetime, last: datetime) -> None:
    """Make the partitions from the week of one time to the week of another, where there are none yet.

    Not in one transaction with `drop_weeks`: the locks of both together can make a deadlock with a reader.
    """
    _hold(connection)
    known = set(_weeks(connection))
    for week in _mondays(first, last):
        if week not in known:
            _make(connection, week)


def drop_weeks(connection: Connection, before: datetime) -> None:
    """Drop the partitions that ended before then, and such rows of the rest."""
    _hold(connection)
    for week in _weeks(connection):
        if week + WEEK <= before:
            connection.execute(text(f"DROP TABLE {week:{_FORM}}"))
    connection.execute(text(f"DELETE FROM {REST} WHERE published < :before"), {"before": before})


def _hold(connection: Connection) -> None:
    """Be the only one at it, and wait for nobody for long."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))


def _make(connection: Connection, week: datetime) -> None:
    name, bounds = f"{week:{_FORM}}", {"start": week, "end": week + WEEK}
    connection.execute(text(f"CREATE TABLE {name} (LIKE {PARENT} INCLUDING ALL)"))
    moved = f"WITH moved AS (DELETE FROM {REST} WHERE published >= :start AND published < :end RETURNING *)"
    connection.execute(text(f"{moved} INSERT INTO {name} SELECT * FROM moved"), bounds)
    # Utility statements take no parameters; these are dates of our own making.
    span = f"FROM ('{bounds['start'].isoformat()}') TO ('{bounds['end'].isoformat()}')"
    connection.execute(text(f"ALTER TABLE {PARENT} ATTACH PARTITION {name} FOR VALUES {span}"))


def _weeks(connection: Connection) -> list[datetime]:
    """Return the Mondays of the partitions, read from their names."""
    query = (
        "SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = CAST(:parent AS regclass)"
    )
    names = connection.scalars(text(query), {"parent": PARENT})
    return sorted(datetime.strptime(name, _FORM).replace(tzinfo=UTC) for name in names if name != REST)


def _mondays(first: datetime, last: datetime) -> Iterator[datetime]:
    day = first.astimezone(UTC)
    week = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=day.weekday())
    while week <= last:
        yield week
        week += WEEK
