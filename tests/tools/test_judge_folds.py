"""The figures by which the judge is measured on pairs, on scores whose figures are known by hand."""

from __future__ import annotations

import math

import pytest

from tools.judge_folds import auc, groups, naive, recall_at
from tools.judge_rows import Row


def a_row(id: str, first: str, second: str, label: str = "conflict", kind: str = "count") -> Row:
    """A worded pair with its label."""
    worded = (f"Derna | first | mayor: {first}", f"Derna | same day | outlet: {second}")
    return Row(id, worded, worded[::-1], (0,), 1.0, label, kind, False)  # type: ignore[arg-type]


def test_auc_is_the_chance_that_a_conflict_stands_above_another_pair() -> None:
    assert auc([(0.9, True), (0.8, False), (0.7, True), (0.1, False)]) == pytest.approx(3 / 4)
    assert auc([(0.5, True), (0.5, False)]) == 0.5
    assert math.isnan(auc([(0.5, True)]))


def test_recall_is_taken_where_the_precision_is_last_kept() -> None:
    scored = [(0.9, True), (0.8, True), (0.7, False), (0.6, True), (0.5, True), (0.4, False), (0.3, False)]
    assert recall_at(scored, 0.8) == 1.0  # four of the first five
    assert recall_at(scored, 0.9) == 0.5
    assert recall_at([(0.9, False)], 0.8) != recall_at([(0.9, True)], 0.8) == 1.0


def test_pairs_with_one_score_are_reported_together() -> None:
    assert recall_at([(1.0, True), (1.0, False), (0.0, True)], 0.8) == 0.0


def test_the_baseline_sees_numbers_and_opposed_verbs_and_no_more() -> None:
    assert naive(a_row("r1", "12 people died", "15 people died")) == 1.0
    assert naive(a_row("r2", "troops captured the town", "troops were driven out")) == 1.0
    assert naive(a_row("r3", "12 people died", "12 people died in the flood")) == 0.0
    assert naive(a_row("r4", "the dam was old", "nobody had looked at it")) == 0.0


def test_every_other_label_is_held_against_all_conflicts() -> None:
    rows = [a_row("r1", "a", "b"), a_row("r2", "a", "c", "update", "status"), a_row("r3", "a", "d", "agree")]
    found = {name: [row.id for row in chosen] for name, chosen in groups(rows).items()}
    assert found == {
        "against agree": ["r3", "r1"], "against update": ["r2", "r1"], "all": ["r1", "r2", "r3"],
        "kind count": ["r1", "r3"], "kind status": ["r2"],
    }  # fmt: skip
