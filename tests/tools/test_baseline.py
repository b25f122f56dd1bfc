"""The naive baseline: what a comparison of numbers and verbs alone would report."""

from __future__ import annotations

from monitor.model import ConflictKind
from tests.fakes.claims import Said, claim
from tools.baseline import contradictions, reports

MINISTRY, MAYOR = claim().by("health ministry"), claim().in_("Coast Radio").by("the mayor")


def about(*said: Said) -> list[str]:
    return [pair.about for pair in contradictions([one.claim for one in said])]


def test_two_numbers_of_one_noun_in_a_day_are_reported() -> None:
    (report,) = reports(contradictions([MINISTRY.killed(12).claim, MAYOR.killed(15).claim]))

    assert report.kind is ConflictKind.COUNT and [side.answer for side in report.positions] == ["12", "15"]


def test_it_does_not_see_that_a_toll_grew_or_counts_something_else() -> None:
    assert about(MINISTRY.killed(12), MAYOR.killed(15).after(9)) == ["peopl"]
    assert about(MINISTRY.killed(12), MAYOR.wounded(15)) == ["peopl"]


def test_opposed_verbs_are_reported() -> None:
    assert about(MINISTRY.held("captured"), MAYOR.held("repelled")) == ["verbs"]


def test_other_days_regions_and_one_speaker_are_not() -> None:
    assert about(MINISTRY.killed(12), MAYOR.killed(15).after(30)) == []
    assert about(MINISTRY.killed(12), MAYOR.killed(15).having(region="Benghazi")) == []
    assert about(MINISTRY.killed(12), MINISTRY.killed(15)) == []
