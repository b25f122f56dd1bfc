"""`counterclaim doctor`: each thing that may be wrong, with what to do about it; and an exit status for programs."""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.app import open_app
from monitor.cli import main
from monitor.cli.checks import (
    Finding,
    Verdict,
    broker_findings,
    config_findings,
    desk_findings,
    model_findings,
    store_findings,
    target_findings,
)
from monitor.config import load_config, parse_config
from monitor.store.tables import articles, notices, sources
from tests.fakes.loopback import Answer, Loopback
from tests.fakes.smtp import Mailbox
from workers.broker import PrivateBroker

NOW = datetime(2025, 1, 8, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A config without models to load, on a free port."""
    file = tmp_path / "counterclaim.yaml"
    file.write_text("regions: [{name: Riverland}]\nweb: {listen: '127.0.0.1:0'}\njudge: {model: none}\n")
    file.chmod(0o600)
    return file


def words(findings: Iterator[Finding], verdict: Verdict) -> str:
    """Return the texts of a verdict."""
    return "\n".join(one.text for one in findings if one.verdict is verdict)


def with_target(target: str) -> Any:
    """Return a config with one target, written as YAML."""
    return parse_config(f"regions: [{{name: Riverland}}]\nalerts: {{targets: [{target}]}}")


def test_a_well_installation_passes_with_exit_status_0(path: Path) -> None:
    run = CliRunner().invoke(main, ["doctor", "--config", str(path), "--json"])
    said = json.loads(run.stdout)
    assert run.exit_code == 0 and said["ok"], run.output
    assert {one["check"] for one in said["findings"]} >= {"config", "store", "broker", "models", "targets", "disk"}


def test_a_config_that_cannot_be_used_is_told_fault_by_fault_with_exit_status_1(path: Path) -> None:
    path.write_text("regions: []\ncolour: red\n")
    run = CliRunner().invoke(main, ["doctor", "--config", str(path)])
    assert run.exit_code == 1
    assert "line 1: regions: must not be empty" in run.output and "line 2: colour: unknown key" in run.output


def test_a_wrong_option_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["doctor", "--colour"]).exit_code == 2


def test_it_makes_no_database_where_there_is_none(path: Path) -> None:
    CliRunner().invoke(main, ["doctor", "--config", str(path), "--offline"])
    assert [file.name for file in path.parent.iterdir()] == ["counterclaim.yaml"]


def test_old_tables_are_named_and_left_as_they_are(path: Path) -> None:
    config = load_config(path)
    open_app(config).close()
    database = path.with_name("counterclaim.db")
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    assert "tables are of version 0001" in words(store_findings(config, NOW), Verdict.WARN)
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "tables of a newer version (9999)" in words(store_findings(config, NOW), Verdict.FAIL)


def test_a_database_server_that_is_away_fails_without_its_password() -> None:
    url = "postgresql+psycopg://desk:hush-hush@127.0.0.1:9/news"
    config = parse_config(f"regions: [{{name: Riverland}}]\nstorage: {url}")
    said = list(store_findings(config, NOW))
    assert [one.verdict for one in said] == [Verdict.FAIL] and "hush-hush" not in str(said)


def test_rows_from_the_future_betray_a_clock_that_was_set_back(path: Path) -> None:
    config = load_config(path)
    app = open_app(config)
    with app.store.engine.begin() as connection:  # type: ignore[attr-defined]
        base = {"state": "new", "attempts": 0, "held": False, "reason": ""}
        source = {"id": "s", "name": "A", "feed": "f", "data": "{}", "memory": "{}", "active": False}
        connection.execute(sources.insert().values(created_at=NOW, **source, **base))
        late = {"id": "n", "source": "s", "text": "fails", "state": "new", "created_at": NOW + timedelta(hours=2)}
        connection.execute(notices.insert().values(**late))
    app.close()
    assert "later than now" in words(store_findings(config, NOW), Verdict.FAIL)
    assert words(store_findings(config, NOW + timedelta(hours=3)), Verdict.FAIL) == ""


def test_work_that_stands_still_is_a_warning(path: Path) -> None:
    config = load_config(path)
    app = open_app(config)
    with app.store.engine.begin() as connection:  # type: ignore[attr-defined]
        row = {
            "id": "a", "source": "A", "source_kind": "other", "url": "u", "published": NOW, "title": "t", "text": "x",
            "quality": "full", "revision": 1, "sample": False, "state": "fetched", "free_at": NOW, "due_at": NOW,
            "created_at": NOW,
        }  # fmt: skip
        connection.execute(articles.insert().values(**row))
    app.close()
    later = NOW + timedelta(hours=1)
    assert "1 of kind article wait, the oldest for 60 min" in words(store_findings(config, later), Verdict.WARN)


def test_a_redis_that_forgets_is_a_warning_and_one_that_is_away_fails(tmp_path: Path) -> None:
    broker = PrivateBroker(tmp_path / "run")
    broker.start()
    try:
        there = parse_config(f"regions: [{{name: Riverland}}]\nbroker: {broker.url}")
        said = list(broker_findings(there))
        assert words(iter(said), Verdict.WARN) == "it forgets its queues on a restart"
        assert "clock agrees" in words(iter(said), Verdict.OK)
    finally:
        broker.stop()
    gone = parse_config("regions: [{name: Riverland}]\nbroker: redis://:hush-hush@127.0.0.1:9/0")
    away = list(broker_findings(gone))
    assert [one.verdict for one in away] == [Verdict.FAIL] and "hush-hush" not in str(away)


def test_a_model_that_is_not_there_fails(path: Path) -> None:
    path.write_text(path.read_text().replace("none", "nowhere.onnx"))
    config = load_config(path)
    assert "nowhere.onnx" in words(config_findings(config), Verdict.FAIL)
    assert "nowhere.onnx" in words(model_findings(config), Verdict.FAIL)


def test_a_mail_server_is_asked_with_the_login_and_gets_no_mail() -> None:
    with Mailbox(user="desk", password="right") as mailbox:
        target = "{{name: ed, email: {{to: [a@example.org], from: b@example.org, smtp: '{}'}}}}"
        right = with_target(target.format(mailbox.url))
        wrong = with_target(target.format(mailbox.url.replace("right", "wrong-word")))
        assert "takes mail of desk" in words(target_findings(right, offline=False), Verdict.OK)
        refused = words(target_findings(wrong, offline=False), Verdict.FAIL)
        assert "not-authenticated" in refused and "wrong-word" not in refused
        assert mailbox.mails == []


def test_slack_is_asked_whether_it_knows_the_token() -> None:
    with Loopback() as web:
        good = json.dumps({"ok": True, "user": "bot", "team": "Newsroom"}).encode()
        web.answer("/api/auth.test", lambda _: Answer(200, good, {"content-type": "application/json"}))
        target = f"{{name: s, slack: {{token: xoxb-hush, channel: '#a', api: '{web.url('/api/')}'}}}}"
        assert "as bot in Newsroom" in words(target_findings(with_target(target), offline=False), Verdict.OK)
        bad = b'{"ok": false, "error": "invalid_auth"}'
        web.answer("/api/auth.test", lambda _: Answer(200, bad, {"content-type": "application/json"}))
        refused = words(target_findings(with_target(target), offline=False), Verdict.FAIL)
        assert "invalid_auth" in refused and "xoxb-hush" not in refused


def test_offline_no_target_is_asked() -> None:
    config = with_target("{name: s, slack: {webhook: 'https://127.0.0.1:9/hush'}}")
    assert words(target_findings(config, offline=True), Verdict.SKIPPED) == "s"
    failed = words(target_findings(config, offline=False), Verdict.FAIL)
    assert "unreachable" in failed and "hush" not in failed


def test_a_port_that_another_program_has_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        config = parse_config(f"regions: [{{name: Riverland}}]\nweb: {{listen: '127.0.0.1:{port}'}}")
        other.settimeout(0)
        other.close()
        assert "is free" in words(desk_findings(config), Verdict.OK)
    with Loopback() as web:
        address = web.url("").removeprefix("http://").rstrip("/")
        config = parse_config(f"regions: [{{name: Riverland}}]\nweb: {{listen: '{address}'}}")
        assert "taken by another program" in words(desk_findings(config), Verdict.FAIL)


def test_a_secret_in_a_file_that_all_may_read_is_a_warning(path: Path) -> None:
    path.write_text(path.read_text() + "alerts: {targets: [{name: a, apprise: 'ntfy://my-topic'}]}\n")
    path.chmod(0o644)
    assert "can be read by everybody" in words(config_findings(load_config(path)), Verdict.WARN)
    path.chmod(0o600)
    assert words(config_findings(load_config(path)), Verdict.WARN) == ""
