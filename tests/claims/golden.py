"""Scores the tagger on golden sentences: for each, the best claim and which of its expected parts it has."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from monitor.claims.tagger import EnglishTagger
from monitor.config import Config, PlaceName, Region
from monitor.model import Article, Claim, SpeakerKind

DATA = Path(__file__).parents[1] / "data" / "golden"
PARTS = ("frame", "measure", "answer", "negated", "value", "actor", "speaker", "factuality")


@dataclass
class Score:
    """Parts expected and found, by frame; `wrong` names every miss."""

    wanted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    parts: dict[str, list[int]] = field(default_factory=lambda: {part: [0, 0] for part in PARTS})
    wrong: list[str] = field(default_factory=list)

    def accuracy(self, frame: str | None = None) -> float:
        """Share of sentences of a frame (or of all) with every expected part right."""
        frames = [frame] if frame else list(self.wanted)
        return sum(self.right[f] for f in frames) / sum(self.wanted[f] for f in frames)


@lru_cache(maxsize=1)
def tagger() -> EnglishTagger:
    """A tagger for an invented region."""
    places = tuple(PlaceName(name) for name in ("Dolsk", "Merin", "Orlec", "Tarva"))
    return EnglishTagger(Config(regions=(Region("Varn Province", ("Varn",), places),)))


def rows(name: str) -> list[dict[str, Any]]:
    """Return the golden sentences of a file."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def claims_of(row: dict[str, Any]) -> list[Claim]:
    """Tag one sentence as the only one of an article of the region."""
    moment = datetime(2026, 3, 12, 12, tzinfo=UTC)
    article = Article(row["id"], "Varn Gazette", "https://gazette.example/1", moment, "Varn Province", row["text"])
    return [claim for claim in tagger().tag(article) if claim.field == "text"]


def parts_right(row: dict[str, Any], claim: Claim) -> dict[str, bool]:
    """Return, for each part that the row expects, whether the claim has it."""
    found = {"frame": claim.frame.value == row["frame"]}
    for part in ("measure", "answer", "negated", "actor"):
        if part in row:
            found[part] = getattr(claim, part) == row[part]
    if "low" in row:
        found["value"] = claim.quantity is not None and _overlaps(row, claim)
    if "speaker" in row:
        outlet = claim.speaker.kind is SpeakerKind.OUTLET
        found["speaker"] = outlet if not row["speaker"] else row["speaker"] in claim.speaker.key
    found["factuality"] = claim.factuality.value == row.get("factuality", claim.factuality.value)
    return found


def _overlaps(row: dict[str, Any], claim: Claim) -> bool:
    assert claim.quantity is not None
    low, high = float(row["low"]), float(row["high"])
    return claim.quantity.low <= high and claim.quantity.high >= low


def score(golden: Iterable[dict[str, Any]]) -> Score:
    """Score the tagger on golden rows, taking for each the claim with the most parts right."""
    total = Score()
    for row in golden:
        total.wanted[row["frame"]] += 1
        checked = [(parts_right(row, claim), claim) for claim in claims_of(row)]
        best, claim = max(checked, key=lambda c: (c[0]["frame"], sum(c[0].values())), default=({"frame": False}, None))
        for part, good in best.items():
            total.parts[part][0] += good
            total.parts[part][1] += 1
        if all(best.values()):
            total.right[row["frame"]] += 1
        else:
            total.wrong.append(
                f"{row['id']} {[p for p, good in best.items() if not good]} {row['text']} -> {_shown(claim)}"
            )
    return total


def _shown(claim: Claim | None) -> str:
    if claim is None:
        return "no claim"
    figure = f" {claim.quantity.low:g}..{claim.quantity.high:g}" if claim.quantity else ""
    return (
        f"{claim.frame.value}/{claim.measure} ={'not ' * claim.negated}{claim.answer}{figure} a={claim.actor}"
        f" [{claim.speaker.key}] {claim.factuality.value}"
    )
