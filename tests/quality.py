"""Scores what the pipeline finds in labelled cases: precision, recall, coverage, repeats and traps, whole and by kind.

A case is an event with its articles, the conflicts an editor would want to hear of and the traps that only look like
conflicts (tests/cases/README.md). Text overlaps when half of the shorter span is shared. A reported conflict is right
when two of its positions overlap the evidence of two different positions of one labelled conflict.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.cli.rerun import rerun
from monitor.config import parse_config
from monitor.model import Article, Claim, Conflict

CASES = Path(__file__).parent / "cases"
FLOORS = Path(__file__).parent / "quality_floors.json"
_SHORTER = 0.5
_LONGEST = 600  # characters; a longer quote points at nothing in particular


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters in an article's title and text, joined by a blank line."""

    article: str
    start: int
    end: int

    def touches(self, other: Span) -> bool:
        """Whether the two share half of the shorter one."""
        if self.article != other.article:
            return False
        shared = min(self.end, other.end) - max(self.start, other.start)
        return shared >= _SHORTER * min(self.end - self.start, other.end - other.start)


Side = list[Span]


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled conflict or trap: its id, kind and sides."""

    id: str
    kind: str
    sides: list[Side]
    difficulty: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled case."""

    id: str
    config: str
    articles: tuple[Article, ...]
    conflicts: tuple[Label, ...]
    traps: tuple[Label, ...]

    def find(self, article: str, quote: str) -> Span | None:
        """Return where a quote stands in an article."""
        text = next((f"{a.title}\n\n{a.text}" for a in self.articles if a.id == article), "")
        start = text.find(quote)
        return Span(article, start, start + len(quote)) if 0 < len(quote) <= _LONGEST and start >= 0 else None


@dataclass
class Tally:
    """Counts over cases. Every figure is a share from 0 to 1, more is better, and the share of nothing is 1."""

    reported: int = 0
    right: int = 0
    repeated: int = 0
    labelled: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    found_levels: Counter[str] = field(default_factory=Counter)
    evidence: int = 0
    covered: int = 0
    trapped: Counter[str] = field(default_factory=Counter)
    traps: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    shown_right: Counter[str] = field(default_factory=Counter)

    def figures(self) -> dict[str, float]:
        """Return every figure by name; `recall count` is that of one kind."""
        found = {
            "precision": _share(self.right, self.reported),
            "recall": _share(self.found.total(), self.labelled.total()),
            "coverage": _share(self.covered, self.evidence),
            "not repeated": _share(self.right - self.repeated, self.right),
            "traps avoided": _share(self.traps.total() - self.trapped.total(), self.traps.total()),
        }
        found |= {f"precision {kind}": _share(self.shown_right[kind], n) for kind, n in sorted(self.shown.items())}
        found |= {f"recall {kind}": _share(self.found[kind], n) for kind, n in sorted(self.labelled.items())}
        found |= {f"recall {level}": _share(self.found_levels[level], n) for level, n in sorted(self.levels.items())}
        traps = {f"traps avoided {kind}": _share(n - self.trapped[kind], n) for kind, n in sorted(self.traps.items())}
        return {name: round(value, 3) for name, value in (found | traps).items()}


def load_case(path: Path) -> Case:
    """Read one case."""
    data = json.loads(path.read_text(encoding="utf-8"))
    articles = sorted((_article(item) for item in data["articles"]), key=lambda one: (one.published, one.id))
    config = json.dumps({"regions": data["regions"]}, ensure_ascii=False)
    bare = Case(data["id"], config, tuple(articles), (), ())
    conflicts = [
        Label(c["id"], c["kind"], [_spans(bare, p["evidence"]) for p in c["positions"]], c["difficulty"])
        for c in data["conflicts"]
    ]
    traps = [Label(t["id"], t["kind"], [_spans(bare, [e]) for e in t["evidence"]]) for t in data["traps"]]
    return Case(data["id"], config, tuple(articles), tuple(conflicts), tuple(traps))


def run_case(case: Case) -> tuple[list[Claim], list[Conflict]]:
    """Take a case's articles through the daemon's own stages in memory; return its claims and conflicts."""
    app = rerun(parse_config(case.config), case.articles)
    try:
        return list(app.store.claims()), app.store.conflicts()
    finally:
        app.close()


def score(case: Case, claims: Iterable[Claim], conflicts: Iterable[Conflict], tally: Tally) -> Iterator[str]:
    """Add a case to the tally; yield a line for every report and every miss."""
    tagged = [span for claim in claims if (span := case.find(claim.article, claim.quote))]
    quotes = [span for label in case.conflicts for side in label.sides for span in side]
    tally.evidence += len(quotes)
    tally.covered += sum(any(span.touches(other) for other in tagged) for span in quotes)
    seen: set[str] = set()
    trapped: dict[str, str] = {}
    for conflict in conflicts:
        sides = [[s for c in p.claims if (s := case.find(c.article, c.quote))] for p in conflict.positions]
        matched = {label.id for label in case.conflicts if _opposes(sides, label.sides)}
        hit = {} if matched else {t.id: t.kind for t in case.traps if _opposes(sides, t.sides)}
        _count(tally, conflict.kind.value, matched, seen)
        seen |= matched
        trapped |= hit
        verdict = f"right {','.join(sorted(matched))}" if matched else "FALSE " + " ".join(sorted(hit.values()))
        yield f"{case.id} {verdict}: {conflict.question}"
    yield from _missed(case, seen, tally)
    tally.traps.update(label.kind for label in case.traps)
    tally.trapped.update(trapped.values())


