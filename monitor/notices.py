"""Notices about sources, on their way to the `ops` targets: each target is told once, another is not held up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.dispatch import DEADLINE, Outbox, pause
from monitor.errors import SendError
from monitor.pipeline import LEASE, Outcome
from monitor.ports import StoredNotice

SUBJECT = "Counterclaim: a source needs a look"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one notice: the targets that have it now."""

    outcome: Outcome
    targets: tuple[str, ...] = ()
    text: str = ""
    reason: str = ""


def tell_operators(box: Outbox, id: str, now: datetime) -> Told:
    """Send one notice to every `ops` target that does not have it yet; without such a target the log has it."""
    notice = box.store.claim_notice(id, now, LEASE)
    if notice is None:
        return Told(Outcome.NOT_MINE)
    told, reasons, retry = list(notice.told), [], False
    for target in box.policy.targets:
        if not target.ops or target.name in told or target.name not in box.senders:
            continue
        try:
            box.senders[target.name].tell(SUBJECT, notice.text, target.name)
            told.append(target.name)
        except SendError as error:
            reasons.append(f"{target.name}: {error.reason}: {error.detail}"[:400])
            retry = retry or error.retry
    return _noted(box, notice, told, "; ".join(reasons), retry, now)


def _noted(box: Outbox, notice: StoredNotice, told: list[str], reason: str, retry: bool, now: datetime) -> Told:
    again = now + pause(notice.attempts) if retry else None
    if again is not None and again > notice.created + DEADLINE:
        again = None
    box.store.notice_told(notice.id, told, now, again, reason)
    outcome = Outcome.DONE if not reason else Outcome.RETRY if again else Outcome.FAILED
    return Told(outcome, tuple(told), notice.text, reason)
