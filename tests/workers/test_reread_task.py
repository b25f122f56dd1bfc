"""Pages that are due go out in batches by publisher, and an edited one goes on to be tagged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.adapters.clock import SetClock
from monitor.ports import Work
from tests.fakes.loopback import Item, Loopback
from tests.workers.test_poll_task import taken
from workers import state, tasks
from workers.celery_app import EXTRACT, TAG

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
REST = [
    "Officials in the region did not comment, and the report could not be confirmed by other outlets at the time.",
    "People who left the village in the morning said that there had been shelling for most of the night.",
]


def page(web: Loopback, number: int, holder: str) -> str:
    said = (
        f"The army of the {holder} said on Saturday that it held the village number {number} after a week of fighting."
    )
    return web.page(f"/{number}", f"Fighting at village {number}", [said, *REST])


@pytest.fixture
def web() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


def opened(web: Loopback, folder: Path, monkeypatch: pytest.MonkeyPatch, **fetch: object) -> SetClock:
    """Open the app of a config with one source, whose three articles have been fetched; return its clock."""
    items = [Item(f"Village {n}", page(web, n, "north"), published=NOW) for n in range(3)]
    source = {"name": "Wire", "feed": web.feed("/rss.xml", items)}
    more = {"private_networks": "allow", **fetch}
    config = {"regions": [{"name": "Kursk Oblast"}], "sources": [source], "fetch": more}
    (folder / "counterclaim.yaml").write_text(json.dumps(config))
    monkeypatch.setenv(state.CONFIG_ENV, str(folder / "counterclaim.yaml"))
    monkeypatch.setattr(state, "_open", {})
    from monitor.app import open_app
    from monitor.config import load_config

    open_app(load_config(folder / "counterclaim.yaml")).close()  # makes the tables, which a worker never does
    taken(EXTRACT), taken(TAG)
    app, clock = state.app(), SetClock(NOW)
    app.clock = clock
    app.sync()
    for batch in app.due_polls():
        tasks.poll(batch)
    for ids in taken(EXTRACT):
        tasks.extract(ids)
    taken(TAG)
    return clock


def test_an_edited_page_goes_on_to_be_tagged(web: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = opened(web, tmp_path, monkeypatch)
    assert state.app().due_pages() == []
    clock.set(NOW + timedelta(hours=1))
    page(web, 1, "south")

    (batch,) = state.app().due_pages()
    assert len(batch) == 3 and state.app().due_pages() == []
    tasks.reread(batch)
    (edited,) = taken(TAG)
    article = state.app().store.article(edited)
    assert article is not None and "south" in article.text and article.revision == 2

    tasks.reread(batch)  # a message that is delivered twice does nothing the second time
    assert taken(TAG) == [] and len(web.seen("/1")) == 2
    state.app().close()


def test_a_config_that_turns_it_off_forgets_what_was_planned_before(
    web: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(web, tmp_path, monkeypatch)
    state.app().close()
    clock = opened(web, tmp_path, monkeypatch, reread=[])
    clock.set(NOW + timedelta(hours=7))

    assert state.app().due_pages() == []
    assert state.app().due(Work.PAGE) == [] and state.app().store.counts()["page"] == {"read": 3}
    state.app().close()
