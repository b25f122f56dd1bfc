"""Who may come in."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from monitor.config import WebPolicy
from monitor.web.guard import Guard, Throttle, may_listen
from tests.web.conftest import GUARDED, PASSWORD, TOKEN, Filled, csrf_of


@pytest.fixture
def guarded(filled: Filled) -> TestClient:
    return filled.client(GUARDED, "https://desk.example")


def log_in(desk: TestClient, password: str = PASSWORD, next: str = "/conflicts") -> tuple[int, str]:
    csrf = csrf_of(desk.get("/login").text)
    answer = desk.post("/login", data={"csrf": csrf, "password": password, "name": "Mara", "next": next})
    return answer.status_code, answer.headers.get("location", "")


def test_without_a_login_nothing_is_shown(guarded: TestClient, filled: Filled) -> None:
    secret = filled.conflicts[0].question
    for path in (
        "/conflicts",
        "/regions",
        "/claims",
        "/sources",
        "/alerts",
        "/out",
        f"/conflicts/{filled.conflicts[0].id}",
    ):
        answer = guarded.get(path)
        assert answer.status_code == 303 and answer.headers["location"].startswith("/login?next=/"), path
        assert secret not in answer.text
    machines = (
        "/api/v1/conflicts",
        "/api/openapi.json",
        "/feeds/atom.xml",
        "/feeds/feed.json",
        "/export/claims.csv",
        "/metrics",
    )
    for path in machines:
        assert guarded.get(path).status_code == 401, path
    assert guarded.get("/healthz").status_code == guarded.get("/readyz").status_code == 200


def test_the_password_opens_and_logging_out_closes(guarded: TestClient, filled: Filled) -> None:
    assert log_in(guarded) == (303, "/conflicts")
    page = guarded.get("/conflicts")
    assert page.status_code == 200 and "Mara" in page.text
    assert guarded.post("/logout", data={"csrf": csrf_of(page.text)}).status_code == 303
    assert guarded.get("/conflicts").status_code == 303


def test_logging_in_changes_the_cookie_and_hides_it_from_scripts(guarded: TestClient) -> None:
    before = guarded.get("/login").headers["set-cookie"]
    csrf = csrf_of(guarded.get("/login").text)
    after = guarded.post("/login", data={"csrf": csrf, "password": PASSWORD}).headers["set-cookie"]
    assert before.split(";")[0] != after.split(";")[0]
    assert all(word in after for word in ("HttpOnly", "SameSite=Lax", "Secure"))


def test_a_stolen_cookie_value_is_not_in_the_database(guarded: TestClient, filled: Filled) -> None:
    log_in(guarded)
    with filled.store.engine.connect() as connection:
        ids = [row[0] for row in connection.exec_driver_sql("SELECT id FROM desk_sessions")]
    assert ids and guarded.cookies["counterclaim"] not in ids


def test_guessing_is_slowed_down(guarded: TestClient) -> None:
    codes = [log_in(guarded, f"guess {number}")[0] for number in range(6)]
    assert codes == [403] * 5 + [429]
    csrf = csrf_of(guarded.get("/login").text)
    refused = guarded.post("/login", data={"csrf": csrf, "password": PASSWORD})
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0


def test_the_throttle_forgets_and_counts_everybody_together() -> None:
    throttle = Throttle(tries=2, seconds=60, together=4)
    for at, who in ((0, "a"), (1, "a"), (2, "b"), (3, "c")):
        throttle.failed(who, at)
    assert throttle.wait("a", 10) == pytest.approx(50)
    assert throttle.wait("d", 10) == pytest.approx(50)
    assert throttle.wait("d", 60.5) == 0


@pytest.mark.parametrize(
    "next", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\nx"]
)
def test_after_a_login_nobody_is_sent_elsewhere(guarded: TestClient, next: str) -> None:
    assert log_in(guarded, next=next) == (303, "/")


def test_a_token_opens_what_is_for_programs(guarded: TestClient) -> None:
    key = {"Authorization": f"Bearer {TOKEN}"}
    assert guarded.get("/api/v1/conflicts", headers=key).status_code == 200
    assert guarded.get("/metrics", headers=key).status_code == 200
    assert guarded.get(f"/feeds/atom.xml?token={TOKEN}").status_code == 200
    assert guarded.get(f"/api/v1/conflicts?token={TOKEN}").status_code == 401
    assert guarded.get("/api/v1/conflicts", headers={"Authorization": "Bearer wrong"}).status_code == 401


@pytest.mark.parametrize(
    ("listen", "password", "allowed"),
    [
        ("127.0.0.1:8300", None, True), ("[::1]:8300", None, True), ("localhost:80", None, True),
        ("0.0.0.0:8300", None, False), ("192.168.1.4:8300", None, False), ("0.0.0.0:8300", "x", True),
        (":8300", "x", False), ("127.0.0.1:http", None, False),
    ],
)  # fmt: skip
def test_only_loopback_may_be_open(listen: str, password: str | None, allowed: bool) -> None:
    assert may_listen(WebPolicy(listen=listen, password=password)) is allowed


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("127.0.0.1:8300", True),
        ("localhost", True),
        ("[::1]:8300", True),
        ("evil.example", False),
        ("", False),
        ("[x", False),
    ],
)
def test_an_open_desk_answers_to_no_name_that_a_stranger_points_at_it(host: str, allowed: bool) -> None:
    assert Guard(WebPolicy()).allows_host(host) is allowed


def test_a_rebound_name_is_refused(filled: Filled) -> None:
    assert filled.client(base="http://evil.example:8300").get("/conflicts").status_code == 421


def test_every_answer_carries_the_headers_that_bind_browsers(desk: TestClient) -> None:
    for path in ("/conflicts", "/nothing", "/api/v1/conflicts", "/healthz", "/static/desk.css"):
        headers = desk.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
