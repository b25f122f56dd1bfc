"""Labelled cases and pairs → training rows for the judge. Used by the other tools here; no command of its own.

A row is a pair of claims with a label. Pairs cut from cases come from the real tagger, so that training sees what the
daemon sees; a claim belongs to a labelled position when its quote overlaps the evidence by half of the shorter span.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.article.syndication import Candidate, find_original
from monitor.claims.tagger import build_tagger
from monitor.config import parse_config
from monitor.conflicts.wording import LABELS
from monitor.model import Article, Claim

_TRAPS = {
    "update": ["update"], "superseded": ["update"], "subset": ["compatible"], "different-measure": ["compatible"],
    "rounding": ["agree", "compatible"], "cumulative": ["compatible", "update"], "hypothetical": ["compatible"],
    "opinion": ["compatible"], "agreement": ["agree"], "syndicated": ["agree"], "unit": ["agree", "compatible"],
    "different-event": ["different", "compatible"], "old-figure": ["different", "compatible"],
    "same-name": ["different"],
}  # fmt: skip
NOT_CONFLICT = LABELS[1:]


@dataclass(slots=True)
class Case:
    """One labelled case with its claims. `sides` maps a claim id to the (conflict, position) pairs it gives."""

    id: str
    data: dict[str, Any]
    claims: list[Claim]
    copies: dict[str, str]
    sides: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    trap_sides: dict[str, set[tuple[str, int]]] = field(default_factory=dict)

    def label(self, a: Claim, b: Claim) -> tuple[str, tuple[str, ...]]:
        """Return (what the case says of the pair, the labels it may have)."""
        mine, other = self.sides.get(a.id, set()), self.sides.get(b.id, set())
        if any(x[0] == y[0] and x[1] != y[1] for x in mine for y in other):
            return "conflict", ("conflict",)
        kinds = {t["id"]: t["kind"] for t in self.data["traps"]}
        for x in self.trap_sides.get(a.id, set()):
            for y in self.trap_sides.get(b.id, set()):
                if x[0] == y[0] and x[1] != y[1]:
                    return "trap", tuple(_TRAPS[kinds[x[0]]])
        if mine & other:
            return "same", ("agree", "compatible")
        return "other", NOT_CONFLICT


def load_case(path: Path) -> Case:
    """Read a case, tag its articles and mark which claims are labelled evidence."""
    data = json.loads(path.read_text(encoding="utf-8"))
    config = parse_config(json.dumps({"regions": data["regions"]}), str(path))
    tagger = build_tagger(config)
    articles = [_article(item) for item in sorted(data["articles"], key=lambda item: item["published"])]
    claims = [claim for article in articles for claim in tagger.tag(article)]
    case = Case(data["id"], data, claims, copies_of(articles))
    places = [(c["id"], n, e) for c in data["conflicts"] for n, p in enumerate(c["positions"]) for e in p["evidence"]]
    traps = [(t["id"], n, e) for t in data["traps"] for n, e in enumerate(t["evidence"])]
    texts = {article.id: {"title": article.title, "text": article.text} for article in articles}
    for owner, number, evidence in places:
        for claim in _covering(claims, evidence, texts):
            case.sides.setdefault(claim.id, set()).add((owner, number))
    for owner, number, evidence in traps:
        for claim in _covering(claims, evidence, texts):
            case.trap_sides.setdefault(claim.id, set()).add((owner, number))
    return case


def load_cases(paths: Iterable[Path]) -> list[Case]:
    """Read every case of some folders and files, each once."""
    files = {file: None for path in paths for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])}
    return [load_case(file) for file in files]


def copies_of(articles: Sequence[Article]) -> dict[str, str]:
    """Return copy → original for syndicated articles."""
    found: dict[str, str] = {}
    for index, article in enumerate(articles):
        earlier = [Candidate(other.id, other.text, other.source) for other in articles[:index] if other.id not in found]
        verdict = find_original(article.text, earlier)
        if verdict.original_id:
            found[article.id] = verdict.original_id
    return found


def fold_of(key: str, folds: int) -> int:
    """Return a stable fold number for a case id or a place name."""
    return int(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(), 16) % folds


def _article(item: dict[str, Any]) -> Article:
    published = datetime.fromisoformat(item["published"]).astimezone(UTC)
    return Article(item["id"], item["source"], item["url"], published, item["title"], item["text"])


def _covering(claims: Sequence[Claim], evidence: dict[str, str], texts: dict[str, dict[str, str]]) -> list[Claim]:
    found = []
    for name, text in texts[evidence["article"]].items():
        start = text.find(evidence["quote"])
        if start < 0:
            continue
        end = start + len(evidence["quote"])
        for claim in claims:
            if claim.article == evidence["article"] and claim.field == name:
                shared = min(end, claim.end) - max(start, claim.start)
                if shared > 0 and shared >= 0.5 * min(end - start, claim.end - claim.start):
                    found.append(claim)
    return found
