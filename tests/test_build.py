"""What `make` relies on: locks that cover the project, name no registry and carry hashes; a map that is complete."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RUNTIME: list[str] = PROJECT["dependencies"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {"runtime.txt": RUNTIME, "dev.txt": RUNTIME + EXTRAS["dev"], "bench.txt": RUNTIME + EXTRAS["bench"]}


def plain(name: str) -> str:
    """Return a package's name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", name)[0]).lower()  # type: ignore[index]


def locked(name: str) -> dict[str, str]:
    """Return each locked package with its whole entry."""
    entries = re.split(r"\n(?=[\w])", (ROOT / "requirements" / name).read_text())
    return {plain(entry): entry for entry in entries}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_every_dependency_of_the_project(name: str) -> None:
    assert {plain(one) for one in LOCKS[name]} - locked(name).keys() == set(), "run `make lock`"


@pytest.mark.parametrize("name", LOCKS)
def test_every_entry_of_a_lock_is_one_version_with_hashes(name: str) -> None:
    bad = [one for one, entry in locked(name).items() if "==" not in entry or "--hash=sha256:" not in entry]
    assert bad == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_place_to_fetch_from(name: str) -> None:
    assert not re.search(r"https?:|index-url|find-links|file:", (ROOT / "requirements" / name).read_text())


def test_both_locks_agree() -> None:
    runtime, dev = locked("runtime.txt"), locked("dev.txt")
    version = re.compile(r"==([^ ;\\]+)")
    assert {n for n, e in runtime.items() if version.findall(e) != version.findall(dev[n])} == set()


def test_the_design_says_what_every_dependency_is_for() -> None:
    design = (ROOT / "docs" / "design.md").read_text().lower()
    assert [one for one in RUNTIME if re.match(r"[\w-]+", one)[0].lower() not in design] == []  # type: ignore[index]


def test_ci_runs_what_a_developer_runs() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_a_missing_tool_is_named_and_stops_nothing() -> None:
    script = [str(ROOT / "tools" / "system_packages.sh"), "sh"]
    assert subprocess.run(script, capture_output=True, text=True, check=True).stdout == ""
