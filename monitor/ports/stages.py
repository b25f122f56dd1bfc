"""What the stages ask of the time, of the models that read articles, and of the engine that compares claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from monitor.model import Article, Claim, Conflict, ConflictChange, Dismissed


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
    """Reads pairs of sentences: a second opinion, never the trigger."""

    name: str

    def nearness(self, left: Sequence[Claim], right: Sequence[Claim]) -> list[list[float]]:
        """Return the cosine nearness of every left claim to every right one, a row a left claim."""
        ...

    def judge(self, pairs: Sequence[tuple[Claim, Claim]]) -> list[tuple[float, float, float, float, float]]:
        """Return for each pair the shares (conflict, agree, update, compatible, different), which sum to 1."""
        ...


class ConflictEngine(Protocol):
    """Compares claims and keeps the conflicts between them: pure, it loads and saves nothing."""

    def update(
        self,
        new_claims: Sequence[Claim],
        candidates: Sequence[Claim],
        existing: Sequence[Conflict],
        now: datetime,
        copies: Mapping[str, str],
        dismissed: Sequence[Dismissed] = (),
    ) -> Sequence[ConflictChange]:
        """Return every conflict that the new claims open, grow or settle; `copies` maps article id → original's id.

        `dismissed` is what people marked as no conflict.
        """
        ...