def _count(tally: Tally, kind: str, matched: set[str], seen: set[str]) -> None:
    tally.reported += 1
    tally.shown[kind] += 1
    if matched:
        tally.right += 1
        tally.shown_right[kind] += 1
        tally.repeated += matched <= seen


def _missed(case: Case, seen: set[str], tally: Tally) -> Iterator[str]:
    for label in case.conflicts:
        tally.labelled[label.kind] += 1
        tally.levels[label.difficulty] += 1
        if label.id in seen:
            tally.found[label.kind] += 1
            tally.found_levels[label.difficulty] += 1
        else:
            yield f"{case.id} MISSED {label.id} ({label.kind}, {label.difficulty})"


def _opposes(reported: Sequence[Side], labelled: Sequence[Side]) -> bool:
    """Whether two different reported positions overlap two different labelled ones."""
    hits = [{n for n, side in enumerate(labelled) if _meet(mine, side)} for mine in reported]
    return any(a != b for i, one in enumerate(hits) for other in hits[i + 1 :] for a in one for b in other)


def _meet(left: Side, right: Side) -> bool:
    return any(a.touches(b) for a in left for b in right)


def _spans(case: Case, evidence: Iterable[dict[str, str]]) -> Side:
    return [span for item in evidence if (span := case.find(item["article"], item["quote"]))]


def _article(item: dict[str, Any]) -> Article:
    published = datetime.fromisoformat(item["published"])
    return Article(item["id"], item["source"], item["url"], published, item["title"], item["text"], published)


@dataclass(frozen=True, slots=True)
class Floors:
    """What the figures must reach. `highest` has the highest floor there ever was; `digest` pins the cases."""

    cases: tuple[str, ...]
    digest: str
    floors: dict[str, float]
    highest: dict[str, float]

    def short_of(self, figures: dict[str, float]) -> list[str]:
        """Return a line for every figure below its floor."""
        pairs = ((name, figures.get(name, 0.0), floor) for name, floor in self.floors.items())
        return [f"{name}: {figure:.3f}, floor {floor:.3f}" for name, figure, floor in pairs if figure < floor]


def load_floors(name: str, path: Path = FLOORS) -> Floors:
    """Read the floors of `fast`, `unseen` or `all`; no list of cases means every case there is."""
    data = json.loads(path.read_text(encoding="utf-8"))[name]
    cases = tuple(data.get("cases", ())) or tuple(sorted(file.stem for file in CASES.glob("*.json")))
    return Floors(cases, data.get("digest", ""), data["floors"], data["highest"])


def digest_of(cases: Iterable[str]) -> str:
    """Return a fingerprint of the cases' files."""
    files = ((CASES / f"{case}.json").read_bytes() for case in cases)
    return hashlib.sha256(b"".join(hashlib.sha256(data).digest() for data in files)).hexdigest()[:16]


def measure(cases: Iterable[Path]) -> tuple[Tally, list[str]]:
    """Run and score some cases; return the tally and a line for every report and every miss."""
    tally, lines = Tally(), list[str]()
    for path in cases:
        case = load_case(path)
        lines += score(case, *run_case(case), tally)
    return tally, lines


def pin(name: str, figures: dict[str, float], lower: bool, path: Path = FLOORS) -> list[str]:
    """Raise the floors to the figures, rounded down; lower them only when told to. Return what was lowered."""
    data = json.loads(path.read_text(encoding="utf-8"))
    floors, highest = data[name]["floors"], data[name]["highest"]
    lowered = []
    for figure in sorted(figures):
        new, old = math.floor(figures[figure] * 100) / 100, floors.get(figure, 0.0)
        if new < old and lower:
            lowered.append(lowering(figure, highest[figure], new))
        floors[figure] = new if lower else max(new, old)
        highest[figure] = max(highest.get(figure, 0.0), floors[figure])
    if data[name].get("cases"):
        data[name]["digest"] = digest_of(data[name]["cases"])
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    return lowered


def lowering(name: str, highest: float, floor: float) -> str:
    """Return the line that the CHANGELOG must have for a floor below its highest."""
    return f"Quality floor lowered: {name} {highest:.2f} → {floor:.2f}"


def main() -> int:
    """Measure the cases and hold the figures against the floors, or pin the floors to the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description=main.__doc__)
    parser.add_argument("set", choices=["fast", "unseen", "all"], nargs="?", default="all")
    parser.add_argument("--details", action="store_true", help="print every report with its verdict, and every miss")
    parser.add_argument("--pin", action="store_true", help="raise the floors to the figures")
    parser.add_argument("--lower", action="store_true", help="with --pin: lower floors too, which the CHANGELOG names")
    options = parser.parse_args()
    floors = load_floors(options.set)
    tally, lines = measure(CASES / f"{case}.json" for case in floors.cases)
    figures = tally.figures()
    print("\n".join([*(lines if options.details else ()), *(f"{name:<34} {n:.3f}" for name, n in figures.items())]))
    if options.pin:
        print("\n".join(pin(options.set, figures, options.lower)))
        return 0
    short = floors.short_of(figures)
    print("\n".join(["below the floor:", *short]) if short else "every floor is reached")
    return bool(short)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


if __name__ == "__main__":
    sys.exit(main())
