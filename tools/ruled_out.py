"""What the rules that come before any model cost and save: `python -m tools.ruled_out [CASE.json or folder ...]`.

Every pair of claims of a labelled case is put to the rules. A line for each reason says how many pairs of opposite
positions of a labelled conflict it forbids, how many conflicts have no pair left for it alone, and how many traps,
restatements and unlabelled pairs it spares the judge.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from monitor.conflicts.compare import rule_out
from monitor.conflicts.pairs import Pair
from monitor.conflicts.questions import WINDOW, comparable
from tools.judge_data import Case, load_cases

TAGS = ("conflict", "trap", "same", "other")
Label = tuple[str, str]
ALL = "all pairs"


@dataclass
class Kills:
    """Pairs by tag, and the labelled conflicts (case, id) whose pairs they are."""

    tags: Counter[str] = field(default_factory=Counter)
    conflicts: Counter[Label] = field(default_factory=Counter)


def labels_of(case: Case, pair: Pair) -> set[Label]:
    """Return the labelled conflicts in which the two claims give opposite positions."""
    first, second = (case.sides.get(claim.id, set()) for claim in (pair.first, pair.second))
    return {(case.id, x[0]) for x in first for y in second if x[0] == y[0] and x[1] != y[1]}


def pairs_of(case: Case) -> Iterator[Pair]:
    """Yield every pair of a region's claims within the window of comparison."""
    for a, b in combinations(case.claims, 2):
        if comparable(a, b) and abs(a.published - b.published) <= WINDOW:
            yield Pair.of(a, b)


def ruled_out(cases: Iterable[Case]) -> dict[str, Kills]:
    """Return what each reason forbids; under `all pairs` what there was to forbid."""
    found: dict[str, Kills] = defaultdict(Kills)
    for case in cases:
        for pair in pairs_of(case):
            reason = rule_out(pair, case.copies)
            for name in (ALL, reason.value) if reason else (ALL,):
                found[name].tags[case.label(pair.first, pair.second)[0]] += 1
                found[name].conflicts.update(labels_of(case, pair))
    return dict(found)


def main() -> int:
    """Print a line for each reason."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", type=Path, default=[Path("tests/cases")])
    found = ruled_out(load_cases(parser.parse_args().cases))
    print(f"{'reason':<56}" + "".join(f"{tag:>9}" for tag in TAGS) + f"{'gone':>6}")
    for name, kills in sorted(found.items(), key=lambda item: -item[1].tags.total()):
        gone = sum(count == found[ALL].conflicts[label] for label, count in kills.conflicts.items())
        print(f"{name:<56}" + "".join(f"{kills.tags[tag]:>9}" for tag in TAGS) + f"{gone * (name != ALL):>6}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
