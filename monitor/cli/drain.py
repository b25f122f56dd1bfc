"""Everything that is due, through all the stages, in one process without a broker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from monitor import logs
from monitor.app import App
from monitor.notices import Told
from monitor.pipeline import Compared, Dispatched, Fetched, Outcome, Tagged
from monitor.polling import Polled
from monitor.ports import GRACE, Fetcher, Work
from monitor.rereading import Reread

AT_ONCE = 16  # fetches under way; the fetcher itself holds back for each host
POLLS = 2000  # sources in one batch: one that hangs keeps only those of its own host waiting
_BATCH = 500
AHEAD = GRACE  # there is no message on its way that a fresh row would have to wait for
R = TypeVar("R")


@dataclass
class Summary:
    """What a run over everything due came to."""

    polled: list[Polled] = field(default_factory=list)
    fetched: list[Fetched] = field(default_factory=list)
    reread: list[Reread] = field(default_factory=list)
    tagged: list[Tagged] = field(default_factory=list)
    compared: list[Compared] = field(default_factory=list)
    dispatched: list[Dispatched] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return the numbers that a person or a program asks for."""
        changes = [change for compared in self.compared for change in compared.changes]
        return {
            **poll_counts(self.polled),
            "articles": sum(one.outcome is Outcome.DONE for one in self.fetched),
            "unread": sum(one.outcome is Outcome.UNREAD for one in self.fetched),
            "articles_failed": sum(one.outcome in (Outcome.FAILED, Outcome.RETRY) for one in self.fetched),
            "pages_reread": sum(one.asked for one in self.reread),
            "pages_edited": sum(one.outcome is Outcome.DONE for one in self.reread),
            "claims": sum(one.claims for one in self.tagged),
            "conflicts_opened": sum(change.is_new for change in changes),
            "conflicts_changed": sum(not change.is_new for change in changes),
            "alerts_sent": sum(one.outcome is Outcome.DONE for one in self.dispatched),
            "alerts_failed": sum(one.outcome in (Outcome.FAILED, Outcome.RETRY) for one in self.dispatched),
        }


def poll_counts(polled: Iterable[Polled]) -> dict[str, int]:
    """Return the summary of a round of polls."""
    asked = [one for one in polled if one.outcome is not Outcome.HELD]
    return {
        "sources": len(asked),
        "unchanged": sum(one.outcome is Outcome.UNCHANGED for one in asked),
        "failed": sum(one.outcome is Outcome.FAILED for one in asked),
        "entries": sum(len(one.entries) for one in asked),
    }


async def poll_due(app: App, fetcher: Fetcher, *, force: bool = False) -> list[Polled]:
    """Poll every due source once; `force` polls all of them."""
    app.sync()
    ids = app.store.source_ids() if force else app.due(Work.SOURCE, 100_000)

    found: list[Polled] = []
    while ids:
        part, ids = ids[:POLLS], ids[POLLS:]
        async for polled in app.poll(part, fetcher, force=force):
            logs.polled(polled)
            if polled.again:
                ids.append(polled.id)
            else:
                found.append(polled)
    return found


async def drain(app: App) -> Summary:
    """Poll what is due and take what it lists through all the stages to sent alerts."""
    summary = Summary()
    async with app.fetching() as fetcher:
        summary.polled += await poll_due(app, fetcher)
        while ids := app.due(Work.ENTRY, _BATCH, AHEAD):
            summary.fetched += await _all(ids, lambda id: _fetch(app, id, fetcher))
        for batch in app.due_pages():
            summary.reread += await _reread(app, batch, fetcher)
    _read(app, summary)
    for id in app.due(Work.NOTICE):
        told = app.tell_operators(id)
        logs.told(told)
        summary.told.append(told)
    while ids := app.due(Work.ALERT, _BATCH, app.config.alerts.group_wait):
        for id in ids:
            dispatched = app.dispatch(id, app.config.alerts.group_wait)
            logs.dispatched(dispatched)
            summary.dispatched.append(dispatched)
    return summary


async def _fetch(app: App, id: str, fetcher: Fetcher) -> Fetched:
    fetched = await app.fetch(id, fetcher)
    logs.fetched(id, fetched)
    return fetched


async def _reread(app: App, ids: Sequence[str], fetcher: Fetcher) -> list[Reread]:
    found = await app.reread(ids, fetcher)
    for one in found:
        logs.reread(one)
    return found


def _read(app: App, summary: Summary) -> None:
    """Tag and compare; everything is tagged before anything is compared, which saves revising conflicts."""
    waiting: list[str] = []
    while ids := app.due(Work.ARTICLE, _BATCH, AHEAD):
        for id in ids:
            tagged = app.tag(id)
            logs.tagged(id, tagged)
            summary.tagged.append(tagged)
        waiting += ids
    for id in waiting:
        compared = app.compare(id)
        logs.compared(id, compared)
        summary.compared.append(compared)


async def _all(ids: Sequence[str], do: Callable[[str], Awaitable[R]]) -> list[R]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(id: str) -> R:
        async with gate:
            return await do(id)

    return list(await asyncio.gather(*(one(id) for id in ids)))
