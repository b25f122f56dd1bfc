"""The commands about alerts, over a real store, a real mail server and a strict Slack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.adapters.clock import SetClock
from monitor.alerts.reasons import Hold
from monitor.app import open_app
from monitor.cli import main
from monitor.config import AlertPolicy, Target, load_config
from monitor.model import AlertState, ConflictChange
from monitor.pipeline import Outcome
from monitor.ports import Work
from tests.fakes.alerts import NOON, two_sided
from tests.fakes.outbox import Office
from tests.fakes.smtp import Mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, mailbox: Mailbox) -> Path:
    path = tmp_path / "counterclaim.yaml"
    path.write_text(
        f"""regions: [{{name: Kursk Oblast}}]
storage: sqlite:///{tmp_path}/c.db
alerts:
  targets:
    - {{name: desk, email: {{to: [desk@example.org], from: alerts@example.org, smtp: "{mailbox.url}"}}}}
"""
    )
    return path


def run(config: Path, *words: str) -> Result:
    command, *rest = words
    return CliRunner().invoke(main, [command, *rest], env={"COUNTERCLAIM_CONFIG": str(config), "USER": "me"})


def stored(config: Path) -> Office:
    office = Office(AlertPolicy((Target("desk"),)), {}, storage=f"sqlite:///{config.parent}/c.db")
    office.learns(two_sided())
    return office


def test_alerts_are_listed_with_their_reason(config: Path) -> None:
    stored(config)

    (alert,) = json.loads(run(config, "alerts", "--json").output)["alerts"]

    assert (alert["target"], alert["state"], alert["cause"]) == ("desk", "pending", "opened")
    assert alert["reason"] == Hold.GROUP_WAIT.value
    assert Hold.GROUP_WAIT.value in run(config, "alerts").output
    assert run(config, "alerts", "--state", "dead").output == ""


def test_dead_alerts_are_sent_again_on_request(config: Path) -> None:
    office = stored(config)
    (alert,) = office.alerts
    office.store.claim_alert(alert.id, alert.not_before, alert.not_before - alert.created)

    office.store.bury(Work.ALERT, alert.id, office.now, "refused: no")

    assert run(config, "alerts", "retry", "nonsense").exit_code == 1
    assert run(config, "alerts", "retry", alert.id[:8]).output == "1 alert to be sent again\n"
    assert run(config, "alerts", "retry", "--all").output == "0 alerts to be sent again\n"
    assert run(config, "alerts", "retry").exit_code == 2


def test_a_silence_is_added_listed_and_ended(config: Path) -> None:
    added = run(config, "silence", "add", "--region", "Kursk Oblast", "--for", "6h", "--comment", "known")
    id = added.output.split(":")[0]

    assert "region Kursk Oblast" in run(config, "silence", "list").output
    (shape,) = json.loads(run(config, "silence", "list", "--json").output)["silences"]
    assert (shape["id"], shape["active"], shape["comment"], shape["author"]) == (id, True, "known", "me")
    assert run(config, "silence", "expire", id).exit_code == 0
    assert run(config, "silence", "expire", id).exit_code == 1
    assert run(config, "silence", "list").output == ""
    assert "ended" in run(config, "silence", "list", "--all").output


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--for", "6h"], "say what to silence"),
        (["--region", "Kursk", "--for", "6h"], "there is no region 'Kursk'"),
        (["--frame", "war", "--for", "6h"], "there is no frame 'war'"),
        (["--target", "x", "--for", "6h"], "there is no target 'x'"),
        (["--region", "Kursk Oblast", "--for", "6 hours"], "write 6h"),
    ],
)
def test_a_silence_that_would_silence_nothing_is_refused(config: Path, words: list[str], fault: str) -> None:
    result = run(config, "silence", "add", *words)

    assert result.exit_code == 2 and fault in result.output


def test_a_test_alert_says_what_the_server_answered(config: Path, mailbox: Mailbox) -> None:
    good = run(config, "test-alert", "desk")
    mailbox.unknown["desk@example.org"] = "550 no such user"
    bad = run(config, "test-alert", "desk")

    assert good.exit_code == 0 and "desk: sent (message_id <test" in good.output
    assert mailbox.mails[0]["Subject"].startswith("[SAMPLE] Velmark Coast")
    assert bad.exit_code == 1 and "550 no such user (trying again will not help)" in bad.output
    assert "there is desk" in run(config, "test-alert", "nobody").output


def test_a_preview_writes_what_would_be_sent(config: Path, tmp_path: Path, mailbox: Mailbox) -> None:
    stored(config)
    result = run(config, "preview", "c1", "--target", "desk", "--output", str(tmp_path / "out"))

    assert result.exit_code == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["alert.eml", "alert.html", "alert.txt", "slack.html", "slack.json"]
    assert "Ukrainian forces still hold Makhnovka" in (tmp_path / "out" / "slack.html").read_text()
    assert mailbox.mails == []
    assert "Who controls Makhnovka?" in run(config, "preview", "c1", "--target", "desk").output
    assert run(config, "preview", "none", "--target", "desk").exit_code == 1


def test_the_app_plans_and_sends_through_the_targets_of_the_config(config: Path, mailbox: Mailbox) -> None:
    app = open_app(load_config(config), SetClock(NOON))
    stored(config).store.close()
    conflict = two_sided(key="c2", question="Who holds it?").change().conflict

    (row,) = app.plan(ConflictChange(conflict, "opened", True), app.store.view(conflict), NOON)
    (due,) = app.due(Work.ALERT, ahead=app.config.alerts.group_wait)
    sent = app.dispatch(due, app.config.alerts.group_wait)
    app.close()

    assert (row.target, row.state) == ("desk", AlertState.PENDING)
    assert (sent.outcome, sent.target, sent.alerts) == (Outcome.DONE, "desk", 1)
    assert mailbox.mails[0]["Subject"] == "Kursk Oblast: Who controls Makhnovka?"
