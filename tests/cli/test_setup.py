"""`counterclaim init`, `check` and `config schema`, as a newcomer types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main


def counterclaim(*words: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, words)


def test_init_writes_a_watchlist_that_check_finds_good(tmp_path: Path) -> None:
    made = counterclaim("init", str(tmp_path / "watch"))
    assert made.exit_code == 0, made.output
    checked = counterclaim("check", "--config", str(tmp_path / "watch" / "counterclaim.yaml"))
    assert checked.exit_code == 0, checked.output
    assert "Kursk region" in checked.output
    assert "Continental Wire (agency, the sample)" in checked.output


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "counterclaim.yaml").write_text("mine")
    made = counterclaim("init", str(tmp_path))
    assert (made.exit_code, made.stdout) == (1, "")
    assert "counterclaim.yaml is there already; nothing was written" in made.stderr
    assert (tmp_path / "counterclaim.yaml").read_text() == "mine"
    assert not (tmp_path / "wire").exists()


def test_check_tells_every_fault_on_standard_error_and_exits_with_1(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("regions: []\ncolour: red\n")
    checked = counterclaim("check", "--config", str(path))
    assert (checked.exit_code, checked.stdout) == (1, "")
    assert checked.stderr.splitlines() == [
        f"{path}: line 1: regions: must not be empty",
        f"{path}: line 2: colour: unknown key",
    ]


def test_check_names_what_is_missing_on_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "counterclaim.yaml"
    path.write_text('regions: [{name: Kursk}]\nsources: [{name: A, feed: "file:none.xml"}]\n')
    checked = counterclaim("check", "--config", str(path), "--json")
    assert checked.exit_code == 1
    assert json.loads(checked.stdout)["problems"] == [
        "source 'A': cannot read file:none.xml: No such file or directory"
    ]


def test_the_config_is_found_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yaml").write_text("regions: [{name: Kursk}]\n")
    monkeypatch.setenv("COUNTERCLAIM_CONFIG", str(tmp_path / "mine.yaml"))
    assert "  - Kursk" in counterclaim("check").output


def test_an_unknown_command_or_option_is_wrong_usage() -> None:
    assert counterclaim("chekc").exit_code == 2
    assert counterclaim("check", "--colour").exit_code == 2
    assert counterclaim("init").exit_code == 2


def test_the_published_schema_knows_every_key_of_the_contract() -> None:
    schema = json.loads(counterclaim("config", "schema").stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {"regions", "sources", "alerts", "storage", "broker", "web", "fetch"} <= schema["properties"].keys()
    assert schema["required"] == ["regions"]
    assert schema["additionalProperties"] is False


def test_the_published_schema_lets_a_secret_come_from_a_file() -> None:
    schema = json.loads(counterclaim("config", "schema").stdout)
    password = schema["$defs"]["WebIn"]["properties"]["password"]
    assert {"file"} in [set(branch.get("properties", ())) for branch in password["anyOf"]]
