"""The files for production, as far as they can be checked without the servers: commands, keys, metrics, sandboxing."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from fastapi.testclient import TestClient

from monitor.config import Config, Region, load_config
from monitor.model import AlertState, ConflictState
from monitor.ports import ArticleState, Work
from monitor.store.repository import open_store
from monitor.web.application import build_desk
from tools.production import write_nginx
from workers.cli import main

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
PARTS = {name: part["command"] for name, part in COMPOSE["services"].items() if "build" in part}
LEAST_EXPOSURE = 2.0  # systemd's own scale from 0 to 10


def understand(words: list[str]) -> None:
    """Parse a command line of ours, which raises for what there is not."""
    context = click.Context(main, info_name="counterclaim", **main.context_settings)
    command = main.get_command(context, words[0])
    assert command is not None, words
    command.make_context(words[0], words[1:], parent=context).close()


@pytest.mark.parametrize("words", PARTS.values(), ids=PARTS.keys())
def test_a_container_runs_a_command_that_there_is(words: list[str]) -> None:
    understand(list(words))


def test_the_containers_serve_every_queue() -> None:
    queues = [words[words.index("--queues") + 1] for words in PARTS.values() if "--queues" in words]
    assert sorted(",".join(queues).split(",")) == ["alert", "extract", "poll", "tag"]


def test_the_example_config_is_accepted_with_the_secrets_that_compose_hands_over() -> None:
    handed = dict.fromkeys(COMPOSE["x-part"]["environment"], "a-long-secret")
    config = load_config(DEPLOY / "counterclaim.example.yaml", environ=handed)
    assert config.storage.endswith("@postgres/counterclaim")
    assert "postgres" in COMPOSE["services"] and "redis" in COMPOSE["services"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_a_command_that_there_is(path: Path) -> None:
    line = re.search(r"(?m)^ExecStart=\S+/counterclaim (.*)$", path.read_text())
    assert line is not None
    understand(shlex.split(line[1].replace("%i", "1")))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_accepts_a_unit_and_finds_it_well_closed_off(path: Path, tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / path.name.replace("@.", "@1.")
    unit.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", path.read_text()))
    verified = subprocess.run([tool, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert [line for line in verified.stderr.splitlines() if unit.name in line] == []
    scored = subprocess.run(
        [tool, "security", "--offline=true", str(unit)], capture_output=True, text=True, check=False
    ).stdout
    exposure = re.search(r"exposure level for \S+: ([\d.]+)", scored)
    assert exposure is not None, scored
    assert float(exposure[1]) <= LEAST_EXPOSURE


def expressions() -> list[str]:
    """Return every expression of the rules and of the dashboard."""
    rules = yaml.safe_load((DEPLOY / "prometheus" / "rules.yaml").read_text())["groups"][0]["rules"]
    panels = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text())["panels"]
    return [rule["expr"] for rule in rules] + [target["expr"] for panel in panels for target in panel["targets"]]


@pytest.fixture(scope="module")
def metrics() -> str:
    """What /metrics of a desk says."""
    store = open_store("sqlite://")
    desk = TestClient(build_desk(Config((Region("Riverland"),)), store), base_url="http://127.0.0.1:8300")
    said = desk.get("/metrics").text
    store.close()
    return said


@pytest.mark.parametrize("expression", expressions())
def test_rules_and_dashboard_speak_of_metrics_that_there_are(expression: str, metrics: str) -> None:
    there = set(re.findall(r"(?m)^# TYPE (\w+)", metrics))
    named = set(re.findall(r"counterclaim_\w+", expression.replace("counterclaim:", "")))
    assert named <= there and (named or "up{" in expression)


def test_rules_and_dashboard_name_kinds_and_states_that_there_are() -> None:
    pairs = {pair for text in expressions() for pair in re.findall(r'kind="(\w+)"(?:,state="(\w+)")?', text)}
    states = {*AlertState, *ArticleState, *ConflictState, "dead", ""}
    kinds = {*Work, "conflict", "claim"}
    assert [pair for pair in pairs if pair[0] not in kinds or pair[1] not in states] == []


def test_prometheus_accepts_the_rules() -> None:
    tool = shutil.which("promtool")
    if tool is None:
        pytest.skip("promtool is not installed")
    rules = str(DEPLOY / "prometheus" / "rules.yaml")
    checked = subprocess.run([tool, "check", "rules", rules], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nginx_accepts_the_example(tmp_path: Path) -> None:
    tool = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if tool is None:
        pytest.skip("nginx is not installed")
    write_nginx(tmp_path, 8300, 8080, 8443)
    arguments = ["-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "error.log")]
    checked = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


# The keys of a service in the Compose specification that this file may use; a typo is one that is not among them.
_KEYS = {
    "build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "ports", "read_only",
    "restart", "security_opt", "stop_grace_period", "tmpfs", "volumes",
}  # fmt: skip


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_of_the_compose_file_is_well_formed(name: str) -> None:
    service = COMPOSE["services"][name]
    assert set(service) <= _KEYS and ("image" in service) != ("build" in service)
    assert set(service.get("depends_on", ())) <= set(COMPOSE["services"])
    assert all("healthcheck" in COMPOSE["services"][other] for other in service.get("depends_on", ()))
    named = [volume.partition(":")[0] for volume in service.get("volumes", ()) if volume[0] not in "./"]
    assert set(named) <= set(COMPOSE["volumes"])
    assert all(isinstance(word, str) for word in service.get("command", ()))
    assert re.fullmatch(r"\d+s", service.get("stop_grace_period", "10s"))


def test_compose_itself_accepts_the_file() -> None:
    tool = next((one for one in (["docker-compose"], ["docker", "compose"]) if _runs([*one, "version"])), None)
    if tool is None:
        pytest.skip("docker compose is not installed")
    secrets = {"POSTGRES_PASSWORD": "a", "DESK_PASSWORD": "b"}
    run = subprocess.run(
        [*tool, "-f", str(DEPLOY / "compose.yaml"), "config", "--quiet"],
        env=os.environ | secrets, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr


def _runs(command: list[str]) -> bool:
    return shutil.which(command[0]) is not None and not subprocess.run(command, capture_output=True).returncode


def test_the_image_has_what_the_install_needs() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    ignored = (DEPLOY.parent / ".dockerignore").read_text().splitlines()
    copied = re.findall(r"(?m)^COPY (\S+) ", text)
    assert all((DEPLOY.parent / one).exists() and one not in ignored for one in copied)
    assert not {"monitor", "workers", "seeds", "pyproject.toml", "README.md", "LICENSE"} & set(ignored)
    assert re.search(r"(?m)^USER counterclaim$", text)
