"""The small calibrated model over named features: gradient-boosted trees, read from JSON, evaluated in plain Python.

The trees are trained by `tools/train_judge.py` (scikit-learn's histogram gradient boosting, after Friedman 2001, and
Platt scaling on held-out cases). The file is data: `{"features": […], "bias": b, "scale": [a, c], "trees": [[node…]…]}`
with a node either `[value]` or `[feature, threshold, left, right, missing_left]`.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from monitor.errors import ModelError

Node = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A trained model: `probability(features)` is the share of such pairs that are conflicts.

    `threshold` is the least probability that opens a dispute, `joins` the least that adds to one.
    """

    name: str
    features: tuple[str, ...]
    bias: float
    scale: tuple[float, float]
    trees: tuple[tuple[Node, ...], ...]
    threshold: float
    joins: float

    def probability(self, values: dict[str, float]) -> float:
        """Return the calibrated probability, 0 to 1, of a pair with these features."""
        row = self._row(values)
        return self._squash(self.bias + sum(_leaf(tree, row) for tree in self.trees))

    def contributions(self, values: dict[str, float]) -> dict[str, float]:
        """Return how far each feature moved the log-odds on this pair's own paths (after Saabas 2014)."""
        row, moved = self._row(values), dict.fromkeys(self.features, 0.0)
        for tree in self.trees:
            here, mean = 0, _mean(tree, 0)
            while len(tree[here]) > 1:
                name = self.features[int(tree[here][0])]
                here = _step(tree[here], row)
                moved[name] += _mean(tree, here) - mean
                mean = _mean(tree, here)
        return {name: value * self.scale[0] for name, value in moved.items() if value}

    def _row(self, values: dict[str, float]) -> list[float]:
        return [values.get(name, math.nan) for name in self.features]

    def _squash(self, score: float) -> float:
        exponent = self.scale[0] * score + self.scale[1]
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, exponent))))


def _step(node: Node, row: list[float]) -> int:
    value = row[int(node[0])]
    left = bool(node[4]) if math.isnan(value) else value <= node[1]
    return int(node[2] if left else node[3])


def _leaf(tree: tuple[Node, ...], row: list[float]) -> float:
    here = 0
    while len(tree[here]) > 1:
        here = _step(tree[here], row)
    return tree[here][0]


@lru_cache(maxsize=65536)
def _mean(tree: tuple[Node, ...], node: int) -> float:
    """The unweighted mean of the leaves below a node: enough to say which way a split pushed."""
    if len(tree[node]) == 1:
        return tree[node][0]
    return (_mean(tree, int(tree[node][2])) + _mean(tree, int(tree[node][3]))) / 2


def parse_calibration(data: dict[str, Any]) -> Calibration:
    """Check and build a model; raise ModelError when the data is of another shape."""
    try:
        trees = tuple(tuple(tuple(float(part) for part in node) for node in tree) for tree in data["trees"])
        scale = (float(data["scale"][0]), float(data["scale"][1]))
        opens = float(data["threshold"])
        joins = float(data.get("joins", opens))
        return Calibration(str(data["name"]), tuple(data["features"]), float(data["bias"]), scale, trees, opens, joins)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelError("not-a-calibration", str(error)) from error


@lru_cache(maxsize=3)
def bundled(name: str) -> Calibration:
    """Return a model shipped with the package: `with-judge`, `rules-only`, or `screen` (what is worth a judge)."""
    file = resources.files("monitor.conflicts").joinpath("models", f"{name}.json")
    try:
        return parse_calibration(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ModelError("unreadable", str(error), name) from error
