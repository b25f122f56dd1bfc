"""What the pure stages need from the outside world, as Protocols. Adapters and tests implement them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from monitor.model import Article, Claim


class Clock(Protocol):
    """The one source of the present time."""

    def now(self) -> datetime:
        """Return the present as an aware UTC datetime."""
        ...


class Tagger(Protocol):
    """Reads claims about watched regions out of an article.

    Third parties register a factory `(Config) -> Tagger` under the entry point group `counterclaim.taggers`.
    """

    language: str

    def tag(self, article: Article) -> list[Claim]:
        """Return the article's claims in text order; every quote is a substring at its offsets."""
        ...


class PairScorer(Protocol):
    """Scores how likely each pair of claims contradicts itself, 0 to 1: a second opinion, never the trigger."""

    name: str

    def score(self, pairs: Sequence[tuple[Claim, Claim]]) -> list[float]:
        """Return one probability a pair, in order."""
        ...
