"""What the judge said of a pair, shared by all reading processes through the broker, so that none reads it again.

A dispute that grows is decided anew with everything that stands in it; a process that did not read the earlier pairs
would have to, and more processes would do the same work more often. The broker is disposable, and so is this: where it
has nothing or is away, the judge reads.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from typing import Protocol

import redis

from monitor.adapters.broker import client_of
from monitor.conflicts.wording import wording
from monitor.model import Claim

Shares = tuple[float, float, float, float, float]
KEPT_SECONDS = 6 * 3600  # disputes grow within hours; a pair takes some 150 bytes
_NUMBERS = struct.Struct("<5d")  # whole doubles: every process decides by the very same figures
_PREFIX = b"counterclaim:opinion:"
_PROBE = [("The bridge was open.", "The bridge was closed.")]


class TextJudge(Protocol):
    """A judge that reads worded pairs."""

    name: str

    def nearness(self, left: Sequence[Claim], right: Sequence[Claim]) -> list[list[float]]:
        """Return the cosine nearness of every left claim to every right one."""
        ...

    def judge_texts(self, texts: Sequence[tuple[str, str]]) -> list[Shares]:
        """Return the shares of each pair."""
        ...


class SharedScorer:
    """A `PairScorer` over another that asks the broker first. `url` is the broker's."""

    def __init__(self, scorer: TextJudge, url: str) -> None:
        self.name, self._scorer, self._client = scorer.name, scorer, client_of(url)
        # What another judge said is no answer of this one's: its own answer to a probe tells it from all others.
        self._judge = _NUMBERS.pack(*scorer.judge_texts(_PROBE)[0])

    def nearness(self, left: Sequence[Claim], right: Sequence[Claim]) -> list[list[float]]:
        """Return the cosine nearness of every left claim to every right one."""
        return self._scorer.nearness(left, right)

    def judge(self, pairs: Sequence[tuple[Claim, Claim]]) -> list[Shares]:
        """Return (conflict, agree, update, compatible, different) of each pair."""
        texts = [wording(first, second) for first, second in pairs]
        known = self._known(texts)
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        fresh = dict(zip(missing, self._scorer.judge_texts(missing), strict=True)) if missing else {}
        self._keep(fresh)
        return [known.get(text) or fresh[text] for text in texts]

    def _known(self, texts: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Shares]:
        try:
            found = self._client.mget([self._key(text) for text in texts]) if texts else []
        except redis.RedisError:
            return {}
        return {
            text: _NUMBERS.unpack(value)
            for text, value in zip(texts, found, strict=True)
            if isinstance(value, bytes) and len(value) == _NUMBERS.size
        }

    def _keep(self, fresh: dict[tuple[str, str], Shares]) -> None:
        if not fresh:
            return
        try:
            with self._client.pipeline(transaction=False) as pipe:
                for text, shares in fresh.items():
                    pipe.set(self._key(text), _NUMBERS.pack(*shares), ex=KEPT_SECONDS)
                pipe.execute()
        except redis.RedisError:
            return  # away or full: the next process reads the pair itself

    def _key(self, text: tuple[str, str]) -> bytes:
        first, second = (part.encode() for part in text)
        whole = self._judge + struct.pack("<I", len(first)) + first + second
        return _PREFIX + hashlib.blake2b(whole, digest_size=16).digest()
