"""The desk's feeds over the network: our own poller reads what our own desk publishes, and asks again politely."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from monitor.app import App, open_app
from monitor.cli.drain import poll_due
from monitor.config import Config, FetchPolicy, Region
from monitor.model import Source
from monitor.pipeline import Outcome
from monitor.store.tables import entries
from tests.web.conftest import GUARDED, TOKEN, Filled
from tests.web.serving import served


def polled(app: App) -> list[Outcome]:
    async def poll() -> list[Outcome]:
        async with app.fetching() as fetcher:
            return [one.outcome for one in await poll_due(app, fetcher, force=True)]

    return asyncio.run(poll())


@pytest.mark.parametrize("path", ["/feeds/atom.xml", "/feeds/feed.json"])
def test_a_conflict_comes_back_as_an_entry_with_its_permalink(filled: Filled, path: str, tmp_path: Path) -> None:
    guarded = replace(filled.config, web=GUARDED)
    with served(guarded, filled.store, filled.clock) as base:
        source = Source("Our desk", f"{base}{path}?token={TOKEN}")
        config = Config((Region("Anywhere"),), (source,), fetch=FetchPolicy(private_networks=("127.0.0.0/8",)))
        app = open_app(config, storage=f"sqlite:///{tmp_path / 'reader.db'}")
        try:
            first, again = polled(app), polled(app)
            with app.store.engine.connect() as connection:  # type: ignore[attr-defined]
                links = {urlsplit(link).path for link in connection.scalars(select(entries.c.link))}
        finally:
            app.close()
    assert (first, again) == ([Outcome.DONE], [Outcome.UNCHANGED])
    assert links == {f"/conflicts/{conflict.id}" for conflict in filled.conflicts}
