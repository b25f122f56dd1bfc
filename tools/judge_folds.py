"""How well the judge's recipe reads pairs that it has not seen, by cross-validation, beside the naive baseline.

`python -m tools.judge_folds --base FOLDER [--also FILE ...] PAIRS.jsonl ...` splits the pairs by place (pairs of one
place share sentences) into folds; for each, the cross-encoder of `tools.judge_training` starts anew from the base
model, reads the other folds, and scores this one. `--also` names more pairs to read, without those of its places.
Prints AUC and recall at precision 0.8 and 0.9, over all pairs, by kind, and against each other label. The recipe that
ships reads more (general inference, pairs cut from cases, hard negatives): what is printed is a floor. Needs `[train]`.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from monitor.conflicts.axes import opposed
from tools.judge_data import fold_of
from tools.judge_rows import Row, pair_rows

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
Scored = tuple[float, bool]


def main() -> None:
    """Run the folds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="+", help="the pairs that are scored, JSON Lines")
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="pairs that only train")
    parser.add_argument("--base", required=True, help="the folder of the base model")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--passes", type=float, default=2.0)
    parser.add_argument("--rate", type=float, default=4e-5)
    parser.add_argument("--frozen", type=int, default=3, help="the lowest layers that stay as they are")
    parser.add_argument("--work", type=Path, default=Path("build/judge"))
    options = parser.parse_args()
    rows = pair_rows(sorted(options.pairs))
    print_table(rows, _judged(rows, pair_rows(sorted(options.also)), options))


def _judged(rows: Sequence[Row], also: Sequence[Row], options: argparse.Namespace) -> dict[str, float]:
    """Return row id → share of conflict, each from a model that saw no pair of its place."""
    from tools import judge_training as training

    shares: dict[str, float] = {}
    stage = training.Stage(options.passes, options.rate, options.frozen)
    for fold in range(options.folds):
        held = [row for row in rows if _fold(row, options.folds) == fold]
        seen = [row for row in (*rows, *also) if _fold(row, options.folds) != fold]
        out = options.work / f"fold-{fold}"
        training.tune(options.base, seen, out, stage)
        read = training.TorchScorer(out).judge_texts([row.worded for row in held])
        shares |= {row.id: share[0] for row, share in zip(held, read, strict=True)}
        print_figures(f"fold {fold}, {len(seen)} pairs read", _scored(held, shares))
    return shares


def _fold(row: Row, folds: int) -> int:
    return fold_of(row.worded[0].partition("|")[0].lower(), folds)


def naive(row: Row) -> float:
    """Return 1 where the texts have different numbers or opposed verbs, else 0."""
    first, second = (set(_NUMBER.findall(text.rpartition("|")[2])) for text in row.worded)
    return float(bool(first and second and first != second) or opposed(*row.worded)[0] > 0)


def print_table(rows: Sequence[Row], shares: Mapping[str, float]) -> None:
    """Print the figures of the judge and of the baseline for every group of pairs."""
    baseline = {row.id: naive(row) for row in rows}
    for name, chosen in groups(rows).items():
        print_figures(name, _scored(chosen, shares))
        print_figures("    naive", _scored(chosen, baseline))


def groups(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return all rows, those of each kind, and the conflicts against each other label."""
    found: dict[str, list[Row]] = defaultdict(list)
    conflicts = [row for row in rows if row.tag == "conflict"]
    for row in rows:
        found["all"].append(row)
        found[f"kind {row.kind}"].append(row)
        if row.tag != "conflict":
            found[f"against {row.tag}"].append(row)
    return {name: chosen + (conflicts if name.startswith("against") else []) for name, chosen in sorted(found.items())}


def _scored(rows: Iterable[Row], shares: Mapping[str, float]) -> list[Scored]:
    return [(shares[row.id], row.tag == "conflict") for row in rows]


def print_figures(name: str, scored: Sequence[Scored]) -> None:
    """Print how many pairs there are, the AUC, and the recall at precision 0.8 and 0.9."""
    conflicts = sum(label for _, label in scored)
    at = [f"{recall_at(scored, least):.2f}" for least in (0.8, 0.9)]
    print(
        f"{name:<28}{len(scored):>6} pairs {conflicts:>5} conflicts  AUC {auc(scored):.3f}  recall {' / '.join(at)}",
        flush=True,
    )


def auc(scored: Sequence[Scored]) -> float:
    """Return the chance that a conflict scores above another pair, ties counted half (Mann & Whitney 1947)."""
    by_score: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for score, label in scored:
        by_score[score][label] += 1
    below = wins = 0.0
    for _, (others, conflicts) in sorted(by_score.items()):
        wins += conflicts * (below + others / 2)
        below += others
    pairs = below * (len(scored) - below)
    return wins / pairs if pairs else float("nan")


def recall_at(scored: Sequence[Scored], precision: float) -> float:
    """Return the highest recall at which at least this precision is kept."""
    best = right = reported = 0
    ranked = sorted(scored, key=lambda one: -one[0])
    for place, (score, label) in enumerate(ranked):
        right, reported = right + label, reported + 1
        whole = place + 1 == len(ranked) or ranked[place + 1][0] != score  # ties are reported together
        if whole and right / reported >= precision:
            best = right
    conflicts = sum(label for _, label in scored)
    return best / conflicts if conflicts else float("nan")


if __name__ == "__main__":
    main()
