"""What a judge said is kept: another run asks only about what is new, another judge about everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from monitor.model import Claim
from tests.fakes.claims import claim
from tests.fakes.scorer import FakeScorer, Shares
from tools.opinions import Remembering

LOW, HIGH = claim().by("health ministry").killed(12).claim, claim().in_("Coast Radio").by("the mayor").killed(15).claim
OTHER = claim().in_("Gulf Post").by("the Red Crescent").killed(30).claim


@dataclass
class Counting(FakeScorer):
    """A judge that counts what it is asked."""

    asked: list[tuple[str, str]] = field(default_factory=list)

    def judge(self, pairs: Sequence[tuple[Claim, Claim]]) -> list[Shares]:
        self.asked += [(first.id, second.id) for first, second in pairs]
        return super().judge(pairs)


def a_judge() -> Counting:
    return Counting(FakeScorer().reading("12", "15", "conflict").rules)


def test_a_later_run_asks_only_about_what_is_new(tmp_path: Path) -> None:
    first, later = a_judge(), a_judge()
    said = Remembering(first, tmp_path / "opinions.db", "w1").judge([(LOW, HIGH)])

    again = Remembering(later, tmp_path / "opinions.db", "w1").judge([(LOW, OTHER), (LOW, HIGH)])

    assert again[1] == said[0] == first.judge([(LOW, HIGH)])[0]
    assert later.asked == [(LOW.id, OTHER.id)]


def test_a_judge_with_other_weights_is_asked_anew(tmp_path: Path) -> None:
    Remembering(a_judge(), tmp_path / "opinions.db", "w1").judge([(LOW, HIGH)])
    tuned = a_judge()

    Remembering(tuned, tmp_path / "opinions.db", "w2").judge([(LOW, HIGH)])

    assert tuned.asked == [(LOW.id, HIGH.id)]
