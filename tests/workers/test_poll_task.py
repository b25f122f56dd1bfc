"""Due sources go out in batches by publisher; the poll task polls a batch and passes on what it found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
import yaml

from tests.fakes.loopback import Item, Loopback
from workers import state, tasks
from workers.celery_app import EXTRACT, celery_app

ITEMS = [Item(f"Story {number}", f"https://wire.example/{number}") for number in range(3)]


@pytest.fixture
def web() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture
def daemon(web: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A config with 70 sources on two hosts and an empty broker in memory; gives the sources' names."""
    hosts = ["127.0.0.1"] * 60 + ["localhost"] * 10
    feeds = [web.feed(f"/{n}", ITEMS).replace("127.0.0.1", host) for n, host in enumerate(hosts)]
    config = {
        "regions": [{"name": "Kursk Oblast"}],
        "sources": [{"name": f"s{number}", "feed": feed} for number, feed in enumerate(feeds)],
        "fetch": {"private_networks": "allow", "per_host": 16},
    }
    (tmp_path / "counterclaim.yaml").write_text(yaml.safe_dump(config))
    monkeypatch.setenv(state.CONFIG_ENV, str(tmp_path / "counterclaim.yaml"))
    monkeypatch.setattr(state, "_open", {})
    from monitor.app import open_app
    from monitor.config import load_config

    app = open_app(load_config(tmp_path / "counterclaim.yaml"))
    app.sync()
    app.close()
    taken(EXTRACT)
    yield feeds
    state.app().close()


def taken(queue: str) -> list[Any]:
    """Take every message out of a queue; return their first arguments."""
    found = []
    with celery_app.connection() as connection:
        (declared,) = [one for one in celery_app.conf.task_queues if one.name == queue]
        box = connection.SimpleQueue(declared(connection.default_channel))
        try:
            while True:
                message = box.get(block=False)
                found.append(message.payload[0][0])
                message.ack()
        except Empty:
            return found


def test_due_sources_go_out_in_batches_and_come_back_as_entries_to_fetch(daemon: list[str], web: Loopback) -> None:
    batches = state.app().due_polls()
    ids = {one.id: one.source.feed for one in state.app().store.sources()}
    hosts = [{"localhost" if "localhost" in ids[id] else "127.0.0.1" for id in batch} for batch in batches]

    assert sorted(id for batch in batches for id in batch) == sorted(ids)
    assert max(map(len, batches)) <= 50
    assert sum("localhost" in one for one in hosts) == 1
    assert state.app().due_polls() == []

    for batch in batches:
        tasks.poll(batch)
    entries = [id for message in taken(EXTRACT) for id in message]
    assert len(entries) == len(set(entries)) == 70 * 3
    assert len(web.log) == 70

    tasks.poll(batches[0])  # a message that is delivered twice does nothing the second time
    assert len(web.log) == 70 and taken(EXTRACT) == []
