"""The desk over PostgreSQL says what it says over SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from monitor.store.repository import open_store
from tests.store.conftest import _new_database
from tests.store.conftest import postgres_url as postgres_url
from tests.web.conftest import NAMES, Filled
from tests.web.filled import cases, fill


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    yield from _new_database(request.getfixturevalue("postgres_url"))


@pytest.fixture
def other(database: str, filled: Filled) -> Iterator[Filled]:
    """The same cases in PostgreSQL."""
    store = open_store(database)
    if not store.conflicts():
        fill(store, cases(NAMES), filled.config)
    yield replace(filled, store=store)
    store.close()


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/conflicts?state=all&limit=7",
        "/api/v1/conflicts?state=all&source=Insurgencia Voces",
        "/api/v1/claims?limit=200",
        "/api/v1/claims?q=ELN recruit",
        '/api/v1/claims?q="by force"',
        "/api/v1/claims?q='\";-- & | ! <-> :*",
        "/api/v1/regions",
        "/api/v1/sources",
        "/api/v1/alerts?limit=200",
        "/export/conflicts.jsonl?state=every",
    ],
)
def test_both_databases_give_the_same_answer(filled: Filled, other: Filled, path: str) -> None:
    here, there = filled.client().get(path), other.client().get(path)
    assert here.status_code == there.status_code == 200
    assert here.text == there.text


def test_pages_open_and_decisions_are_kept(other: Filled) -> None:
    desk, id = other.client(), other.conflicts[0].id
    for path in ("/conflicts", f"/conflicts/{id}", "/regions", "/claims?q=killed", "/sources", "/alerts", "/metrics"):
        assert desk.get(path).status_code == 200, path
    assert desk.get("/conflicts/%00").status_code == 404
    assert desk.post(f"/api/v1/conflicts/{id}/acknowledge", headers={"Cookie": ""}).status_code in (204, 403)
    fresh = other.client()
    assert fresh.post(f"/api/v1/conflicts/{id}/acknowledge").status_code == 204
    assert fresh.get(f"/api/v1/conflicts/{id}").json()["acknowledged_by"] == "desk"
    assert fresh.post(f"/api/v1/conflicts/{id}/mute", json={"span": "1d"}).status_code in (204, 403)
