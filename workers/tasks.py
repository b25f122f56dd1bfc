"""One short task per stage; messages carry ids only. Doing a task twice does nothing the second time."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from celery import Task
from kombu.exceptions import OperationalError

from monitor import logs
from monitor.adapters.broker import remembers
from monitor.errors import StoreBusyError, StoreError
from monitor.ports import Fetcher, Work
from monitor.pushing import Subscribed
from monitor.rereading import Reread
from workers.celery_app import BROKER_ENV, celery_app
from workers.state import app

PAGES = 5  # ids in one message: as many as surely end within the time limit
_RETRY = {
    "autoretry_for": (StoreBusyError,),
    "retry_backoff": 2,
    "retry_backoff_max": 60,  # far below the visibility timeout: a longer countdown would be delivered twice
    "max_retries": 5,
}


@celery_app.task(name="workers.poll", **_RETRY)
def poll(ids: list[str]) -> None:
    """Poll a batch of sources. What cannot begin within the time limit is given back, and due for the next sweep."""

    async def run() -> None:
        async with app().fetching() as fetcher:
            async for polled in app().poll(ids, fetcher):
                logs.polled(polled)
                _send(extract, _sliced(polled.entries, PAGES))

    asyncio.run(run())


@celery_app.task(name="workers.extract", **_RETRY)
def extract(ids: list[str]) -> None:
    """Fetch the articles of entries."""

    async def one(id: str, fetcher: Fetcher) -> None:
        fetched = await app().fetch(id, fetcher)
        logs.fetched(id, fetched)
        if fetched.article is not None:
            _send(tag, [fetched.article])

    _fetching(ids, one)


@celery_app.task(name="workers.reread", **_RETRY)
def reread(ids: list[str]) -> None:
    """Read pages of articles again, to see whether they were edited."""

    async def run() -> list[Reread]:
        async with app().fetching() as fetcher:
            return await app().reread(ids, fetcher)

    for one in asyncio.run(run()):
        logs.reread(one)
        if one.article is not None:
            _send(tag, [one.article])


@celery_app.task(name="workers.tag", **_RETRY)
def tag(id: str) -> None:
    """Read an article's claims and compare them with earlier ones."""
    logs.tagged(id, app().tag(id))
    compared = app().compare(id)
    logs.compared(id, compared)
    now = app().clock.now()
    _send(alert, [one.id for one in compared.alerts if one.not_before <= now])


@celery_app.task(name="workers.alert", **_RETRY)
def alert(id: str) -> None:
    """Send one alert."""
    logs.dispatched(app().dispatch(id))


@celery_app.task(name="workers.tell", **_RETRY)
def tell(id: str) -> None:
    """Send a notice about a source to the operators."""
    logs.told(app().tell_operators(id))


@celery_app.task(name="workers.subscribe", **_RETRY)
def subscribe(id: str) -> None:
    """Ask a hub to push a source, for the first time or again before its lease ends."""

    async def run() -> Subscribed:
        async with app().posting() as hub:
            return await app().subscribe(id, hub)

    logs.subscribed(asyncio.run(run()))


@celery_app.task(name="workers.sweep", **_RETRY)
def sweep() -> None:
    """Queue everything that is due, and what stood still because its message or its worker was lost."""
    _mind_the_broker()
    _send(poll, app().due_polls())
    _send(extract, _sliced(app().due(Work.ENTRY), PAGES))
    _send(reread, app().due_pages())
    _send(tag, app().due(Work.ARTICLE))
    _send(alert, app().due(Work.ALERT))
    _send(tell, app().due(Work.NOTICE))
    if app().pushes:
        _send(subscribe, app().due(Work.SUBSCRIPTION))


def _mind_the_broker() -> None:
    """Queue again at once what a broker lost, rather than when the wait for each message has ended."""
    try:
        if not remembers(os.environ[BROKER_ENV]) and (released := app().store.release_queued()):
            logs.warn("broker is empty or new", queued_again=released)
    except StoreError as error:
        if isinstance(error, StoreBusyError):
            raise
        logs.warn("broker away", reason=error.detail)


@celery_app.task(name="workers.prune", **_RETRY)
def prune() -> None:
    """Let conflicts without news grow quiet, and drop what is no longer needed."""
    for change in app().quieten():
        logs.say("conflict quiet", conflict=change.conflict.id)
    if app().prune():
        prune.delay()


def _fetching(ids: Sequence[str], one: Callable[[str, Fetcher], Awaitable[None]]) -> None:
    async def run() -> list[BaseException | None]:
        async with app().fetching() as fetcher:
            return await asyncio.gather(*(one(id, fetcher) for id in ids), return_exceptions=True)

    # One that fails must not stop the others; its error is raised when they are done.
    for error in asyncio.run(run()):
        if error is not None:
            raise error


def _send(task: Task, arguments: Iterable[Any]) -> None:
    try:
        for argument in arguments:
            task.delay(argument)
    except OperationalError as error:
        # The rows are stored as due: the sweep queues them when the broker is back.
        logs.warn("broker away", reason=str(error))


def _sliced(ids: Sequence[str], size: int) -> list[list[str]]:
    return [list(ids[at : at + size]) for at in range(0, len(ids), size)]
