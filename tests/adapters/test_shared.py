"""What the judge said is shared by processes, and nothing depends on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import redis

from monitor.adapters.shared import HOUR, SharedScorer
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

    embedded: list[str] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> list[Any]:
        """Return vectors that tell texts apart."""
        self.embedded += texts
        return [np.array([1.0, len(text) / 3], dtype=np.float32) for text in texts]

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


def test_vectors_are_shared_as_well(valkey: Valkey) -> None:
    first, second = CountingJudge(), CountingJudge()
    left, right = [pair[0] for pair in PAIRS[:1]], [pair[1] for pair in PAIRS]
    said = SharedScorer(first, valkey.url).nearness(left, right)
    assert SharedScorer(second, valkey.url).nearness(left, right) == said and len(said[0]) == len(PAIRS)
    assert len(first.embedded) == 1 + 1 + len(PAIRS) and len(second.embedded) == 1  # the probe


def test_a_pair_asked_for_twice_at_once_is_read_once(valkey: Valkey) -> None:
    judge = CountingJudge()
    assert len(SharedScorer(judge, valkey.url).judge([PAIRS[0], PAIRS[0]])) == 2 and asked(judge) == 1


def test_what_others_read_meanwhile_is_not_read_again(valkey: Valkey) -> None:
    other, pairs = CountingJudge(), [(a_claim("c1"), a_claim("c2", quote=f"They lost {n} villages")) for n in range(20)]

    class Slow(CountingJudge):
        """Takes so long over its first few pairs that the other process is done with all of them."""

        def judge_texts(self, texts: Sequence[tuple[str, str]]) -> list[Shares]:
            if len(self.asked) == 1:
                SharedScorer(other, valkey.url).judge(pairs)
            return super().judge_texts(texts)

    slow = Slow()
    said = SharedScorer(slow, valkey.url).judge(pairs)
    assert said == SharedScorer(other, valkey.url).judge(pairs)
    assert asked(other) > asked(slow) == 4


def test_another_judge_is_not_answered_for(valkey: Valkey) -> None:
    SharedScorer(CountingJudge(), valkey.url).judge(PAIRS)
    other = CountingJudge(bias=0.2)
    assert SharedScorer(other, valkey.url).judge(PAIRS)[0][0] == 0.2 and asked(other) == len(PAIRS)


def test_no_opinion_stays_for_good(valkey: Valkey) -> None:
    SharedScorer(CountingJudge(), valkey.url).judge(PAIRS)
    with redis.Redis(port=valkey.port) as client:
        assert all(0 < int(client.ttl(key)) <= 6 * HOUR for key in client.keys("counterclaim:opinion:*"))


def test_a_broker_that_is_away_or_full_costs_nothing_but_the_reading(valkey: Valkey) -> None:
    judges = [CountingJudge() for _ in range(3)]
    said = [SharedScorer(judges[0], valkey.url).judge(PAIRS)]
    with redis.Redis(port=valkey.port) as client:
        client.flushall()
        client.config_set("maxmemory", "1")  # noeviction: writing is refused
    said += [SharedScorer(judges[1], valkey.url).judge(PAIRS)]
    valkey.crash()
    said += [SharedScorer(judges[2], valkey.url).judge(PAIRS)]
    assert said[1:] == said[:-1] and [asked(judge) for judge in judges] == [len(PAIRS)] * 3


def test_a_broker_that_is_away_is_tried_once_and_not_for_every_few(valkey: Valkey) -> None:
    calls = list[int]()

    class Noting(CountingJudge):
        """Keeps how many pairs it was given at once."""

        def judge_texts(self, texts: Sequence[tuple[str, str]]) -> list[Shares]:
            calls.append(len(texts))
            return super().judge_texts(texts)

    scorer = SharedScorer(Noting(), valkey.url)
    valkey.crash()
    scorer.judge([(a_claim("c1"), a_claim("c2", quote=f"They lost {n} villages")) for n in range(20)])
    assert calls == [1, 20]  # the probe, then all in one go


def test_a_process_does_not_ask_for_what_it_knows(valkey: Valkey) -> None:
    judge = CountingJudge()
    scorer = SharedScorer(judge, valkey.url)
    said = scorer.judge(PAIRS)
    valkey.crash()
    assert scorer.judge(PAIRS) == said and asked(judge) == len(PAIRS)


def test_nothing_to_judge_asks_nobody(valkey: Valkey) -> None:
    valkey.crash()
    assert SharedScorer(CountingJudge(), valkey.url).judge([]) == []
