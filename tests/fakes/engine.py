"""A conflict engine that compares answers about one place, and a fetcher that serves what a test gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.errors import FetchError
from monitor.model import Claim, Conflict, ConflictChange, Dismissed, Position
from monitor.ports import FetchRequest, FetchResult
from tests.fakes.values import a_conflict


class FakeEngine:
    """Opens one conflict a place, when two claims that are no copies give different answers."""

    def update(
        self,
        new_claims: Sequence[Claim],
        candidates: Sequence[Claim],
        existing: Sequence[Conflict],
        now: datetime,
        copies: Mapping[str, str],
        dismissed: Sequence[Dismissed] = (),
    ) -> list[ConflictChange]:
        """Return the conflicts that the new claims open."""
        changes = []
        for claim in new_claims:
            others = [c for c in candidates if c.place == claim.place and c.answer != claim.answer]
            others = [c for c in others if copies.get(c.article) != claim.article != copies.get(claim.article)]
            others = [c for c in others if copies.get(claim.article) != c.article]
            id = f"k-{claim.place}"
            if others and id not in {conflict.id for conflict in existing}:
                pair = sorted([claim, others[0]], key=lambda c: c.id)
                positions = (Position(str(c.answer), (c,)) for c in pair)
                changes.append(ConflictChange(a_conflict(*positions, id=id, updated_at=now), "opened", True))
        return changes


@dataclass
class FakeFetcher:
    """Serves `pages` by address: bytes, a whole result, or an error to raise; remembers the requests."""

    pages: dict[str, bytes | FetchResult | FetchError] = field(default_factory=dict)
    requests: list[FetchRequest] = field(default_factory=list)

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Return what was put there; 404 otherwise."""
        self.requests.append(request)
        page = self.pages.get(request.url)
        if isinstance(page, FetchError):
            raise page
        if isinstance(page, FetchResult):
            return page
        status = 404 if page is None else 200
        return FetchResult(request.url, status, page or b"", {"content-type": "text/html"}, request.url)
