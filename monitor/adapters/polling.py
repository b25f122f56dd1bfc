"""Polls many sources at once: fetch, tell unchanged from new, parse what is new, name what failed.

An outcome is a value for each source; one dead feed never stops the others. Whatever this gives back must go through
`monitor.poll.due.decide`, and its validators be stored only with the entries.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest

from monitor.adapters.fetching import Fetcher, FetchRequest, FetchResult
from monitor.config import Scope
from monitor.errors import FeedError, FetchError
from monitor.model import Feed
from monitor.poll.feed import parse_feed
from monitor.poll.freshness import pause_for_all
from monitor.poll.scope import scope_of
from monitor.poll.state import DueReason, PollOutcome, PollResult, PollState, Redirect
from monitor.ports import Clock

CONCURRENCY = 64
START_WITHIN = 40.0  # seconds; with the longest fetch after it still within a task's time limit
LOT, LOT_SECONDS = 100, 1.0  # outcomes given back together, and how long the first of them waits for others
HOST_DOWN = 3  # failures one after the other at a host, after which its other feeds are not tried in this batch
_UNREACHABLE = frozenset({"dns", "connect", "timeout", "tls", "disconnected", "forbidden-address"})
_INLINE_BYTES = 256 * 1024  # larger bodies are parsed away from the event loop


@dataclass(frozen=True, slots=True)
class PollJob:
    """One source to poll: its name and what is remembered of it."""

    name: str
    state: PollState


@dataclass(frozen=True, slots=True)
class PollDone:
    """A job with what came of it, and when."""

    job: PollJob
    outcome: PollOutcome
    at: datetime


@dataclass(frozen=True, slots=True)
class Manners:
    """How sources of one publisher (a `scope`) are polled: so many `at_once`."""

    scope: Scope = Scope.HOST
    at_once: int = 2
    concurrency: int = CONCURRENCY
    start_within: float = START_WITHIN


POLITE = Manners()


async def poll_one(fetcher: Fetcher, state: PollState) -> PollOutcome:
    """Poll one source with its stored validators; failures come back as outcomes with their reason."""
    try:
        result = await fetcher.fetch(FetchRequest(state.url, state.etag, state.last_modified))
    except FetchError as error:
        return PollOutcome(PollResult.FAILED, reason=error.reason, detail=error.detail)
    hops = tuple(Redirect(hop.permanent, hop.target) for hop in result.hops)
    if result.not_modified:
        return PollOutcome(PollResult.UNCHANGED, 304, result.headers, redirects=hops)
    try:
        digest = hashlib.blake2b(result.checked().body, digest_size=16).hexdigest()
        # The hash is stored only with the entries that it stands for, so the same bytes have nothing new to say.
        if digest == state.body_hash:
            return PollOutcome(PollResult.SAME_BODY, result.status, result.headers, None, digest, hops)
        feed = await _parsed(result)
    except (FetchError, FeedError) as error:
        return PollOutcome(
            PollResult.FAILED, result.status, result.headers, reason=error.reason, detail=error.detail, redirects=hops
        )
    return PollOutcome(PollResult.FRESH, result.status, result.headers, feed, digest, hops)


async def poll_many(
    fetcher: Fetcher,
    jobs: Sequence[PollJob],
    clock: Clock,
    manners: Manners = POLITE,
    paused: dict[str, datetime] | None = None,
) -> AsyncIterator[list[PollDone]]:
    """Yield the jobs in lots as they are done, each once.

    A publisher has `at_once` lanes, so that a slow one keeps no other waiting. `paused` maps scopes to the time until
    which nothing there may be asked; refusals of this batch are added to it. A job that could not begin in time, or
    whose publisher refused, comes back as PUT_OFF without having been asked.
    """
    batch = _Batch(fetcher, jobs, clock, manners, {} if paused is None else paused)
    workers = [asyncio.create_task(batch.work()) for _ in range(min(manners.concurrency, len(batch.lanes)))]
    try:
        left = len(jobs)
        while left:
            lot = await batch.lot(workers, min(LOT, left))
            left -= len(lot)
            yield lot
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


@dataclass(slots=True)
class _Publisher:
    name: str
    jobs: deque[PollJob]
    failed: int = 0
    reason: str = ""

    def learn(self, outcome: PollOutcome) -> None:
        unreachable = outcome.result is PollResult.FAILED and outcome.reason in _UNREACHABLE and not outcome.status
        self.failed, self.reason = (self.failed + 1, outcome.reason) if unreachable else (0, "")


@dataclass
class _Batch:
    fetcher: Fetcher
    jobs: Sequence[PollJob]
    clock: Clock
    manners: Manners
    paused: dict[str, datetime]
    done: list[PollDone] = field(default_factory=list)
    some: asyncio.Event = field(default_factory=asyncio.Event)
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.lanes = deque(_lanes(_publishers(self.jobs, self.manners.scope), self.manners.at_once))
        self.begun = asyncio.get_running_loop().time()
        self.left = len(self.jobs)

    async def work(self) -> None:
        """Take one lane after the other, and in a lane one job after the other."""
        while self.lanes:
            publisher = self.lanes.popleft()
            while publisher.jobs:
                job = publisher.jobs.popleft()
                outcome = self._unasked(publisher) or await self._asked(publisher, job)
                self._put(PollDone(job, outcome, self.clock.now()))

    def _unasked(self, publisher: _Publisher) -> PollOutcome | None:
        until = self.paused.get(publisher.name)
        if until is not None and until > self.clock.now():
            return PollOutcome(PollResult.PUT_OFF, reason=DueReason.RETRY_AFTER.value, until=until)
        if publisher.failed >= HOST_DOWN:
            detail = f"{publisher.failed} others at {publisher.name} failed in a row: {publisher.reason}"
            return PollOutcome(PollResult.FAILED, reason="host-down", detail=detail)
        if asyncio.get_running_loop().time() - self.begun > self.manners.start_within:
            return PollOutcome(PollResult.PUT_OFF, reason="no-time")
        return None

    async def _asked(self, publisher: _Publisher, job: PollJob) -> PollOutcome:
        outcome = await poll_one(self.fetcher, job.state)
        publisher.learn(outcome)
        until = pause_for_all(outcome, self.clock.now())
        if until is not None and publisher.name:
            self.paused[publisher.name] = until
        return outcome

    def _put(self, one: PollDone) -> None:
        self.done.append(one)
        self.left -= 1
        self.some.set()
        if len(self.done) >= LOT or not self.left:
            self.enough.set()

    async def lot(self, workers: Iterable[asyncio.Task[None]], most: int) -> list[PollDone]:
        """Return what is done, as soon as it is enough or the first of it has waited for LOT_SECONDS."""
        await self._first(workers)
        if len(self.done) < most:
            try:
                async with asyncio.timeout(LOT_SECONDS):
                    await self.enough.wait()
            except TimeoutError:
                pass
        lot, self.done = self.done, []
        self.some.clear()
        self.enough.clear()
        return lot

    async def _first(self, workers: Iterable[asyncio.Task[None]]) -> None:
        """Wait for an outcome; a worker that broke (a bug, never a feed) raises here instead of hanging the batch."""
        while not self.done:
            waiting = asyncio.create_task(self.some.wait())
            alive = [worker for worker in workers if not worker.done()]
            await asyncio.wait([waiting, *alive], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            for worker in workers:
                if worker.done() and not worker.cancelled():
                    worker.result()


def _publishers(jobs: Iterable[PollJob], scope: Scope) -> list[_Publisher]:
    """Group jobs by publisher, the longest first: it would be the last to end."""
    found: dict[str, _Publisher] = {}
    for number, job in enumerate(jobs):
        name = scope_of(job.state.url, scope)
        found.setdefault(name or f"\0{number}", _Publisher(name, deque())).jobs.append(job)
    return sorted(found.values(), key=lambda one: -len(one.jobs))


def _lanes(publishers: Sequence[_Publisher], at_once: int) -> Iterable[_Publisher]:
    """Each publisher as often as it may be asked at once: first one lane of each, then the second ones."""
    lanes = [[one] * min(at_once, len(one.jobs)) for one in publishers]
    return [one for turn in zip_longest(*lanes) for one in turn if one is not None]


async def _parsed(result: FetchResult) -> Feed:
    if len(result.body) <= _INLINE_BYTES:
        return parse_feed(result.body, result.content_type, result.final_url)
    return await asyncio.to_thread(parse_feed, result.body, result.content_type, result.final_url)
