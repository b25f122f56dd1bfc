"""The first stage: claims sources, polls them, decides when they are next due, and saves all of it together.

This is the one way in which sources are polled, by the daemon, by `once` and by `poll`. Many sources share a claim and
a transaction; for each of them it is as if it were alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.adapters.polling import Manners, PollDone, PollJob, poll_many
from monitor.pipeline import LEASE, Outcome
from monitor.poll.due import decide
from monitor.poll.freshness import allowed_from, pause_for_all
from monitor.poll.health import watch
from monitor.poll.push import offer
from monitor.poll.scope import scope_of
from monitor.poll.settle import settle_keys
from monitor.poll.state import PollOutcome, PollResult, PollState, state_from_json, state_to_json
from monitor.ports import Clock, Fetcher, PollRecord, PushOffer, Store, StoredSource
from monitor.text.urls import canonical_url

OUTCOMES = {
    PollResult.FRESH: Outcome.DONE,
    PollResult.UNCHANGED: Outcome.UNCHANGED,
    PollResult.SAME_BODY: Outcome.UNCHANGED,
    PollResult.FAILED: Outcome.FAILED,
    PollResult.PUT_OFF: Outcome.HELD,
}


class SourceHealth(StrEnum):
    """How a source does; a change of it is said once."""

    NEW = "new"
    WELL = "well"
    FAILING = "failing"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Polled:
    """A poll: the ids of new or changed entries; `turned` when the source's health is another than before.

    HELD was not asked; with `again` for want of time only, and it is due at once.
    """

    outcome: Outcome
    id: str = ""
    source: str = ""
    entries: tuple[str, ...] = ()
    health: SourceHealth = SourceHealth.NEW
    turned: bool = False
    reason: str = ""
    notice: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class PollRules:
    """What the config says about polling. `push` asks hubs to push where feeds name one."""

    failing_after: timedelta = timedelta(hours=24)
    manners: Manners = field(default_factory=Manners)
    push: bool = False


USUAL = PollRules()


async def poll_sources(
    store: Store,
    fetcher: Fetcher,
    ids: Sequence[str],
    clock: Clock,
    rules: PollRules = USUAL,
    *,
    force: bool = False,
) -> AsyncIterator[Polled]:
    """Poll those of these sources that are due, and yield each as soon as it is stored.

    Those that another worker holds are left out. What cannot begin in time is given back and comes out as HELD.
    """
    round_ = _Round(store, clock, rules)
    with store.staying_open():
        jobs = round_.claim(ids, force)
        paused = dict(store.pauses(round_.scopes(jobs), clock.now()))
        async for lot in poll_many(fetcher, jobs, clock, rules.manners, paused):
            for polled in round_.save(lot):
                yield polled


class _Round:
    """One batch: the sources that it holds, and what is saved of them."""

    def __init__(self, store: Store, clock: Clock, rules: PollRules) -> None:
        self._store, self._clock, self._rules = store, clock, rules
        self._held: dict[str, StoredSource] = {}

    def claim(self, ids: Sequence[str], force: bool) -> list[PollJob]:
        """Claim what is due, give back what its feed wants left alone in this hour, and return the others."""
        now = self._clock.now()
        held = self._store.claim_sources(ids, now, LEASE, force)
        self._held = {one.id: one for one in held}
        pushed = self._store.push_leases(list(self._held)) if self._rules.push else {}
        jobs = [PollJob(one.id, _state(one, pushed.get(one.id))) for one in held]
        if force:
            return jobs
        late = [PollDone(job, outcome, now) for job in jobs if (outcome := _skipped(job.state, now))]
        self.save(late)
        gone = {done.job.name for done in late}
        return [job for job in jobs if job.name not in gone]

    def scopes(self, jobs: Sequence[PollJob]) -> list[str]:
        """Return the publishers of these jobs."""
        return sorted({scope_of(job.state.url, self._rules.manners.scope) for job in jobs})

    def save(self, lot: Sequence[PollDone]) -> list[Polled]:
        """Save what became of some polls, all or none."""
        if not lot:
            return []
        judged = [_judged(self._held[done.job.name], done, self._rules.failing_after) for done in lot]
        known = self._known(lot)
        records = []
        for done, (polled, after) in zip(lot, judged, strict=True):
            feed = done.outcome.feed
            entries = settle_keys(feed.entries, known[done.job.name]) if feed else ()
            memory = state_to_json(replace(after, pushed_until=None) if after.pushed_until else after)
            record = PollRecord(memory, after.next_poll, polled.health.value, polled.reason, entries, polled.notice)
            records.append((done.job.name, record))
        saved = self._store.save_polls(records, lot[-1].at, self._pauses(lot), self._offers(lot))
        told = zip(judged, saved, strict=True)
        return [replace(polled, entries=tuple(ids)) if ids else polled for (polled, _), ids in told]

    def _known(self, lot: Sequence[PollDone]) -> dict[str, dict[str, str]]:
        listed = [(done.job.name, done.outcome.feed.entries) for done in lot if done.outcome.feed is not None]
        links = [(id, sorted({canonical_url(one.link) for one in entries if one.link})) for id, entries in listed]
        return self._store.known_keys_of(links)

    def _pauses(self, lot: Sequence[PollDone]) -> dict[str, datetime]:
        refused = [(done, until) for done in lot if (until := pause_for_all(done.outcome, done.at))]
        return {scope_of(done.job.state.url, self._rules.manners.scope): until for done, until in refused}

    def _offers(self, lot: Sequence[PollDone]) -> dict[str, PushOffer]:
        if not self._rules.push:
            return {}
        found = [(done.job.name, offer(done.outcome, done.job.state.url)) for done in lot]
        return {id: one for id, one in found if one is not None}


def _state(stored: StoredSource, pushed_until: datetime | None) -> PollState:
    state = state_from_json(stored.memory) if stored.memory else PollState(stored.source.feed)
    return replace(state, pushed_until=pushed_until) if pushed_until else state


def _skipped(state: PollState, now: datetime) -> PollOutcome | None:
    """A daemon that comes late must not come in an hour that the feed wants left out either."""
    when, skip = allowed_from(now, state)
    return PollOutcome(PollResult.PUT_OFF, reason=skip.value, until=when) if skip else None


def _judged(one: StoredSource, done: PollDone, failing_after: timedelta) -> tuple[Polled, PollState]:
    name, outcome, before = one.source.name, done.outcome, done.job.state
    decided = decide(name, one.source.every, before, outcome, done.at)
    if outcome.result is PollResult.PUT_OFF:
        again = outcome.until is None
        health = SourceHealth(one.state)
        return Polled(Outcome.HELD, one.id, name, health=health, reason=outcome.reason, again=again), decided
    after, notice = watch(name, before, decided, failing_after, done.at)
    health = SourceHealth.GONE if after.disabled else SourceHealth.WELL if outcome.ok else SourceHealth.FAILING
    text, turned = notice.text if notice else "", health != one.state
    return Polled(OUTCOMES[outcome.result], one.id, name, (), health, turned, after.failure, text), after
