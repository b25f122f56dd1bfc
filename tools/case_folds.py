"""What the engine finds in labelled cases by cross-validation: `python -m tools.case_folds [CASE.json or folder ...]`.

The cases are split into folds. For each, the calibrated trees are fitted on the candidate pairs of the other folds, and
its own articles go through the pipeline one by one, at every threshold asked for. The judge and the screen are those
that ship: give cases that the judge has not read. Prints a line for each fold, then for all. Needs `[train]`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from monitor.config import parse_config
from monitor.conflicts.calibration import Calibration, bundled
from monitor.conflicts.engine import ConflictEngine
from monitor.conflicts.pairs import FEATURES
from monitor.model import Claim
from monitor.ports import PairScorer
from tests.quality import CASES, Tally, load_case, score
from tools.ablate import Remembered, Variant, found_in
from tools.figures import files
from tools.judge_data import Case, fold_of, load_cases
from tools.opinions import remembering

THRESHOLDS = (0.26, 0.28, 0.31)


def main() -> int:
    """Print the figures of every fold and threshold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--threshold", type=float, action="append", default=[], metavar="P")
    parser.add_argument("--opinions", type=Path, metavar="FILE", help="keep what the judge says here")
    parser.add_argument("cases", nargs="*", type=Path, default=[CASES])
    options = parser.parse_args()
    paths = {path.stem: path for path in files(options.cases)}
    scorer, thresholds = remembering(options.opinions), options.threshold or list(THRESHOLDS)
    whole = {threshold: Tally() for threshold in thresholds}
    for name, held, model in fitted(load_cases(paths.values()), scorer, options.folds):
        part = {threshold: Tally() for threshold in thresholds}
        for case in held:
            for threshold in thresholds:
                engine = ConflictEngine(scorer, replace(model, threshold=threshold))
                run(paths[case.id], case.claims, engine, (part[threshold], whole[threshold]))
        print_figures(name, part)
    print_figures("all", whole)
    return 0


def fitted(cases: Sequence[Case], scorer: PairScorer, folds: int) -> Iterator[tuple[str, list[Case], Calibration]]:
    """Yield each fold's name and cases with a model fitted on the pairs of the others."""
    from tools.judge_calibration import examples, fit

    ships = bundled("with-judge")
    rows = examples(cases, scorer, bundled("screen"))
    for fold in range(folds):
        held = [case for case in cases if fold_of(case.id, folds) == fold]
        seen = [row for row in rows if fold_of(row.case, folds) != fold]
        if held:
            yield f"fold {fold}", held, fit(seen, FEATURES, f"fold {fold}", ships.threshold, ships.joins)


def run(path: Path, claims: Sequence[Claim], engine: ConflictEngine, tallies: Sequence[Tally]) -> None:
    """Take a case's articles in one by one, as tagged before, and add what is found to the tallies."""
    case = load_case(path)
    read: dict[str, list[Claim]] = {article.id: [] for article in case.articles}
    for claim in claims:
        read[claim.article].append(claim)
    conflicts = found_in(case, parse_config(case.config), Remembered(read), Variant(engine))
    for tally in tallies:
        list(score(case, claims, conflicts, tally))


def print_figures(name: str, tallies: Mapping[float, Tally]) -> None:
    """Print a line for each threshold."""
    for threshold, tally in tallies.items():
        found = tally.figures()
        shown = ("precision", "recall", "recall easy", "not repeated", "traps avoided")
        values = "  ".join(f"{key} {found[key]:.2f}" for key in shown if key in found)
        print(f"{name:<7} at {threshold:.2f}: {tally.right} of {tally.reported} right  {values}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
