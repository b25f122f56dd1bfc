"""A world of publishers for simulated days: each answers as a server would, and logs when it was asked.

It stands in for the network behind the Fetcher protocol; time is the test's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.adapters.fetching import FetchRequest, FetchResult
from monitor.errors import FetchError
from tests.fakes.loopback import Item, rss


@dataclass
class Asked:
    """One request: when, whether it carried validators, and the earliest time the next was allowed."""

    at: datetime
    conditional: bool
    status: int
    not_before: datetime


@dataclass
class Publisher:
    """One feed. `gap` is the time between its articles; `wait` is what its headers ask for."""

    name: str
    gap: timedelta
    headers: dict[str, str] = field(default_factory=dict)
    wait: timedelta = timedelta()
    extra: str = ""
    down: tuple[datetime, datetime] | None = None
    busy: Callable[[datetime], bool] = lambda _: False
    asked: list[Asked] = field(default_factory=list)

    def answer(self, request: FetchRequest, now: datetime) -> FetchResult:
        """Answer one request at a time."""
        if self.down and self.down[0] <= now < self.down[1]:
            self.asked.append(Asked(now, bool(request.etag), 0, now))
            raise FetchError("connect", "refused", request.url)
        if self.busy(now):
            self.asked.append(Asked(now, bool(request.etag), 503, now + timedelta(minutes=50)))
            return FetchResult(request.url, 503, b"", {"retry-after": "3000"}, request.url)
        newest = int(now.timestamp() // self.gap.total_seconds())
        body = rss([self._item(number) for number in range(newest, newest - 10, -1)], extra=self.extra)
        etag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        status = 304 if request.etag == etag else 200
        self.asked.append(Asked(now, bool(request.etag), status, now + self.wait))
        headers = {"etag": etag, **self.headers}
        return FetchResult(request.url, status, body if status == 200 else b"", headers, request.url)

    def _item(self, number: int) -> Item:
        when = datetime.fromtimestamp(number * self.gap.total_seconds(), UTC)
        return Item(f"Story {number}", f"https://{self.name}.example/{number}", f"id-{number}", when)


class World:
    """All publishers, behind the Fetcher protocol, at the time that the test sets."""

    def __init__(self, publishers: list[Publisher], now: datetime) -> None:
        self.publishers = {f"https://{publisher.name}.example/feed": publisher for publisher in publishers}
        self.now = now

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Answer at the world's present."""
        return self.publishers[request.url].answer(request, self.now)
