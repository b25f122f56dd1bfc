"""Polls batches of sources: claims, fetches, decides and saves them together.

The loop over many sources of `pipeline.poll_source`: what is stored is the same, in one transaction for many.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Executor
from datetime import datetime, timedelta

from monitor.adapters.polling import PollJob, poll_many
from monitor.pipeline import LEASE, OUTCOMES, Polled, SourceHealth
from monitor.poll.due import decide
from monitor.poll.health import watch
from monitor.poll.settle import settle_keys
from monitor.poll.state import PollOutcome, PollState, state_from_json, state_to_json
from monitor.ports import Fetcher, PollRecord, Store, StoredSource
from monitor.text.urls import canonical_url

SAVED_AT_ONCE = 100  # polls in one transaction: long enough to be cheap, short enough to hold nobody up
_Done = tuple[StoredSource, PollState, PollOutcome]


async def poll_sources(
    store: Store,
    fetcher: Fetcher,
    ids: Sequence[str],
    now: datetime,
    *,
    failing_after: timedelta,
    force: bool = False,
    executor: Executor | None = None,
) -> AsyncIterator[Polled]:
    """Poll those of these sources that are due, and yield each as soon as it is stored.

    Give at most as many sources as can be polled within the lease; those that another worker holds are left out.
    """
    with store.staying_open():
        stored = {one.id: one for one in store.claim_sources(ids, now, LEASE, force)}
        jobs = [PollJob(id, _state(one)) for id, one in stored.items()]
        done: list[_Done] = []
        async for job, outcome in poll_many(fetcher, jobs, executor=executor):
            done.append((stored[job.name], job.state, outcome))
            if len(done) >= SAVED_AT_ONCE:
                for polled in _save(store, done, now, failing_after):
                    yield polled
                done = []
        for polled in _save(store, done, now, failing_after):
            yield polled


def _state(stored: StoredSource) -> PollState:
    return state_from_json(stored.memory) if stored.memory else PollState(stored.source.feed)


def _save(store: Store, done: Sequence[_Done], now: datetime, failing_after: timedelta) -> list[Polled]:
    listed = [(one.id, outcome.feed.entries) for one, _, outcome in done if outcome.feed is not None]
    known = store.known_keys_of(
        [(id, sorted({canonical_url(entry.link) for entry in entries if entry.link})) for id, entries in listed]
    )
    judged = [_judged(one, before, outcome, now, failing_after) for one, before, outcome in done]
    records = []
    for (one, _, outcome), (polled, after) in zip(done, judged, strict=True):
        entries = settle_keys(outcome.feed.entries, known[one.id]) if outcome.feed else ()
        memory = state_to_json(after)
        record = PollRecord(memory, after.next_poll, polled.health.value, polled.reason, entries, polled.notice)
        records.append((one.id, record))
    saved = store.save_polls(records, now)
    return [
        Polled(one.outcome, one.source, tuple(ids), one.health, one.turned, one.reason, one.notice)
        for (one, _), ids in zip(judged, saved, strict=True)
    ]


def _judged(
    one: StoredSource, before: PollState, outcome: PollOutcome, now: datetime, failing_after: timedelta
) -> tuple[Polled, PollState]:
    name = one.source.name
    after, notice = watch(name, before, decide(name, one.source.every, before, outcome, now), failing_after, now)
    health = SourceHealth.GONE if after.disabled else SourceHealth.WELL if outcome.ok else SourceHealth.FAILING
    text = notice.text if notice else ""
    return Polled(OUTCOMES[outcome.result], name, (), health, health != one.state, after.failure, text), after
