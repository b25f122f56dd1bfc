"""The files for production, as far as they can be checked without the servers: commands, keys, metrics, sandboxing."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from monitor.config import load_config
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


def test_the_rules_speak_of_metrics_that_there_are() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "rules.yaml").read_text())["groups"][0]["rules"]
    named = {name for rule in rules for name in re.findall(r"counterclaim_\w+", rule["expr"])}
    code = "".join(path.read_text() for path in (DEPLOY.parent / "monitor" / "web").glob("*.py"))
    assert [name for name in sorted(named) if f'"{name}"' not in code] == []
