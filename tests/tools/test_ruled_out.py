"""What the rules forbid is counted against what cases label."""

from __future__ import annotations

from tests.fakes.claims import claim
from tools.judge_data import Case
from tools.ruled_out import ALL, ruled_out

LOW, HIGH = claim().by("health ministry").killed(12).claim, claim().in_("Coast Radio").by("the mayor").killed(15).claim
HURT = claim().in_("City News").by("the army").wounded(40).claim


def test_a_conflict_whose_only_pair_is_forbidden_is_told() -> None:
    sides = {LOW.id: {("c1", 0), ("c2", 0)}, HIGH.id: {("c1", 1)}, HURT.id: {("c2", 1)}}
    case = Case("derna", {"traps": []}, [LOW, HIGH, HURT], {}, sides)

    found = ruled_out([case])

    assert found[ALL].conflicts == {("derna", "c1"): 1, ("derna", "c2"): 1}
    assert found["they measure different things"].conflicts == {("derna", "c2"): 1}
    assert found["they measure different things"].tags == {"conflict": 1, "other": 1}
