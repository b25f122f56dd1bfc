"""A desk over a real store in a file, filled once and copied for each test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from monitor.adapters.clock import SetClock
from monitor.app import open_app
from monitor.config import Config, WebPolicy
from monitor.model import Conflict, SourceKind
from monitor.store.repository import SqlStore, open_store
from monitor.web.application import build_desk
from tests.web.filled import article_of, cases, config_of, fill, shared_cases

NAMES = ["derbent-police-attack-2025", "bongor-flood-2026", "catatumbo-ceasefire-talks-2027", "minya-train-2026"]
READ = ["bongor-flood-2026", "huliaipole-front-2026"]
PASSWORD, TOKEN = "correct horse", "a-token-of-some-length"
GUARDED = WebPolicy(password=PASSWORD, tokens=(TOKEN,))


@dataclass
class Filled:
    """A store with what was put in."""

    store: SqlStore
    config: Config
    conflicts: list[Conflict]
    clock: SetClock

    def client(self, web: WebPolicy | None = None, base: str = "http://127.0.0.1:8300") -> TestClient:
        """Return a visitor of a desk over this store."""
        config = self.config if web is None else replace(self.config, web=web)
        return TestClient(build_desk(config, self.store, self.clock), base_url=base, follow_redirects=False)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Config, list[Conflict]]:
    """A filled database file."""
    path = tmp_path_factory.mktemp("desk") / "filled.db"
    found = cases(NAMES)
    config = config_of(found, storage=f"sqlite:///{path}")
    store = open_store(config.storage)
    conflicts = fill(store, found, config)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path, config, conflicts


@pytest.fixture
def filled(template: tuple[Path, Config, list[Conflict]], tmp_path: Path) -> Iterator[Filled]:
    """A copy of it."""
    yield from _copy(template, tmp_path)


def _copy(template: tuple[Path, Config, list[Conflict]], folder: Path) -> Iterator[Filled]:
    path, config, conflicts = template
    mine = folder / "desk.db"
    shutil.copy(path, mine)
    store = open_store(f"sqlite:///{mine}")
    latest = max(conflict.updated_at for conflict in conflicts)
    now = datetime(latest.year, latest.month, latest.day, 23, tzinfo=UTC)
    yield Filled(store, replace(config, storage=f"sqlite:///{mine}"), conflicts, SetClock(now))
    store.close()


@pytest.fixture(scope="session")
def read_template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Config, list[Conflict]]:
    """A database file that the tagger, the judge and the engine filled from cases, as the daemon would."""
    path = tmp_path_factory.mktemp("desk") / "read.db"
    found = [*cases(READ), *shared_cases(1)]
    config = replace(config_of(found), storage=f"sqlite:///{path}")
    clock = SetClock(datetime(2020, 1, 1, tzinfo=UTC))
    app = open_app(config, clock)
    app.sync()
    every = [article_of(case, data) for case in found for data in case["articles"]]
    for article in sorted(every, key=lambda one: (one.published, one.id)):
        clock.set(article.fetched or article.published)
        app.take_in(article, SourceKind.OTHER)
        app.tag(article.id)
        app.compare(article.id)
    conflicts = app.store.conflicts()
    with app.store.engine.connect() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    app.close()
    return path, config, conflicts


@pytest.fixture
def read(read_template: tuple[Path, Config, list[Conflict]], tmp_path: Path) -> Iterator[Filled]:
    """A copy of it."""
    yield from _copy(read_template, tmp_path)


@pytest.fixture
def desk(filled: Filled) -> TestClient:
    """A visitor of an open desk on loopback."""
    return filled.client()


Post = Callable[..., int]


def csrf_of(page: str) -> str:
    """Return the hidden field of the first form of a page."""
    return page.split('name="csrf" value="', 1)[1].split('"', 1)[0]
