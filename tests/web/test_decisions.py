"""What a person decides is stored, shown, and can be taken back; a forged request decides nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from monitor.model import ConflictState
from tests.web.conftest import GUARDED, TOKEN, Filled, csrf_of


def decide(desk: TestClient, id: str, name: str, **fields: str) -> int:
    csrf = csrf_of(desk.get(f"/conflicts/{id}").text)
    return desk.post(f"/conflicts/{id}/{name}", data={"csrf": csrf, **fields}).status_code


def test_acknowledged_is_shown_until_the_next_revision(filled: Filled) -> None:
    desk, id = filled.client(), filled.conflicts[0].id
    assert decide(desk, id, "acknowledge") == 303
    assert "Seen by desk" in desk.get(f"/conflicts/{id}").text
    line = next(x for x in desk.get("/api/v1/conflicts?limit=200").json()["conflicts"] if x["id"] == id)
    assert line["acknowledged"]


def test_muting_silences_its_alerts_for_a_while(filled: Filled) -> None:
    desk, id = filled.client(), filled.conflicts[0].id
    assert decide(desk, id, "mute", span="7d", note="known") == 303
    (silence,) = filled.store.silences(filled.clock.now())
    assert silence.conflicts == (id,) and silence.ends - silence.starts == timedelta(days=7)
    assert "Muted until" in desk.get(f"/conflicts/{id}").text
    assert decide(desk, id, "unmute") == 303
    filled.clock.set(filled.clock.now() + timedelta(seconds=1))
    assert not filled.store.silences(filled.clock.now())


def test_not_a_conflict_is_kept_with_its_reason_and_can_be_taken_back(filled: Filled) -> None:
    desk, id = filled.client(), filled.conflicts[0].id
    assert decide(desk, id, "dismiss", kind="subset", note="part of the other") == 303
    stored = filled.store.conflict(id)
    assert stored is not None and stored.state is ConflictState.DISMISSED
    assert "part of the other" in desk.get(f"/conflicts/{id}").text
    assert id not in desk.get("/conflicts?state=all").text and id in desk.get("/conflicts?state=dismissed").text
    assert decide(desk, id, "restore") == 303
    again = filled.store.conflict(id)
    assert again is not None and again.state is ConflictState.OPEN


@pytest.mark.parametrize(
    "fields", [{"kind": "subset", "note": " "}, {"kind": "whim", "note": "so"}, {"kind": "subset"}]
)
def test_a_dismissal_needs_a_kind_and_a_reason(filled: Filled, fields: dict[str, str]) -> None:
    assert decide(filled.client(), filled.conflicts[0].id, "dismiss", **fields) == 422


def test_a_form_without_the_hidden_field_does_nothing(filled: Filled) -> None:
    desk, id = filled.client(), filled.conflicts[0].id
    desk.get("/conflicts")
    for data in ({}, {"csrf": "0" * 64}, {"csrf": "é"}):
        assert desk.post(f"/conflicts/{id}/acknowledge", data=data).status_code == 403
    assert "Seen by" not in desk.get(f"/conflicts/{id}").text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_cannot_decide(filled: Filled, headers: dict[str, str]) -> None:
    desk, id = filled.client(), filled.conflicts[0].id
    csrf = csrf_of(desk.get(f"/conflicts/{id}").text)
    answer = desk.post(f"/conflicts/{id}/acknowledge", data={"csrf": csrf}, headers=headers)
    assert answer.status_code == 403


def test_programs_decide_with_a_token(filled: Filled) -> None:
    desk, id = filled.client(GUARDED), filled.conflicts[0].id
    path, key = f"/api/v1/conflicts/{id}/dismiss", {"Authorization": f"Bearer {TOKEN}"}
    body = {"kind": "rounding", "note": "the same figure"}
    assert desk.post(path, json=body).status_code == 401
    assert desk.post(path, json=body, headers=key).status_code == 204
    assert desk.get(f"/api/v1/conflicts/{id}", headers=key).json()["dismissed_as"] == "rounding"
    assert desk.post(f"/api/v1/conflicts/{id}/restore", headers=key).status_code == 204
    assert desk.post("/api/v1/conflicts/nothing/acknowledge", headers=key).status_code == 404


def test_on_an_open_desk_programs_need_none_but_browsers_need_the_header(filled: Filled) -> None:
    desk, id = filled.client(), filled.conflicts[0].id
    path = f"/api/v1/conflicts/{id}/acknowledge"
    assert desk.post(path).status_code == 204
    csrf = csrf_of(desk.get(f"/conflicts/{id}").text)
    assert desk.post(path).status_code == 403  # now it has a cookie
    assert desk.post(path, headers={"X-CSRF-Token": csrf}).status_code == 204


def test_an_overlong_body_is_refused(filled: Filled) -> None:
    desk, id = filled.client(), filled.conflicts[0].id
    assert desk.post(f"/conflicts/{id}/dismiss", data={"note": "x" * 70_000}).status_code == 413
