"""`counterclaim explain`: what was read in an article, and why two claims are, or are not, a conflict."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main

TEXTS = {
    "a1": ("Harbour Wire", "Twelve people were killed in Torre Bay on Monday, the mayor of Lakuna said."),
    "a2": ("Gulf Post", "Exactly 31 people were killed in Torre Bay on Monday, the health ministry said."),
    "a3": ("Coast Radio", "The bridge at Torre Bay was open again on Monday, police said."),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    watch = {"regions": [{"name": "Lakuna", "places": ["Torre Bay"]}], "judge": {"model": "none"}}
    (tmp_path / "watch.yaml").write_text(json.dumps(watch), encoding="utf-8")
    lines = [
        json.dumps(
            {"id": id, "source": outlet, "url": f"https://{id}.example/1", "title": "Lakuna", "text": text}
            | {"published": f"2026-03-03T{10 + number}:00:00Z"}
        )
        for number, (id, (outlet, text)) in enumerate(TEXTS.items())
    ]
    (tmp_path / "articles.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def explain(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["explain", "--config", str(folder / "watch.yaml"), *words])


def test_two_articles_are_held_against_each_other(folder: Path) -> None:
    said = explain(folder, "--articles", str(folder / "articles.jsonl"), "a1", "a2").stdout

    first = said.split("\n\n")[0]
    assert TEXTS["a1"][1] in first and TEXTS["a2"][1] in first
    assert "  a conflict: the figures cannot both be right" in first
    assert re.search(r"probability 0\.\d\d; a dispute opens at 0\.\d\d", first)


def test_the_ids_that_it_prints_can_be_asked_about(folder: Path) -> None:
    file = str(folder / "articles.jsonl")
    ids = re.findall(r"^    1\. (\w{20}) casualties", explain(folder, file).stdout, re.MULTILINE)

    said = explain(folder, "--articles", file, *ids).stdout

    assert len(ids) == 2 and said.count("probability") == 1
    assert all(id in said for id in ids)


def test_a_pair_that_was_not_reported_has_its_reason(folder: Path) -> None:
    file = str(folder / "articles.jsonl")

    said = explain(folder, "--articles", file, "a1", "a3").stdout

    assert "  not a conflict: they measure different things\n  probability 0.0" in said


def test_an_id_of_nothing_is_named(folder: Path) -> None:
    run = explain(folder, "--articles", str(folder / "articles.jsonl"), "a1", "nobody")
    assert run.exit_code == 1
    assert run.stderr == "nobody: neither the id of a claim nor of an article with claims\n"
