"""Polls many sources at once: fetch, tell unchanged from new, parse what is new, name what failed.

An outcome is a value for each source; one dead feed never stops the others. Whatever this gives back must go through
`monitor.poll.due.decide`, and its validators be stored only with the entries.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from monitor.adapters.fetching import Fetcher, FetchRequest, FetchResult
from monitor.errors import FeedError, FetchError
from monitor.model import Feed
from monitor.poll.feed import parse_feed
from monitor.poll.state import PollOutcome, PollResult, PollState, Redirect

Parser = Callable[[bytes, str | None, str], Feed]
CONCURRENCY = 64
_INLINE_BYTES = 256 * 1024  # larger bodies are parsed away from the event loop


@dataclass(frozen=True, slots=True)
class PollJob:
    """One source to poll: its name and what is remembered of it."""

    name: str
    state: PollState


async def poll_one(
    fetcher: Fetcher, state: PollState, *, parse: Parser = parse_feed, executor: Executor | None = None
) -> PollOutcome:
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
        if digest == state.body_hash:
            return PollOutcome(PollResult.SAME_BODY, result.status, result.headers, None, digest, hops)
        feed = await _parsed(result, parse, executor)
    except (FetchError, FeedError) as error:
        return PollOutcome(
            PollResult.FAILED, result.status, result.headers, reason=error.reason, detail=error.detail, redirects=hops
        )
    return PollOutcome(PollResult.FRESH, result.status, result.headers, feed, digest, hops)


async def poll_many(
    fetcher: Fetcher,
    jobs: Sequence[PollJob],
    *,
    concurrency: int = CONCURRENCY,
    parse: Parser = parse_feed,
    executor: Executor | None = None,
) -> AsyncIterator[tuple[PollJob, PollOutcome]]:
    """Yield each job with its outcome as it is done; at most `concurrency` are under way or waiting to be taken.

    `executor` (a process pool) parses large bodies beside the event loop; None uses a thread for them.
    """
    waiting = iter(jobs)
    done: asyncio.Queue[tuple[PollJob, PollOutcome]] = asyncio.Queue(maxsize=concurrency)

    async def work() -> None:
        for job in waiting:
            await done.put((job, await poll_one(fetcher, job.state, parse=parse, executor=executor)))

    workers = [asyncio.create_task(work()) for _ in range(min(concurrency, len(jobs)))]
    try:
        for _ in jobs:
            yield await _next(done, workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def _next(
    done: asyncio.Queue[tuple[PollJob, PollOutcome]], workers: list[asyncio.Task[None]]
) -> tuple[PollJob, PollOutcome]:
    """Take the next outcome; a worker that broke (a bug, never a feed) raises here instead of hanging the batch."""
    while done.empty():
        taking = asyncio.create_task(done.get())
        finished, _ = await asyncio.wait([taking, *workers], return_when=asyncio.FIRST_COMPLETED)
        if taking in finished:
            return taking.result()
        taking.cancel()
        for worker in [worker for worker in workers if worker in finished]:
            worker.result()
            workers.remove(worker)
    return done.get_nowait()


async def _parsed(result: FetchResult, parse: Parser, executor: Executor | None) -> Feed:
    if len(result.body) <= _INLINE_BYTES:
        return parse(result.body, result.content_type, result.final_url)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(executor, parse, result.body, result.content_type, result.final_url)
