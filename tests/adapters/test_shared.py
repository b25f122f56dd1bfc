"""What the judge said is shared by processes, and nothing depends on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
import redis

from monitor.adapters.shared import SharedScorer
from monitor.model import Claim
from tests.fakes.servers import Valkey
from tests.fakes.values import a_claim

Shares = tuple[float, float, float, float, float]
PAIRS = [(a_claim("c1", quote="Troops hold it"), a_claim("c2", quote=f"They lost {n} villages")) for n in range(3)]


@dataclass
class CountingJudge:
    """A judge by the length of texts, that keeps what it was asked; `bias` makes it another judge."""

    bias: float = 0.1
    name: str = "judge:counting"
    asked: list[tuple[str, str]] = field(default_factory=list)

    def nearness(self, left: Sequence[Claim], right: Sequence[Claim]) -> list[list[float]]:
        """Return the same for all."""
        return [[0.5 for _ in right] for _ in left]

    def judge_texts(self, texts: Sequence[tuple[str, str]]) -> list[Shares]:
        """Return shares that tell texts apart, which no single precision could hold."""
        self.asked += texts
        return [(self.bias, 1 / 3, len(first) / 1e9, len(second) / 1e9, 0.0) for first, second in texts]


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A broker."""
    with Valkey() as server:
        yield server


def asked(judge: CountingJudge) -> int:
    """Return how many pairs it read, after the one by which it is known."""
    return len(judge.asked) - 1


def test_what_one_process_read_another_knows_to_the_last_digit(valkey: Valkey) -> None:
    first, second = CountingJudge(), CountingJudge()
    said = SharedScorer(first, valkey.url).judge(PAIRS[:2])
    heard = SharedScorer(second, valkey.url).judge(PAIRS)
    assert heard[:2] == said
    assert (asked(first), asked(second)) == (2, 1)


def test_a_pair_asked_for_twice_at_once_is_read_once(valkey: Valkey) -> None:
    judge = CountingJudge()
    assert len(SharedScorer(judge, valkey.url).judge([PAIRS[0], PAIRS[0]])) == 2 and asked(judge) == 1


def test_another_judge_is_not_answered_for(valkey: Valkey) -> None:
    SharedScorer(CountingJudge(), valkey.url).judge(PAIRS)
    other = CountingJudge(bias=0.2)
    assert SharedScorer(other, valkey.url).judge(PAIRS)[0][0] == 0.2 and asked(other) == len(PAIRS)


def test_no_opinion_stays_for_good(valkey: Valkey) -> None:
    SharedScorer(CountingJudge(), valkey.url).judge(PAIRS)
    with redis.Redis(port=valkey.port) as client:
        assert all(0 < int(client.ttl(key)) <= 6 * 3600 for key in client.keys("counterclaim:opinion:*"))


def test_a_broker_that_is_away_or_full_costs_nothing_but_the_reading(valkey: Valkey) -> None:
    judge = CountingJudge()
    scorer = SharedScorer(judge, valkey.url)
    with redis.Redis(port=valkey.port) as client:
        client.config_set("maxmemory", "1")  # noeviction: writing is refused
    full = scorer.judge(PAIRS)
    valkey.crash()
    assert scorer.judge(PAIRS) == full and asked(judge) == 2 * len(PAIRS)


def test_nothing_to_judge_asks_nobody(valkey: Valkey) -> None:
    valkey.crash()
    assert SharedScorer(CountingJudge(), valkey.url).judge([]) == []
