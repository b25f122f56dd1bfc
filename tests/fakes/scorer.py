"""A judge of pairs that says what it was told to say, and a calibrated model made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.conflicts.calibration import Calibration, parse_calibration
from monitor.conflicts.wording import LABELS
from monitor.model import Claim
from monitor.text.words import content, overlap

Shares = tuple[float, float, float, float, float]
_UNSURE: Shares = (0.2, 0.2, 0.2, 0.2, 0.2)


@dataclass
class FakeScorer:
    """Judges by rules, first match wins: words of one side, words of the other, label. Nearness is shared words."""

    rules: tuple[tuple[str, str, Shares], ...] = ()
    near: float | None = None
    name: str = "fake"

    def reading(self, one: str, other: str, label: str, share: float = 0.9) -> FakeScorer:
        """Give `label` this share of a pair whose quotes hold these words, in either order."""
        rest = (1 - share) / (len(LABELS) - 1)
        first, second, third, fourth, fifth = (share if name == label else rest for name in LABELS)
        return FakeScorer((*self.rules, (one, other, (first, second, third, fourth, fifth))), self.near)

    def nearness(self, left: Sequence[Claim], right: Sequence[Claim]) -> list[list[float]]:
        """Return the share of common words, or the fixed figure."""
        return [[self._near(a, b) for b in right] for a in left]

    def judge(self, pairs: Sequence[tuple[Claim, Claim]]) -> list[Shares]:
        """Return what the first matching rule says, else no opinion."""
        return [self._judged(a.quote, b.quote) for a, b in pairs]

    def _near(self, a: Claim, b: Claim) -> float:
        return overlap(content(a.sentence), content(b.sentence)) if self.near is None else self.near

    def _judged(self, a: str, b: str) -> Shares:
        for one, other, shares in self.rules:
            if (one in a and other in b) or (one in b and other in a):
                return shares
        return _UNSURE


def a_scorer() -> FakeScorer:
    """Return a judge without opinions, to be told some with `reading`."""
    return FakeScorer()


@dataclass(frozen=True)
class HandModel:
    """A model in the making: a sum of steps, each on one feature, over a bias in log-odds."""

    steps: tuple[tuple[str, float, float], ...] = ()
    bias: float = -3.0
    threshold: float = 0.5
    joins: float | None = None

    def when(self, feature: str, above: float, adds: float) -> HandModel:
        """Add to the log-odds of pairs whose feature lies above a figure; unknown features add nothing."""
        return replace(self, steps=(*self.steps, (feature, above, adds)))

    def joining_from(self, joins: float) -> HandModel:
        """Let pairs of this probability add to a dispute that another pair opened."""
        return replace(self, joins=joins)

    @property
    def model(self) -> Calibration:
        """The finished model."""
        names = list(dict.fromkeys(feature for feature, _, _ in self.steps))
        trees = [[[names.index(name), above, 1, 2, 1], [0.0], [adds]] for name, above, adds in self.steps]
        data = {"name": "by hand", "features": names, "bias": self.bias, "scale": [1, 0], "trees": trees}
        joins = self.threshold if self.joins is None else self.joins
        return parse_calibration({**data, "threshold": self.threshold, "joins": joins})


def a_model() -> HandModel:
    """Return a model that finds nothing, to be told steps with `when`."""
    return HandModel()


def a_plain_model() -> Calibration:
    """Return a model of common sense: apart figures of one measure, opposite words, denials, a sure judge."""
    return (
        a_model()
        .when("apart", 0.5, 5.0)
        .when("opposed", 0.5, 5.0)
        .when("judge_conflict", 0.7, 5.0)
        .when("subsets", 0.5, -9.0)
        .when("increments", 0.5, -9.0)
        .when("complements", 0.5, -9.0)
        .when("background", 0.5, -9.0)
        .when("times_apart", 0.5, -9.0)
        .when("periods", 0.5, -9.0)
        .model
    )
