"""One clear line per event, to standard error: structlog, and what is worth a line."""

from __future__ import annotations

import logging
import sys

import structlog

from monitor.notices import Told
from monitor.pipeline import Compared, Dispatched, Fetched, Outcome, Tagged
from monitor.polling import Polled, SourceHealth
from monitor.pushing import Pushed, Subscribed
from monitor.rereading import Reread

_LOG = structlog.get_logger("counterclaim")


def configure(level: int = logging.INFO, *, as_json: bool = False) -> None:
    """Send the program's log to standard error, coloured when a person watches."""
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def say(event: str, **values: object) -> None:
    """Log one event."""
    _LOG.info(event, **values)


def warn(event: str, **values: object) -> None:
    """Log one event that someone should look at."""
    _LOG.warning(event, **values)


def polled(one: Polled) -> None:
    """Log a poll: a failing source once, when it begins to fail, and its recovery."""
    if one.notice:
        warn("notice", source=one.source, text=one.notice)
    if one.turned and one.health in (SourceHealth.FAILING, SourceHealth.GONE):
        warn("source fails", source=one.source, reason=one.reason)
    elif one.turned and one.outcome is not Outcome.FAILED:
        say("source answers", source=one.source, entries=len(one.entries))
    elif one.entries:
        say("source polled", source=one.source, entries=len(one.entries))


def subscribed(one: Subscribed) -> None:
    """Log what a hub said to a request."""
    if one.outcome is Outcome.DONE:
        say("hub asked to push", source=one.source, hub=one.hub)
    elif one.outcome is Outcome.RETRY:
        warn("hub does not push", source=one.source, hub=one.hub, reason=one.reason)


def pushed(one: Pushed) -> None:
    """Log what a hub pushed, or why it was not taken."""
    if one.refusal is not None:
        warn("push refused", source=one.source, reason=one.refusal.value, detail=one.detail)
    elif one.entries:
        say("source pushed", source=one.source, entries=len(one.entries))


def told(one: Told) -> None:
    """Log a notice that could not be sent to every operator."""
    if one.outcome in (Outcome.RETRY, Outcome.FAILED):
        warn("notice not sent", outcome=one.outcome.value, reason=one.reason, text=one.text)


def fetched(id: str, one: Fetched) -> None:
    """Log an article that could not be had or read."""
    if one.outcome in (Outcome.FAILED, Outcome.UNREAD):
        warn("article not read", entry=id, reason=one.reason)
    elif one.outcome is Outcome.DONE:
        say("article stored", entry=id, article=one.article)


def reread(one: Reread) -> None:
    """Log a page that was edited in silence, or that is not there any more."""
    if one.outcome is Outcome.DONE:
        say("page edited", article=one.id, url=one.url, what=one.reason)
    elif one.outcome in (Outcome.FAILED, Outcome.UNREAD):
        warn("page not read again", article=one.id, url=one.url, reason=one.reason)


def tagged(id: str, one: Tagged) -> None:
    """Log what an article claims."""
    if one.outcome is Outcome.DONE:
        say("article tagged", article=id, claims=one.claims)


def compared(id: str, one: Compared) -> None:
    """Log each conflict that opened or changed."""
    for change in one.changes:
        event = "conflict opened" if change.is_new else "conflict changed"
        conflict = change.conflict
        say(event, conflict=conflict.id, cause=change.cause, region=conflict.region, question=conflict.question)
    if one.outcome is Outcome.RETRY:
        warn("comparison put off", article=id)


def dispatched(one: Dispatched) -> None:
    """Log what became of an alert."""
    told = {"target": one.target, "conflict": one.conflict, "possible_repeat": one.possible_repeat}
    if one.outcome is Outcome.DONE:
        say("alert sent", **told, alerts=one.alerts)
    elif one.outcome in (Outcome.HELD, Outcome.SUPPRESSED):
        say("alert held" if one.outcome is Outcome.HELD else "alert not sent", reason=one.reason, **told)
    elif one.outcome is not Outcome.NOT_MINE:
        warn("alert not sent", outcome=one.outcome.value, reason=one.reason, **told)
