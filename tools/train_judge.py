"""Train the judge and its calibrations from labelled pairs and cases; see docs/design.md for the recipe and figures.

Steps, each a command that reads what the one before left in `--work`:
    warm   all-mpnet-base-v2 (Apache-2.0; a folder given by `--base`) reads general inference pairs once → `warm`
    tune   a cross-encoder in three stages → `first`, `second`, `final`: the first two without the group held out,
           the second and third with hard negatives that the stage before took for conflicts
    trees  three calibrations of named features, on the cases held out, with the opinions of `second`; where
           there is none, with those of the judge that ships, which must not have read these cases
    report AUC and recall at fixed precision of `second` on the pairs held out
    export `final` as 8-bit ONNX where the daemon looks for it
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from monitor.conflicts.pairs import FEATURES
from monitor.ports import PairScorer
from tools.judge_data import Case, fold_of, load_cases
from tools.judge_rows import Row, candidates, case_rows, mined, pair_rows, places_of, told

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "monitor" / "conflicts" / "models"
JUDGE = ROOT / "monitor" / "adapters" / "models" / "judge"
HARD, CHANCE = (3000, 5000), (900, 1000)  # negatives mined for the second stage and for the final one
THIRDS = 3  # without `--held`, every third case is held out


def main() -> int:
    """Run one step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("warm", "tune", "trees", "report", "export"))
    parser.add_argument("--work", type=Path, default=Path("build/judge"), help="where models in the making lie")
    parser.add_argument("--base", type=Path, help="the folder of all-mpnet-base-v2")
    parser.add_argument("--inference", type=Path, nargs="*", default=[], help="general inference pairs, CSV")
    parser.add_argument("--pairs", type=Path, nargs="*", default=sorted((ROOT / "tests" / "pairs").glob("*.jsonl")))
    parser.add_argument("--cases", type=Path, nargs="*", default=[ROOT / "tests" / "cases"], help="folders and files")
    parser.add_argument("--held", type=Path, nargs="*", default=[], help="folders and files of the cases held out")
    parser.add_argument("--models", type=Path, default=MODELS, help="where calibrations go")
    parser.add_argument("--out", type=Path, default=JUDGE, help="where the exported judge goes")
    options = parser.parse_args()
    {"warm": _warm, "tune": _tune, "trees": _trees, "report": _report, "export": _export}[options.step](options)
    return 0


def _warm(options: argparse.Namespace) -> None:
    from tools import judge_training

    if options.base is None:
        raise SystemExit("warm needs --base, the folder of all-mpnet-base-v2")
    share = judge_training.warm_up(str(options.base), options.inference, options.work / "warm")
    print(f"inference accuracy on 600 pairs held back: {share:.3f}")


def _tune(options: argparse.Namespace) -> None:
    from tools import judge_training as training

    cases, held = _split(options)
    unseen = [case for case in cases if case.id in held]
    pairs, cut = pair_rows(sorted(options.pairs), places_of(unseen)), case_rows(cases, held)
    first, second, final = (options.work / name for name in ("first", "second", "final"))
    training.tune(str(options.work / "warm"), _seen([*pairs, *cut]), first, training.FIRST)
    hard = _mined([case for case in cases if case.id not in held], training.TorchScorer(first), 0, held)
    training.tune(str(first), _seen([*pairs, *told(cut), *hard]), second, training.SECOND)
    hard = _mined(cases, training.TorchScorer(second), 1, held)
    training.tune(str(second), [*pairs, *told(cut), *hard], final, training.FINAL)


def _trees(options: argparse.Namespace) -> None:
    from tools.judge_calibration import SCREEN, STRUCTURE, examples, fit, out_of_fold, reliability, save

    cases, held = _split(options)
    rows = examples([case for case in cases if case.id in held], _second(options.work))
    models = (
        ("with-judge", FEATURES, 0.28, 0.1), ("rules-only", STRUCTURE, 0.2, 0.12), ("screen", SCREEN, 0.037, 0.037),
    )  # fmt: skip
    for name, names, opens, joins in models:
        model = fit(rows, names, name, opens, joins)
        save(model, options.models / f"{name}.json")
        scores, labels = out_of_fold(rows, names)
        print(f"{name}: {len(rows)} pairs, {labels.mean():.3f} of them conflicts, {_figures(scores, labels)}")
        for line in reliability(scores, labels, model.scale):
            print("  {}: {} pairs, said {:.2f}, were {:.2f}".format(*line))


def _second(work: Path) -> PairScorer:
    from monitor.adapters.judge import OnnxScorer

    if not (work / "second").exists():
        return OnnxScorer()
    from tools.judge_training import TorchScorer

    return TorchScorer(work / "second")


def _report(options: argparse.Namespace) -> None:
    from tools.judge_training import TorchScorer

    cases, held = _split(options)
    rows = pair_rows(sorted(options.pairs), places_of(case for case in cases if case.id in held))
    rows = [row for row in rows if row.held]
    found: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    shares = TorchScorer(options.work / "second").judge_texts([row.worded for row in rows])
    for row, share in zip(rows, shares, strict=True):
        for group in ("all", f"kind {row.kind}", f"against {row.tag}" if row.tag != "conflict" else ""):
            found[group].append((share[0], row.tag == "conflict"))
    conflicts = [(score, label) for score, label in found["all"] if label]
    for group, items in sorted(found.items()):
        if group:
            pool = items + (conflicts if group.startswith("against") else [])
            print(f"{group}: {_figures([s for s, _ in pool], [int(y) for _, y in pool])}")


def _export(options: argparse.Namespace) -> None:
    from tools import judge_export

    print(f"{judge_export.export(options.work / 'final', options.out) / 1e6:.0f} MB")


def _split(options: argparse.Namespace) -> tuple[list[Case], frozenset[str]]:
    """Return all cases, and the ids of those held out."""
    held = load_cases(options.held)
    known = {case.id for case in held}
    cases = held + [case for case in load_cases(options.cases) if case.id not in known]
    return cases, frozenset(known or {case.id for case in cases if fold_of(case.id, THIRDS) == 0})


def _mined(cases: Iterable[Case], scorer: Any, number: int, held: frozenset[str]) -> list[Row]:
    pairs = [(case, pair) for case in cases for pair in candidates(case, scorer)]
    return mined(pairs, HARD[number], CHANCE[number], held)


def _seen(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if not row.held]


def _figures(scores: Any, labels: Any) -> str:
    import numpy as np
    from sklearn.metrics import average_precision_score, roc_auc_score

    if len(set(labels)) < 2:
        return f"all of one kind (n={len(labels)})"
    order = np.argsort(-np.asarray(scores))
    ranked = np.asarray(labels)[order]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    recall = np.cumsum(ranked) / max(1, ranked.sum())
    at = {least: max(recall[precision >= least], default=0.0) for least in (0.8, 0.9)}
    return (
        f"AUC {roc_auc_score(labels, scores):.3f}, average precision {average_precision_score(labels, scores):.3f}, "
        f"recall at precision 0.8: {at[0.8]:.2f}, at 0.9: {at[0.9]:.2f} (n={len(ranked)})"
    )


if __name__ == "__main__":
    sys.exit(main())
