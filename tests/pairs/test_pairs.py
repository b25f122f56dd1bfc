"""Every line of the labelled pairs is one that training can read, and says what nothing else contradicts."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.conflicts.wording import LABELS
from monitor.model import ConflictKind
from tools.judge_rows import pair_rows

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.jsonl"))
KEYS = {"id", "place", "a", "b", "label", "kind", "why"}
SIDE = {"text", "speaker", "published"}


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def every() -> list[dict[str, Any]]:
    return [pair for file in FILES for pair in read(file)]


def faults(pair: dict[str, Any]) -> list[str]:
    """Return what is wrong with the shape of a pair."""
    if set(pair) != KEYS or set(pair["a"]) != SIDE or set(pair["b"]) != SIDE:
        return ["keys"]
    found = [key for key in ("id", "place", "why") if not _written(pair[key])]
    found += [key for key, known in (("label", set(LABELS)), ("kind", set(ConflictKind))) if pair[key] not in known]
    for name in "ab":
        side = pair[name]
        found += [f"{name}.text"] if not _written(side["text"]) else []
        found += [f"{name}.speaker"] if side["speaker"] is not None and not _written(side["speaker"]) else []
        found += [f"{name}.published"] if not _is_date(side["published"]) else []
    return found


def _written(text: object) -> bool:
    return isinstance(text, str) and bool(text) and text == text.strip()


def _is_date(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and date.fromisoformat(text).isoformat() == text


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_line_has_the_shape_that_the_readme_tells(file: Path) -> None:
    wrong = {pair.get("id"): found for pair in read(file) if (found := faults(pair))}

    assert not wrong


def test_a_line_of_another_shape_is_seen() -> None:
    pair = read(FILES[0])[0]

    assert faults(pair | {"label": "contradiction"}) == ["label"]
    assert faults(pair | {"kind": "colour"}) == ["kind"]
    assert faults(pair | {"a": pair["a"] | {"published": "2024-1-2"}}) == ["a.published"]
    assert faults(pair | {"b": pair["b"] | {"speaker": ""}}) == ["b.speaker"]
    assert faults({key: pair[key] for key in KEYS - {"why"}}) == ["keys"]


def test_no_id_is_given_twice() -> None:
    twice = [id for id, times in Counter(pair["id"] for pair in every()).items() if times > 1]

    assert not twice


def test_no_two_claims_are_labelled_twice() -> None:
    def claims(pair: dict[str, Any]) -> tuple[str, ...]:
        sides = (f"{s['speaker']}: {s['text']} ({s['published']})" for s in (pair["a"], pair["b"]))
        return (pair["place"], *sorted(sides))

    twice = [key for key, times in Counter(map(claims, every())).items() if times > 1]

    assert not twice


def test_no_claim_is_paired_with_itself() -> None:
    assert not [pair["id"] for pair in every() if pair["a"] == pair["b"]]


def test_the_readme_tells_every_file_and_how_much_is_in_it() -> None:
    told = dict(re.findall(r"^\| `([\w-]+)\.jsonl` \| (\d+) \|", (FOLDER / "README.md").read_text("utf-8"), re.M))

    assert told == {file.stem: str(len(read(file))) for file in FILES}


def test_a_family_is_held_out_as_a_whole() -> None:
    places = sorted({pair["place"].lower() for pair in every()})
    held = {row.id: row.held for row in pair_rows(FILES, frozenset(places[::3]))}
    by_sentence: dict[tuple[str, str], set[bool]] = {}
    for pair in every():
        for side in (pair["a"], pair["b"]):
            by_sentence.setdefault((pair["place"], side["text"]), set()).add(held[pair["id"]])

    assert {len(seen) for seen in by_sentence.values()} == {1} and set(held.values()) == {False, True}
