"""Training rows for the judge: labelled pairs as they are, and pairs cut from labelled cases."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.conflicts.calibration import parse_calibration
from monitor.conflicts.engine import ConflictEngine
from monitor.conflicts.pairs import Pair
from monitor.conflicts.wording import LABELS, gap, side, wording
from monitor.ports import PairScorer
from monitor.text.words import content, overlap
from tools.judge_data import Case

HARD, RANDOM, SAME = 38, 10, 15  # pairs a case that no label speaks of: the nearest in words, and at random
_POSITIVES = 25  # a case with more opposing pairs weighs no more than one with so many

# A screen through which every pair passes: what training reads must not depend on an older screen.
EVERYTHING = parse_calibration({"name": "everything", "features": [], "bias": 0, "scale": [1, 0], "trees": [],
                                "threshold": 0})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One worded pair in both orders; `labels` are the indexes in LABELS that may be right.

    `held` rows belong to the group that the first stages never see.
    """

    id: str
    worded: tuple[str, str]
    swapped: tuple[str, str]
    labels: tuple[int, ...]
    weight: float
    tag: str
    kind: str
    held: bool


def pair_rows(files: Iterable[Path], held: Set[str] = frozenset()) -> list[Row]:
    """Read labelled pairs (JSON Lines, tests/pairs/README.md); those about the `held` places, in lower case, are held.

    Pairs of one place share sentences, so that they are held out together or not at all.
    """
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
                    item["place"].lower() in held,
                )
            )
    return rows


def case_rows(cases: Sequence[Case], held: Set[str] = frozenset(), seed: int = 3) -> list[Row]:
    """Cut pairs of real claims from labelled cases; those of the cases whose ids are `held` are held."""
    chooser = random.Random(seed)
    return [row for case in cases for row in _of_case(case, case.id in held, chooser)]


def places_of(cases: Iterable[Case]) -> frozenset[str]:
    """Return every name of the places that some cases are about, in lower case."""
    names = [
        name
        for case in cases
        for region in case.data["regions"]
        for name in (region["name"], *region.get("aliases", ()), *region.get("places", ()))
    ]
    return frozenset(str(name).lower() for name in names)


def candidates(case: Case, scorer: PairScorer) -> list[Pair]:
    """Return the pairs of a case that the engine would put to the judge and that no label speaks of."""
    pairs = ConflictEngine(scorer, screen=EVERYTHING).pairs(case.claims, [], case.copies)
    return [pair for pair in pairs if case.label(pair.first, pair.second)[0] == "other"]


def mined(pairs: Sequence[tuple[Case, Pair]], hardest: int, chance: int, held: Set[str], seed: int = 5) -> list[Row]:
    """Return rows of candidates that look most like a conflict to a judge, and of some others at random.

    Hard negatives after Xiong et al. 2021 (ANCE): what a model of the stage before takes for a conflict.
    """

    def share(item: tuple[Case, Pair]) -> tuple[float, tuple[str, str]]:
        opinion = item[1].opinion.judge
        return -(opinion[0] if opinion else 0.0), item[1].key

    ranked = sorted(pairs, key=share)
    rest = ranked[hardest:]
    chosen = ranked[:hardest] + random.Random(seed).sample(rest, min(chance, len(rest)))
    return [_row(case, p, case.label(p.first, p.second)[1], 0.8, "other", case.id in held) for case, p in chosen]


def told(rows: Iterable[Row]) -> list[Row]:
    """Return the rows that a label speaks of: conflicts, traps, claims of one side."""
    return [row for row in rows if row.tag != "other"]


def _of_case(case: Case, held: bool, chooser: random.Random) -> list[Row]:
    groups = _grouped(case, chooser)
    chooser.shuffle(groups["same"])
    others = sorted(groups["other"], key=lambda item: -item[0])
    rest = others[HARD:]
    chosen = [("conflict", item, min(1.0, _POSITIVES / len(groups["conflict"]))) for item in groups["conflict"]]
    chosen += [("trap", item, 1.0) for item in groups["trap"]]
    chosen += [("same", item, 0.7) for item in groups["same"][:SAME]]
    chosen += [("other", item, 0.8) for item in others[:HARD]]
    chosen += [("other", item, 0.5) for item in chooser.sample(rest, min(RANDOM, len(rest)))]
    return [_row(case, pair, labels, weight, tag, held) for tag, (_, pair, labels), weight in chosen]


def _row(case: Case, pair: Pair, labels: Sequence[str], weight: float, tag: str, held: bool) -> Row:
    return Row(
        f"{case.id}:{pair.first.id}:{pair.second.id}",
        wording(pair.first, pair.second),
        wording(pair.second, pair.first),
        tuple(LABELS.index(label) for label in labels),
        weight,
        tag,
        "",
        held,
    )


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
