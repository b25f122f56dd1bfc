"""`counterclaim status`: what waits, how late it is, what was given up, and how much room there is."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from monitor.app import open_app
from monitor.cli import main
from monitor.cli.status_text import MOST_FAILING, lines
from monitor.config import load_config
from monitor.rundir import is_running
from monitor.store.tables import articles
from workers.broker import PrivateBroker
from workers.embedded import only_one, work_folder

NOW = datetime.now(UTC)


def a_config(folder: Path) -> Path:
    """Write the least config and make its database."""
    path = folder / "counterclaim.yaml"
    path.write_text("regions: [{name: Riverland}]\n")
    open_app(load_config(path)).close()
    return path


def store(path: Path, id: str, state: str, *, waits: timedelta | None = None, took: timedelta | None = None) -> None:
    """Store an article that waits for so long, or took so long."""
    since = NOW - (waits or took or timedelta())
    row = {
        "id": id, "source": "A", "source_kind": "other", "url": "u", "published": since, "title": "t", "text": "x",
        "quality": "full", "revision": 1, "sample": False, "state": state, "created_at": since, "reason": "too odd",
        "free_at": since if waits else None, "due_at": since if waits else None,
        "finished_at": since + took if took else None,
    }  # fmt: skip
    app = open_app(load_config(path))
    with app.store.engine.begin() as connection:  # type: ignore[attr-defined]
        connection.execute(insert(articles).values(**row))
    app.close()


def state(path: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Return what the command says as JSON."""
    run = CliRunner().invoke(main, ["status", "--config", str(path), "--json"])
    assert run.exit_code == 0, run.output
    found: dict[str, dict[str, dict[str, float]]] = json.loads(run.stdout)
    return found


def said(path: Path) -> str:
    """Return what the command says to a person."""
    return CliRunner().invoke(main, ["status", "--config", str(path)]).output


def test_before_the_first_start_all_is_empty_and_no_database_is_made(tmp_path: Path) -> None:
    path = tmp_path / "counterclaim.yaml"
    path.write_text("regions: [{name: Riverland}]\n")
    assert "articles             none" in said(path) and state(path)["rows"]["article"] == {}
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_tables_of_another_version_are_left_as_they_are(tmp_path: Path) -> None:
    path = a_config(tmp_path)
    with closing(sqlite3.connect(tmp_path / "counterclaim.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    run = CliRunner().invoke(main, ["status", "--config", str(path)])
    assert run.exit_code == 1 and "other-tables" in run.output and "doctor" in run.output
    with closing(sqlite3.connect(tmp_path / "counterclaim.db")) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def test_states_are_told_in_words(tmp_path: Path) -> None:
    path = a_config(tmp_path)
    store(path, "a", "fetched", waits=timedelta(minutes=10))
    store(path, "b", "compared", took=timedelta(seconds=1))
    assert "articles             1 done, 1 to be read" in said(path)


def test_a_screenful_of_failing_sources_is_cut() -> None:
    failing = [{"source": f"S{n}", "since": NOW.isoformat(), "failures": 1 + n, "reason": "dns"} for n in range(37)]
    empty = {"daemon": {"running": None}, "rows": {}, "waiting": {}, "queues": None, "lag": {}, "given_up": {}}
    told = list(lines({**empty, "disk": {"database": 5, "free": None}, "failing": failing}, NOW + timedelta(hours=3)))
    about = [one for one in told if one.startswith("failing")]
    assert about[0].split(maxsplit=1)[1] == "S0 for 3 h, once: dns" and "S1 for 3 h, 2 times" in about[1]
    assert len(about) == MOST_FAILING + 1 and "27 more" in about[-1]


def test_it_tells_what_waits_and_for_how_long(tmp_path: Path) -> None:
    path = a_config(tmp_path)
    store(path, "a", "fetched", waits=timedelta(minutes=10))
    store(path, "b", "fetched", waits=timedelta(minutes=30))
    article = state(path)["waiting"]["article"]
    assert article["waiting"] == 2 and 1795 < article["oldest"] < 7200
    assert "tag: 2, 0 being done, the oldest for " in said(path)


def test_it_tells_how_long_articles_took(tmp_path: Path) -> None:
    path = a_config(tmp_path)
    for number in range(10):
        store(path, f"a{number}", "compared", took=timedelta(seconds=number + 1))
    assert state(path)["lag"]["article"] == {"count": 10, "half": 6.0, "most": 10.0}


def test_it_tells_what_was_given_up_and_why(tmp_path: Path) -> None:
    path = a_config(tmp_path)
    store(path, "a", "dead", took=timedelta(seconds=1))
    assert state(path)["given_up"] == {"article": {"count": 1, "reason": "too odd"}}


@pytest.mark.parametrize("below", ["watch", "deep" * 30], ids=["short path", "path too long for a socket"])
def test_broker_and_daemon(tmp_path: Path, below: str) -> None:
    (tmp_path / below).mkdir()
    path = a_config(tmp_path / below)
    config = load_config(path)
    assert state(path)["queues"] is None and not is_running(config)
    with only_one(work_folder(config)):
        broker = PrivateBroker(work_folder(config))
        broker.start()
        try:
            with broker._client() as client:
                client.lpush("tag", "a message", "another")
            found = state(path)
        finally:
            broker.stop()
    assert found["daemon"] == {"running": True}
    assert found["queues"] == {"poll": 0, "extract": 0, "tag": 2, "alert": 0, "in hand": 0}


def test_it_tells_the_size_of_the_database_and_the_room_beside_it(tmp_path: Path) -> None:
    path = a_config(tmp_path)
    disk = state(path)["disk"]
    assert disk["database"] >= path.with_name("counterclaim.db").stat().st_size  # type: ignore[operator]
    assert disk["free"] > 0  # type: ignore[operator]
