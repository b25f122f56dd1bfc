"""`counterclaim status`: what waits, how late it is, what was given up, and how much room there is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from monitor.app import open_app
from monitor.cli import main
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


def test_it_tells_what_waits_and_for_how_long(tmp_path: Path) -> None:
    path = a_config(tmp_path)
    store(path, "a", "fetched", waits=timedelta(minutes=10))
    store(path, "b", "fetched", waits=timedelta(minutes=30))
    article = state(path)["waiting"]["article"]
    assert article["waiting"] == 2 and 1795 < article["oldest"] < 2400
    assert (
        "tag: 2, 0 being done, the oldest for 3" in CliRunner().invoke(main, ["status", "--config", str(path)]).output
    )


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
            said = state(path)
        finally:
            broker.stop()
    assert said["daemon"] == {"running": True}
    assert said["queues"] == {"poll": 0, "extract": 0, "tag": 2, "alert": 0, "in hand": 0}


def test_it_tells_the_size_of_the_database_and_the_room_beside_it(tmp_path: Path) -> None:
    path = a_config(tmp_path)
    disk = state(path)["disk"]
    assert disk["database"] >= path.with_name("counterclaim.db").stat().st_size  # type: ignore[operator]
    assert disk["free"] > 0  # type: ignore[operator]
