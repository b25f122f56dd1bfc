"""The bundled judge and embedder, as the daemon loads them."""

from __future__ import annotations

import pytest

from monitor.adapters.judge import OnnxScorer
from tests.fakes.claims import claim

MINISTRY, MAYOR = claim().by("health ministry"), claim().in_("Coast Radio").by("the mayor")
PAIR = (MINISTRY.killed(12), MAYOR.killed(15))
LONG = "the mayor said, standing in the rain before what was left of the covered market, that nobody at all was hurt, "
OTHERS = [
    (MINISTRY.killed(12), MAYOR.worded(LONG + "whatever the ministry says")),
    (MINISTRY.wounded(3), MAYOR.wounded(3)),
    (MINISTRY.held("captured"), MAYOR.held("repelled")),
    (MINISTRY.worded("Yes"), MAYOR.worded("No")),
]


def test_a_pair_has_the_same_shares_alone_and_among_others() -> None:
    """8-bit models scale their activations to the batch, so what stands beside a text must never matter."""
    alone = OnnxScorer().judge([(PAIR[0].claim, PAIR[1].claim)])[0]
    pairs = [*OTHERS[:2], PAIR, *OTHERS[2:]]

    among = OnnxScorer().judge([(a.claim, b.claim) for a, b in pairs])

    assert among[2] == alone


def test_a_sentence_has_the_same_nearness_alone_and_among_others() -> None:
    left, right = PAIR[0].claim, PAIR[1].claim
    others = [one.claim for pair in OTHERS for one in pair]

    alone = OnnxScorer().nearness([left], [right])[0][0]
    among = OnnxScorer().nearness([*others, left], [right, *others])[-1][0]

    assert among == alone


def test_shares_are_shares_and_stay_the_same_when_asked_again() -> None:
    scorer, pairs = OnnxScorer(), [(a.claim, b.claim) for a, b in (PAIR, *OTHERS)]

    first = scorer.judge(pairs)

    assert scorer.judge(pairs[::-1])[::-1] == first
    assert all(sum(shares) == pytest.approx(1) and min(shares) >= 0 for shares in first)


def test_a_plain_contradiction_is_more_of_one_than_a_restatement() -> None:
    low, high, same = MINISTRY.killed(12).claim, MAYOR.killed(15).claim, MAYOR.killed(12).claim

    clash, accord = OnnxScorer().judge([(low, high), (low, same)])

    assert clash[0] > accord[0] and accord[1] > clash[1]
