"""Opening the database, transactions, and the one door where its errors become ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool, StaticPool

from monitor.errors import StoreBusyError, StoreError

BUSY_SECONDS = 30  # how long a SQLite writer waits for another; transactions here take milliseconds


def open_engine(url: str) -> Engine:
    """Open `sqlite:///…`, `sqlite://` (in memory) or `postgresql+psycopg://…`. Raises StoreError for another."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _open_sqlite(parsed.database, url)
        return create_engine(url, pool_pre_ping=True, pool_size=4, max_overflow=8)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StoreError("unknown-storage", str(error)) from error


def _open_sqlite(database: str | None, url: str) -> Engine:
    if database in (None, "", ":memory:"):
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        Path(str(database)).parent.mkdir(parents=True, exist_ok=True)
        # A new connection each time is cheap for SQLite, and never carried over a fork.
        engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own comes too late for reads
    for pragma in (
        "journal_mode=WAL",  # readers and the one writer do not block each other
        # A killed process loses nothing; a power cut may take the last moments' commits, never the database. FULL would
        # guard those at the price of a flush of the disk for every step of every article.
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later cannot wait for another writer: it fails at once with "locked".
    # So writers take the lock from the start.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreBusyError("database-busy", str(error.orig)) from error
    except DBAPIError as error:
        kind = StoreBusyError if error.connection_invalidated else StoreError
        raise kind("database-refused", str(error.orig)) from error
    except SQLAlchemyError as error:
        raise StoreError("database-refused", str(error)) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the database. Raises StoreError."""
    with _translated(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is saved whole or not at all. Raises StoreError."""
    with _translated(), engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection
