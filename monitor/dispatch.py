"""The last step of the pipeline: a due alert is decided on again, rendered, sent, and marked afterwards.

A crash between sending and marking repeats at most that one message, marked as a possible repeat. A target that fails
is tried again with growing pauses until a deadline; then the alert is dead, and the `ops` targets are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from monitor.alerts.policy import BUNDLE, CONSOLE, Decision, notice, receipt_of, release
from monitor.alerts.reasons import AlertReason, Drop, Gather
from monitor.config import AlertPolicy, Target
from monitor.errors import SendError
from monitor.model import Alert
from monitor.pipeline import LEASE, Dispatched, Outcome
from monitor.ports import PAUSED, AlertJob, Message, Sender, Store, Work

DEADLINE = timedelta(hours=24)  # how long a target may be away before its alerts are given up
TRIES = 8  # over an hour at least: a daemon that was off for a day gives a target that is away its chance too
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)


class Render(Protocol):
    """Turns alerts into a message; with a reason, into a digest."""

    def __call__(self, jobs: Sequence[AlertJob], reason: Gather | None = None) -> Message:
        """Return the message of one alert or of a digest."""
        ...


@dataclass(frozen=True, slots=True)
class Outbox:
    """All that sending needs beside the row."""

    store: Store
    senders: Mapping[str, Sender]
    policy: AlertPolicy
    render: Render

    def target(self, name: str) -> Target | None:
        """Return the target of that name, where the config still has it and it can be sent to."""
        known = {target.name: target for target in self.policy.targets} or {CONSOLE.name: CONSOLE}
        return known.get(name) if name in self.senders else None


def dispatch_alert(box: Outbox, id: str, now: datetime) -> Dispatched:
    """Send one due alert, alone or with the others that are due for its target."""
    job = box.store.claim_alert(id, now, LEASE)
    if job is None:
        return Dispatched(Outcome.NOT_MINE)
    target = box.target(job.alert.target)
    if target is None:
        box.store.suppress(id, Drop.NO_TARGET.value, now)
        return _told(job, Outcome.SUPPRESSED, Drop.NO_TARGET.value)
    decision = _decide(box, job, target, now)
    if decision.drop is not None or decision.hold is not None:
        return _kept_back(box, job, decision, now)
    return _send(box, _gather(box, job, target, decision, now), decision, now)


def _decide(box: Outbox, job: AlertJob, target: Target, now: datetime) -> Decision:
    return release(
        job,
        target,
        box.policy,
        box.store.silences(now),
        box.store.traffic(job, now, with_rate=target.rate is not None),
        now,
    )


def _kept_back(box: Outbox, job: AlertJob, decision: Decision, now: datetime) -> Dispatched:
    if decision.drop is not None:
        box.store.suppress(job.alert.id, decision.words, now)
        return _told(job, Outcome.SUPPRESSED, decision.words)
    box.store.hold_alert(job.alert.id, decision.at, decision.words)
    return _told(job, Outcome.HELD, decision.words)


def _gather(box: Outbox, job: AlertJob, target: Target, decision: Decision, now: datetime) -> list[AlertJob]:
    """The alerts of one message: of several about one conflict only the latest, which shows all of it."""
    if decision.gather is None:
        return [job]
    latest: dict[str, AlertJob] = {_subject(job): job}
    for other in box.store.claim_waiting(target.name, now, LEASE, BUNDLE - 1):
        judged = release(
            other,
            target,
            box.policy,
            box.store.silences(now),
            box.store.traffic(other, now, with_rate=target.rate is not None),
            now,
        )
        if judged.drop is not None:
            _kept_back(box, other, judged, now)
            continue
        known = latest.get(_subject(other))
        if known is not None:
            older, other = sorted((known, other), key=lambda one: one.alert.revision)
            box.store.suppress(older.alert.id, f"{Drop.COVERED.value} (revision {other.alert.revision})", now)
        latest[_subject(other)] = other
    return list(latest.values())


def _subject(job: AlertJob) -> str:
    return job.alert.id if job.alert.reason == AlertReason.UNDELIVERED else job.alert.conflict


def _send(box: Outbox, jobs: list[AlertJob], decision: Decision, now: datetime) -> Dispatched:
    gather = decision.gather if len(jobs) > 1 or decision.gather is Gather.DIGEST else None
    name = jobs[0].alert.target
    try:
        receipt = box.senders[name].send(box.render(jobs, gather), name)
    except SendError as error:
        outcomes = [_not_sent(box, job, error, now) for job in jobs]
        return outcomes[0]
    shared = {**receipt.data, "message": jobs[0].alert.id, **({"bundle": True} if gather else {})}
    box.store.mark_all_sent({job.alert.id: receipt_of(job, shared, now) for job in jobs}, now)
    return _told(jobs[0], Outcome.DONE, "", len(jobs))


def _not_sent(box: Outbox, job: AlertJob, error: SendError, now: datetime) -> Dispatched:
    alert = job.alert
    if error.doubtful:
        box.store.mark_doubtful(alert.id)
    reason = f"{error.reason}: {error.detail}" if error.detail else error.reason
    if error.retry_after is not None:
        wait = timedelta(seconds=max(error.retry_after, 1))
        reason = f"{PAUSED}: {reason.removeprefix(PAUSED).lstrip(': ')}"
    else:
        wait = pause(alert.attempts)
    late = now + wait > alert.not_before + DEADLINE and alert.attempts >= TRIES
    if not error.retry or late:
        box.store.bury(Work.ALERT, alert.id, now, reason)
        _tell_ops(box, alert, reason, now)
        return _told(job, Outcome.FAILED, reason)
    box.store.retry_later(Work.ALERT, alert.id, now + wait, reason)
    return _told(job, Outcome.RETRY, reason)


def _tell_ops(box: Outbox, alert: Alert, reason: str, now: datetime) -> None:
    if alert.reason == AlertReason.UNDELIVERED:
        return  # a notice about a notice would go on for ever
    for target in box.policy.targets:
        if target.ops and target.name != alert.target:
            box.store.put_notice(notice(alert, target.name, reason, now))


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 30 s, doubling, at most 15 min."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 10)
    return min(doubled, LONGEST_PAUSE)


def _told(job: AlertJob, outcome: Outcome, reason: str, alerts: int = 1) -> Dispatched:
    alert = job.alert
    told: dict[str, Any] = {"possible_repeat": alert.possible_repeat, "alerts": alerts}
    return Dispatched(outcome, alert.target, alert.conflict, reason, **told)
