"""The first run: the sample wire through the whole pipeline, offline, gives the alert that a newcomer sees."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.cli import main

TAKEN = ("Makhnovka has been liberated", "full control of the village of Makhnovka", "Paratroopers take Makhnovka")
TAKEN_BY_REPORT = "paratroopers had captured Makhnovka"
HELD = (
    "Ukrainian troops still control the village of Makhnovka",
    "Makhnovka is under the control of the Defence Forces",
    "Russian troops have not entered the village",
    "Makhnovka remains in Ukrainian hands",
    "its troops held the village",
)
BEATEN_OFF = ("beaten off", "attacks were repelled", "repelled two Ukrainian attacks", "attack on the hamlet failed")
WENT_THROUGH = ("entered the hamlet of Berdin", "attack towards Berdin succeeded", "front line has moved to the hamlet")


def counterclaim(*words: str) -> str:
    """Run the command; return what it prints."""
    run = CliRunner().invoke(main, words)
    assert run.exit_code == 0, run.output
    return run.stdout


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Take the starter's sample through all stages; return the summary, the conflicts and what was printed."""
    folder = tmp_path_factory.mktemp("first") / "watch"
    counterclaim("init", str(folder))
    config = folder / "counterclaim.yaml"
    text = re.sub(r"(?m)^  - \{name: .*https?://.*\}\n", "", config.read_text(encoding="utf-8"))
    config.write_text(text, encoding="utf-8")
    summary = json.loads(counterclaim("once", "--config", str(config), "--json"))
    conflicts = json.loads(counterclaim("conflicts", "--config", str(config), "--json"))
    return {"summary": summary, "conflicts": conflicts["conflicts"] if isinstance(conflicts, dict) else conflicts}


def sides(conflict: dict[str, Any]) -> list[str]:
    """Return the quotes of each position as one text."""
    return [" ".join(claim["quote"] for claim in position["claims"]) for position in conflict["positions"]]


def disputes(conflicts: list[dict[str, Any]], one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether some conflict has words of one kind in one position and of the other kind in another."""
    return any(
        any(words in a for words in one) and any(words in b for words in other)
        for conflict in conflicts
        for i, a in enumerate(sides(conflict))
        for j, b in enumerate(sides(conflict))
        if i != j
    )


def test_the_sample_is_read_whole(first_run: dict[str, Any]) -> None:
    assert first_run["summary"]["sources"] == 4
    assert first_run["summary"]["articles"] == 8
    assert first_run["summary"]["articles_failed"] == 0


def test_the_newcomer_is_alerted_about_makhnovka_or_the_attack_on_berdin(first_run: dict[str, Any]) -> None:
    conflicts = first_run["conflicts"]
    makhnovka = disputes(conflicts, (*TAKEN, TAKEN_BY_REPORT), HELD)
    assert makhnovka or disputes(conflicts, BEATEN_OFF, WENT_THROUGH)
    assert first_run["summary"]["alerts_sent"] >= 1


def test_an_update_and_a_copy_are_no_conflict(first_run: dict[str, Any]) -> None:
    assert not disputes(first_run["conflicts"], ("480",), ("620",))
    for conflict in first_run["conflicts"]:
        texts = sides(conflict)
        assert len(set(texts)) == len(texts)


def test_every_quote_stands_in_its_page(first_run: dict[str, Any]) -> None:
    wire = Path(__file__).parents[2] / "seeds" / "wire"
    pages = " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in wire.glob("*.html"))
    quotes = [claim["quote"] for c in first_run["conflicts"] for p in c["positions"] for claim in p["claims"]]
    assert [quote for quote in quotes if " ".join(quote.split()) not in pages] == []
