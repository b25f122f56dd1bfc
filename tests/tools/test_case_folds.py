"""Labelled cases by folds: what is found in a case counts for its fold and for all."""

from __future__ import annotations

import pytest

from monitor.conflicts.engine import ConflictEngine
from tests.fakes.scorer import a_plain_model
from tests.quality import CASES, Tally
from tools.case_folds import print_figures, run
from tools.judge_data import load_case

CASE = CASES / "al-ahli-hospital-2023.json"


def test_what_is_found_in_a_case_counts_for_its_fold_and_for_all(capsys: pytest.CaptureFixture[str]) -> None:
    part, whole = Tally(), Tally()

    run(CASE, load_case(CASE).claims, ConflictEngine(model=a_plain_model()), (part, whole))
    print_figures("fold 0", {0.5: part})

    assert part.reported == whole.reported > 0
    assert capsys.readouterr().out.startswith(f"fold 0  at 0.50: {part.right} of {part.reported} right  precision ")
