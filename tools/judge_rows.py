"""Training rows for the judge: labelled pairs as they are, and pairs cut from labelled cases."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.conflicts.pairs import Pair
from monitor.conflicts.wording import LABELS, gap, side, wording
from monitor.text.words import content, overlap
from tools.judge_data import Case, fold_of

HARD, RANDOM, SAME = 38, 10, 15  # pairs a case that no label speaks of: the nearest in words, and at random
_POSITIVES = 25  # a case with more opposing pairs weighs no more than one with so many


@dataclass(frozen=True, slots=True)
class Row:
    """One worded pair in both orders; `labels` are the indexes in LABELS that may be right."""

    id: str
    worded: tuple[str, str]
    swapped: tuple[str, str]
    labels: tuple[int, ...]
    weight: float
    tag: str
    kind: str
    fold: int


def pair_rows(files: Iterable[Path], folds: int) -> list[Row]:
    """Read labelled pairs (JSON Lines, the format of the evaluation pairs); folds go by place."""
    rows = []
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            a, b = sorted((item["a"], item["b"]), key=lambda part: str(part["published"]))
            rows.append(
                Row(
                    item["id"],
                    _worded(item["place"], a, b),
                    _worded(item["place"], b, a),
                    (LABELS.index(item["label"]),),
                    1.0,
                    item["label"],
                    item["kind"],
                    fold_of(item["place"], folds),
                )
            )
    return rows


def case_rows(cases: Sequence[Case], folds: int, seed: int = 3) -> list[Row]:
    """Cut pairs of real claims from labelled cases; folds go by case."""
    chooser = random.Random(seed)
    return [row for case in cases for row in _of_case(case, folds, chooser)]


def _of_case(case: Case, folds: int, chooser: random.Random) -> list[Row]:
    groups = _grouped(case, chooser)
    chooser.shuffle(groups["same"])
    others = sorted(groups["other"], key=lambda item: -item[0])
    rest = others[HARD:]
    chosen = [("conflict", item, min(1.0, _POSITIVES / len(groups["conflict"]))) for item in groups["conflict"]]
    chosen += [("trap", item, 1.0) for item in groups["trap"]]
    chosen += [("same", item, 0.7) for item in groups["same"][:SAME]]
    chosen += [("other", item, 0.8) for item in others[:HARD]]
    chosen += [("other", item, 0.5) for item in chooser.sample(rest, min(RANDOM, len(rest)))]
    return [
        Row(
            f"{case.id}:{pair.first.id}:{pair.second.id}",
            wording(pair.first, pair.second),
            wording(pair.second, pair.first),
            tuple(LABELS.index(label) for label in labels),
            weight,
            tag,
            "",
            fold_of(case.id, folds),
        )
        for tag, (_, pair, labels), weight in chosen
    ]


def _grouped(case: Case, chooser: random.Random) -> dict[str, list[tuple[float, Pair, tuple[str, ...]]]]:
    stems = {claim.id: content(claim.sentence) for claim in case.claims}
    groups: dict[str, list[tuple[float, Pair, tuple[str, ...]]]] = defaultdict(list)
    for index, a in enumerate(case.claims):
        for b in case.claims[index + 1 :]:
            if a.quote == b.quote:
                continue
            tag, labels = case.label(a, b)
            one_voice = a.article == b.article and a.speaker.key == b.speaker.key
            near = overlap(stems[a.id], stems[b.id]) + 0.15 * ((a.id in case.sides) + (b.id in case.sides))
            if tag != "other" or (not one_voice and near >= 0.1):
                groups[tag].append((near + 0.1 * chooser.random(), Pair.of(a, b), labels))
    return groups


def _worded(place: str, first: dict[str, str], second: dict[str, str]) -> tuple[str, str]:
    when = gap(datetime.fromisoformat(first["published"]), datetime.fromisoformat(second["published"]))
    return (
        side(place, "first", first["speaker"], first["text"]),
        side(place, when, second["speaker"], second["text"]),
    )
