"""The calibrated trees over named features: trained on candidate pairs of labelled cases, written as JSON.

The cases are those that the cross-encoder has not seen, so that the trees learn how far to trust it on new news.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from monitor.conflicts.calibration import Calibration, parse_calibration
from monitor.conflicts.engine import ConflictEngine
from monitor.conflicts.pairs import FEATURES, Pair, features
from monitor.ports import PairScorer
from tools.judge_data import Case, fold_of
from tools.judge_rows import EVERYTHING

SCREEN = tuple(name for name in FEATURES if not name.startswith("judge_"))
STRUCTURE = tuple(name for name in SCREEN if name != "cosine")
_BINS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.01)


@dataclass(frozen=True, slots=True)
class Example:
    """One candidate pair of a case, with whether the case calls it a conflict, and its features."""

    case: str
    conflict: bool
    pair: Pair
    values: dict[str, float]


def examples(cases: Sequence[Case], scorer: PairScorer | None, screen: Calibration = EVERYTHING) -> list[Example]:
    """Return every candidate pair of every case as the engine itself would pick and read it."""
    engine, found = ConflictEngine(scorer, screen=screen), []
    for case in cases:
        for pair in engine.pairs(case.claims, [], case.copies):
            conflict = case.label(pair.first, pair.second)[0] == "conflict"
            found.append(Example(case.id, conflict, pair, features(pair)))
    return found


def fit(
    rows: Sequence[Example], names: Sequence[str], name: str, threshold: float, joins: float | None = None
) -> Calibration:
    """Train the trees on all rows and scale them on predictions out of fold (Platt 1999)."""
    scores, labels = out_of_fold(rows, names)
    scale = LogisticRegression(C=1e6).fit(scores.reshape(-1, 1), labels)
    trees = _trees(rows, names)
    data = as_json(trees, names, name, threshold, (float(scale.coef_[0][0]), float(scale.intercept_[0])))
    return parse_calibration(data | {"joins": threshold if joins is None else joins})


def out_of_fold(rows: Sequence[Example], names: Sequence[str], parts: int = 5) -> tuple[Any, Any]:
    """Return (log-odds, labels), each case scored by trees that saw none of its part."""
    labels = np.array([row.conflict for row in rows], dtype=int)
    part = np.array([fold_of(row.case + "#", parts) for row in rows])
    scores = np.zeros(len(rows))
    for number in range(parts):
        held = part == number
        if not held.any():
            continue
        trees = _trees([row for row, out in zip(rows, held, strict=True) if not out], names)
        scores[held] = trees.decision_function(_matrix([r for r, out in zip(rows, held, strict=True) if out], names))
    return scores, labels


def as_json(
    trees: Any, names: Sequence[str], name: str, threshold: float, scale: tuple[float, float]
) -> dict[str, Any]:
    """Write a trained booster in the form that `monitor.conflicts.calibration` reads."""
    return {
        "name": name,
        "features": list(names),
        "bias": float(trees._baseline_prediction.ravel()[0]),
        "scale": list(scale),
        "threshold": threshold,
        "trees": [[_node(node) for node in stage[0].nodes] for stage in trees._predictors],
    }


def save(model: Calibration, path: Path) -> None:
    """Write a model where the package looks for it."""
    data = {
        "name": model.name, "features": list(model.features), "bias": model.bias, "scale": list(model.scale),
        "threshold": model.threshold, "joins": model.joins,
        "trees": [[list(map(_short, node)) for node in tree] for tree in model.trees],
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")


def reliability(scores: Any, labels: Any, scale: tuple[float, float]) -> list[tuple[str, int, float, float]]:
    """Return (bin, pairs, mean probability, share of conflicts) of predictions out of fold."""
    shares = 1 / (1 + np.exp(-(scale[0] * scores + scale[1])))
    table = []
    for low, high in pairwise(_BINS):
        inside = (shares >= low) & (shares < high)
        if inside.any():
            table.append((f"{low:.1f}–{min(high, 1):.1f}", int(inside.sum()), float(shares[inside].mean()),
                          float(labels[inside].mean())))  # fmt: skip
    return table


def _trees(rows: Sequence[Example], names: Sequence[str]) -> Any:
    labels = np.array([row.conflict for row in rows], dtype=int)
    trees = HistGradientBoostingClassifier(
        max_iter=70, max_leaf_nodes=12, learning_rate=0.07, min_samples_leaf=25, l2_regularization=3.0, random_state=1
    )
    return trees.fit(_matrix(rows, names), labels)


def _matrix(rows: Sequence[Example], names: Sequence[str]) -> Any:
    return np.array([[row.values[name] for name in names] for row in rows])


def _node(node: Any) -> list[float]:
    if node["is_leaf"]:
        return [float(node["value"])]
    threshold = float(node["num_threshold"])
    split = threshold if math.isfinite(threshold) else 1e300
    return [int(node["feature_idx"]), split, int(node["left"]), int(node["right"]), int(node["missing_go_to_left"])]


def _short(value: float) -> float | int:
    return int(value) if float(value).is_integer() and abs(value) < 1e9 else round(value, 9)
