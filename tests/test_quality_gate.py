"""The quality gate: figures on labelled cases may rise and never fall below their floors unnoticed."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.model import Claim, ConflictKind, Position
from tests import quality
from tests.fakes.values import NOON, a_claim, a_conflict, an_article
from tests.quality import Case, Label, Span, Tally

ROOT = Path(__file__).parents[1]
SETS = ("fast", "unseen", "all")
GATE = SETS[:2]  # what `make test` has the time for


@pytest.mark.slow
@pytest.mark.parametrize("name", GATE)
def test_no_figure_is_below_its_floor(name: str) -> None:
    floors = quality.load_floors(name)

    tally, lines = quality.measure(quality.CASES / f"{case}.json" for case in floors.cases)

    short = floors.short_of(tally.figures())
    assert not short, "\n".join([*short, *lines])


@pytest.mark.parametrize("name", GATE)
def test_the_cases_behind_the_floors_are_those_that_they_were_measured_on(name: str) -> None:
    floors = quality.load_floors(name)

    assert quality.digest_of(floors.cases) == floors.digest, f"cases changed: python -m tests.quality {name} --pin"


@pytest.mark.parametrize("name", SETS)
def test_a_floor_below_its_highest_is_named_in_the_changelog(name: str) -> None:
    floors = quality.load_floors(name)
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    silent = [line for line in _lowerings(floors) if line not in changelog]

    assert not silent, "add to CHANGELOG.md: " + "; ".join(silent)


@pytest.mark.parametrize("name", SETS)
def test_the_record_of_highest_floors_forgets_none_that_was_committed(name: str) -> None:
    highest = quality.load_floors(name).highest

    for version in _committed_versions(quality.FLOORS):
        for figure, floor in json.loads(version).get(name, {"floors": {}})["floors"].items():
            assert highest.get(figure, 0.0) >= floor, f"{figure} was {floor} once"


def _lowerings(floors: quality.Floors) -> list[str]:
    return [
        quality.lowering(name, highest, floors.floors.get(name, 0.0))
        for name, highest in floors.highest.items()
        if floors.floors.get(name, 0.0) < highest
    ]


def _committed_versions(path: Path) -> list[str]:
    """Every version of a file that the checkout knows; none outside of one (a source archive, a shallow clone)."""
    if shutil.which("git") is None:
        return []
    name = path.relative_to(ROOT).as_posix()
    commits = _git("log", "--format=%H", "--", name).split()
    return [text for commit in commits if (text := _git("show", f"{commit}:{name}"))]


def _git(*words: str) -> str:
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False).stdout


# --- the gate itself -------------------------------------------------------------------------------------------------

TEXTS = {"a1": "The army took Sudzha on Monday.", "a2": "Sudzha never fell.", "a3": "A second army came on Tuesday."}


def _case() -> Case:
    articles = tuple(an_article(id, title="News", text=text) for id, text in TEXTS.items())
    bare = Case("sudzha", "", articles, (), ())
    sides = {id: [span] for id, text in TEXTS.items() if (span := bare.find(id, text))}
    conflict = Label("c1", "control", [sides["a1"], sides["a2"]], "easy")
    return replace(bare, conflicts=(conflict,), traps=(Label("t1", "superseded", [sides["a1"], sides["a3"]]),))


def _said(article: str, quote: str | None = None) -> Claim:
    return a_claim(article, article, quote=quote or TEXTS[article], published=NOON)


def _scored(*pairs: tuple[Claim, Claim]) -> dict[str, float]:
    found = [a_conflict(Position("1", (a,)), Position("2", (b,)), kind=ConflictKind.CONTROL) for a, b in pairs]
    tally = Tally()
    list(quality.score(_case(), [claim for pair in pairs for claim in pair], found, tally))
    return tally.figures()


def test_a_report_that_opposes_labelled_evidence_is_right() -> None:
    figures = _scored((_said("a1"), _said("a2", "never fell")))

    assert figures["precision"] == figures["recall"] == figures["recall control"] == figures["coverage"] == 1
    assert figures["traps avoided"] == figures["not repeated"] == 1


def test_a_report_of_something_else_is_false_and_may_be_a_trap() -> None:
    figures = _scored((_said("a1"), _said("a3")))

    assert figures["precision"] == figures["recall"] == 0
    assert figures["traps avoided superseded"] == 0 and figures["coverage"] == 0.5


def test_a_second_report_of_one_conflict_is_a_repeat() -> None:
    once = (_said("a1"), _said("a2"))

    figures = _scored(once, once)

    assert figures["precision"] == 1 and figures["not repeated"] == 0.5


def test_quotes_touch_when_they_share_half_of_the_shorter() -> None:
    whole = Span("a1", 0, 100)

    assert whole.touches(Span("a1", 95, 105)) and not whole.touches(Span("a1", 96, 106))
    assert not whole.touches(Span("a2", 0, 100))


def _floors_at(folder: Path, floor: float) -> Path:
    path = folder / "floors.json"
    path.write_text(json.dumps({"all": {"floors": {"recall": floor}, "highest": {"recall": floor}}}), encoding="utf-8")
    return path


def test_pinning_raises_floors_and_lowers_none(tmp_path: Path) -> None:
    path = _floors_at(tmp_path, 0.5)

    assert quality.pin("all", {"recall": 0.4, "precision": 0.756}, lower=False, path=path) == []

    assert quality.load_floors("all", path).floors == {"recall": 0.5, "precision": 0.75}


def test_lowering_a_floor_asks_for_a_line_in_the_changelog(tmp_path: Path) -> None:
    path = _floors_at(tmp_path, 0.5)

    lines = quality.pin("all", {"recall": 0.4}, lower=True, path=path)

    floors = quality.load_floors("all", path)
    assert lines == _lowerings(floors) == ["Quality floor lowered: recall 0.50 → 0.40"]
    assert floors.short_of({"recall": 0.39}) == ["recall: 0.390, floor 0.400"]
