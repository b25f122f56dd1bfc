"""What the models said, shared by all reading processes through the broker, so that none reads what another has read.

A dispute that grows is decided anew with everything that stands in it; a process that did not read the earlier pairs
would have to, and more processes would do the same work more often: with two, a third more pairs and four fifths more
quotes. The broker is disposable, and so is this: where it has nothing or is away, the models read.
"""

from __future__ import annotations

import hashlib
import random
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import redis

from monitor.adapters.broker import client_of
from monitor.adapters.judge import CACHE, Recent, Shares, cosines
from monitor.conflicts.wording import wording
from monitor.model import Claim

HOUR = 3600  # seconds; disputes grow within hours
_AT_ONCE = 4  # pairs take 200 ms; asking for the rest again takes 0.2
_PREFIX = b"counterclaim:opinion:"
_PROBE = ("The bridge was open.", "The bridge was closed.")
_NUMBERS = struct.Struct("<5d")  # whole doubles: every process decides by the very same figures

K = TypeVar("K", bound="str | tuple[str, str]")
V = TypeVar("V")


class Models(Protocol):
    """What reads pairs and quotes."""

    name: str

    def embed(self, texts: Sequence[str]) -> list[Any]:
        """Return the vector of each text, of length 1 and in single precision."""
        ...

    def judge_texts(self, texts: Sequence[tuple[str, str]]) -> list[Shares]:
        """Return the shares of each worded pair."""
        ...


class SharedScorer:
    """A `PairScorer` over models that asks the broker first. `url` is the broker's."""

    def __init__(self, models: Models, url: str) -> None:
        self.name, client = models.name, client_of(url)
        # A pair takes some 150 bytes, a vector 1.6 kB.
        pairs = _Shelf[tuple[str, str], Shares](client, models.judge_texts, _PROBE, _write_shares, _NUMBERS.unpack, 6)
        vectors = _Shelf[str, Any](client, models.embed, _PROBE[0], _write_vector, _read_vector, 2)
        self._pairs, self._vectors = pairs, vectors

    def nearness(self, left: Sequence[Claim], right: Sequence[Claim]) -> list[list[float]]:
        """Return the cosine nearness of every left quote to every right one."""
        if not left or not right:
            return [[] for _ in left]
        return cosines(*(self._vectors.of([claim.quote for claim in side]) for side in (left, right)))

    def judge(self, pairs: Sequence[tuple[Claim, Claim]]) -> list[Shares]:
        """Return (conflict, agree, update, compatible, different) of each pair."""
        return self._pairs.of([wording(first, second) for first, second in pairs])


class _Shelf(Generic[K, V]):
    """One kind of answer: kept by this process, else by the broker for some hours, else read by the model."""

    def __init__(
        self,
        client: redis.Redis,
        model: Callable[[Sequence[K]], list[V]],
        probe: K,
        write: Callable[[V], bytes],
        read: Callable[[bytes], V],
        hours: int,
    ) -> None:
        self._client, self._model, self._write, self._read, self._hours = client, model, write, read, hours
        self._recent = Recent[K, V](CACHE)
        # What another model said is no answer of this one's: its own answer to a probe tells it from all others.
        self._sample = write(model([probe])[0])

    def of(self, texts: Sequence[K]) -> list[V]:
        """Return the answer for each text."""
        return self._recent.fill(texts, self._fetch)

    def _fetch(self, texts: list[K]) -> list[V]:
        """Read what nobody has read yet, a few at a time, asking again before each few: others read meanwhile."""
        wanted = {self._key(text): text for text in texts}
        found: dict[bytes, V] = {}
        # Each process in an order of its own: two that want the same would otherwise read it at the same time.
        waiting = random.sample(list(wanted), len(wanted))
        at_once = _AT_ONCE
        while waiting:
            try:
                found |= self._heard(waiting)
            except redis.RedisError:
                at_once = len(waiting)  # away, and each try to reach it takes time: the rest without it
            waiting = [key for key in waiting if key not in found]
            now, waiting = waiting[:at_once], waiting[at_once:]
            found |= self._read_now({key: wanted[key] for key in now})
        return [found[self._key(text)] for text in texts]

    def _heard(self, keys: Sequence[bytes]) -> dict[bytes, V]:
        answers: list[Any] = list(self._client.mget(keys))
        size = len(self._sample)
        pairs = zip(keys, answers, strict=True)
        return {key: self._read(one) for key, one in pairs if isinstance(one, bytes) and len(one) == size}

    def _read_now(self, wanted: Mapping[bytes, K]) -> dict[bytes, V]:
        fresh = dict(zip(wanted, self._model(list(wanted.values())), strict=True)) if wanted else {}
        self._tell({key: self._write(answer) for key, answer in fresh.items()})
        return fresh

    def _tell(self, answers: Mapping[bytes, bytes]) -> None:
        try:
            with self._client.pipeline(transaction=False) as pipe:
                for key, answer in answers.items():
                    pipe.set(key, answer, ex=self._hours * HOUR)
                pipe.execute()
        except redis.RedisError:
            return  # away or full: the next process reads it itself

    def _key(self, text: K) -> bytes:
        parts = [part.encode() for part in ((text,) if isinstance(text, str) else text)]
        whole = self._sample + b"".join(struct.pack("<I", len(part)) + part for part in parts)
        return _PREFIX + hashlib.blake2b(whole, digest_size=16).digest()


def _write_shares(shares: Shares) -> bytes:
    return _NUMBERS.pack(*shares)


def _write_vector(vector: Any) -> bytes:
    return np.asarray(vector, dtype="<f4").tobytes()


def _read_vector(data: bytes) -> Any:
    return np.frombuffer(data, dtype="<f4")
