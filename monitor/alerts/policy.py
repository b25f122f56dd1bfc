"""Who hears of a conflict, when, and why not: pure decisions, each with its reason.

`plan` decides when a conflict changes: it gives an outbox row for every target, also for those that will not hear of
it, so that every decision can be looked up. `release` decides again when a row is due, by what happened since. After
Alertmanager's pipeline: inhibit, time, silence, dedupe by what was really sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.alerts.hours import next_digest, quiet_until
from monitor.alerts.reasons import AlertReason, Drop, Gather, Hold
from monitor.config import AlertPolicy, Region, Target
from monitor.model import Alert, AlertState, Cause, Conflict, ConflictState, ConflictView
from monitor.ports import AlertJob, Silence, Traffic

CONSOLE = Target("console")
"""The terminal: where alerts go while the config names no target."""

SHORT = timedelta(seconds=15)  # how long to stand aside for an alert that is being sent
BUNDLE = 100  # alerts in one digest

_TOLD = {AlertState.SENT, AlertState.PENDING, AlertState.LEASED, AlertState.DEAD}
"""The states of a row through which a target has heard of a conflict, or was to hear of it."""

_NEWS = {
    Cause.OPENED: AlertReason.OPENED,
    Cause.SETTLED: AlertReason.SETTLED,
    Cause.CORRECTED: AlertReason.CORRECTED,
    Cause.NEW_POSITION: AlertReason.NEW_POSITION,
    Cause.REOPENED: AlertReason.REOPENED,
    Cause.NEW_SOURCE: AlertReason.NEW_SOURCE,
}
"""The causes worth an alert, the weightiest first."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Send (`drop` None), at the earliest at `at`, and whether in one message with others (`gather`)."""

    at: datetime
    reason: AlertReason
    hold: Hold | None = None
    drop: Drop | None = None
    gather: Gather | None = None
    detail: str = ""

    @property
    def words(self) -> str:
        """The decision for a person."""
        tail = f" ({self.detail})" if self.detail else ""
        if self.drop is not None:
            return f"{self.drop.value}{tail}"
        return f"{self.hold.value}{tail}" if self.hold is not None else ""


# --- when a conflict changes -----------------------------------------------------------------------------------------


def plan(
    view: ConflictView,
    policy: AlertPolicy,
    regions: Sequence[Region],
    history: Sequence[Alert],
    now: datetime,
) -> list[Alert]:
    """Return an outbox row for each target; `history` has every earlier row of this conflict, sent or not."""
    conflict = view.conflict
    here = [one for one in regions if one.name in conflict.regions]
    targets = [target for target in policy.targets if not target.ops] or ([] if policy.targets else [CONSOLE])
    rows = []
    for target in targets:
        decision = decide(view, target, policy, here, [row for row in history if row.target == target.name], now)
        rows.append(_row(conflict, target.name, decision, now))
    return rows


def decide(
    view: ConflictView,
    target: Target,
    policy: AlertPolicy,
    here: Sequence[Region],
    history: Sequence[Alert],
    now: datetime,
) -> Decision:
    """Decide on one change for one target; `history` has this conflict's earlier rows for this target.

    `here` are the regions that it is about, as configured; what one of them wants is sent.
    """
    reason = _reason(view.conflict, history)
    drop = _unwanted(view, target, policy, here, now) or _no_news(view.conflict, reason, history)
    if drop is not None:
        return Decision(now, reason, drop=drop)
    return _when(view, target, policy, reason, now)


def _row(conflict: Conflict, target: str, decision: Decision, now: datetime) -> Alert:
    state = AlertState.PENDING if decision.drop is None else AlertState.SUPPRESSED
    id = hashlib.sha256(f"{conflict.id}\x1f{conflict.revision}\x1f{target}".encode()).hexdigest()[:32]
    reason = decision.reason.value
    return Alert(id, conflict.id, conflict.revision, target, reason, now, decision.at, state, detail=decision.words)


def _reason(conflict: Conflict, history: Sequence[Alert]) -> AlertReason:
    """The weightiest cause since this target's last row; everything is an opening to one that never heard of it."""
    if not any(row.state in _TOLD for row in history):
        return AlertReason.SETTLED if conflict.state is ConflictState.SETTLED else AlertReason.OPENED
    known = max(row.revision for row in history)
    causes = {revision.cause for revision in conflict.revisions if revision.number > known}
    return next((reason for cause, reason in _NEWS.items() if cause in causes), AlertReason.NOTHING_NEW)


def _unwanted(
    view: ConflictView, target: Target, policy: AlertPolicy, here: Sequence[Region], now: datetime
) -> Drop | None:
    conflict = view.conflict
    kinds = {article.source_kind.value for article in view.articles.values()}
    claims = [claim for position in conflict.positions for claim in position.claims]
    checks = (
        (conflict.state is ConflictState.DISMISSED, Drop.DISMISSED),
        (_by_all(here, lambda region: _routed_elsewhere(region, target)), Drop.ROUTE),
        (_by_all(here, lambda one: one.topics is not None and conflict.frame not in one.topics), Drop.TOPIC),
        (target.regions is not None and not set(conflict.regions) & set(target.regions), Drop.REGION),
        (target.frames is not None and conflict.frame not in target.frames, Drop.FRAME),
        (conflict.confidence < _threshold(target, policy), Drop.LOW_CONFIDENCE),
        (target.source_kinds is not None and not kinds & set(target.source_kinds), Drop.SOURCE_KIND),
        (policy.max_age is not None and _all_older(claims, now, policy.max_age), Drop.TOO_OLD),
    )
    return next((drop for applies, drop in checks if applies), None)


def _by_all(here: Sequence[Region], refuses: Callable[[Region], bool]) -> bool:
    return bool(here) and all(refuses(region) for region in here)


def _routed_elsewhere(region: Region, target: Target) -> bool:
    return target is not CONSOLE and region.alerts is not None and target.name not in region.alerts


def _threshold(target: Target, policy: AlertPolicy) -> float:
    return policy.min_confidence if target.min_confidence is None else target.min_confidence


def _all_older(claims: Sequence[Any], now: datetime, age: timedelta) -> bool:
    return bool(claims) and all(now - claim.published > age for claim in claims)


def _no_news(conflict: Conflict, reason: AlertReason, history: Sequence[Alert]) -> Drop | None:
    if reason is AlertReason.SETTLED and not any(row.state in _TOLD for row in history):
        return Drop.SETTLED_UNTOLD
    if reason is AlertReason.NOTHING_NEW:
        return Drop.GONE_QUIET if conflict.state is ConflictState.QUIET else Drop.MORE_EVIDENCE
    if reason is AlertReason.OPENED and conflict.state is ConflictState.QUIET:
        return Drop.GONE_QUIET
    return None


def _when(view: ConflictView, target: Target, policy: AlertPolicy, reason: AlertReason, now: datetime) -> Decision:
    if target.digest is not None:
        at = next_digest(target.digest, now)
        return Decision(at, reason, Hold.DIGEST, detail=f"{at:%d %b %H:%M} UTC")
    # The sample wire never grows: a first user should see its alert at once.
    sample = bool(view.articles) and all(article.sample for article in view.articles.values())
    ready = now if sample else now + policy.group_wait
    until = quiet_until(policy.quiet_hours, ready)
    if until is not None:
        return Decision(until, reason, Hold.QUIET_HOURS, detail=f"until {until:%d %b %H:%M} UTC")
    return Decision(ready, reason, None if sample else Hold.GROUP_WAIT)


# --- when an alert is due --------------------------------------------------------------------------------------------


def release(
    job: AlertJob,
    target: Target,
    policy: AlertPolicy,
    silences: Sequence[Silence],
    traffic: Traffic,
    now: datetime,
) -> Decision:
    """Decide on a due alert: send it now, alone or with others, keep it back, or drop it."""
    reason = AlertReason(job.alert.reason)
    if reason is AlertReason.UNDELIVERED:
        return Decision(now, reason, gather=Gather.NOTICES if traffic.waiting else None)
    dropped = _stale(job, policy, now) or _muted(job, silences, traffic)
    if dropped is not None:
        drop, detail = dropped
        return Decision(now, reason, drop=drop, detail=detail)
    held = _busy(target, policy, traffic, now)
    if held is not None:
        hold, at = held
        return Decision(at, reason, hold, detail=f"until {at:%d %b %H:%M:%S} UTC")
    return Decision(now, reason, gather=_gathered(job.alert, target, policy, traffic))


def _stale(job: AlertJob, policy: AlertPolicy, now: datetime) -> tuple[Drop, str] | None:
    conflict = job.view.conflict
    shown = max((int(receipt.get("revision", 0)) for receipt in job.sent), default=0)
    if conflict.state is ConflictState.DISMISSED:
        return Drop.DISMISSED, ""
    if shown >= job.alert.revision:
        return Drop.COVERED, f"revision {shown}"
    if conflict.state is ConflictState.SETTLED and not job.sent:
        return Drop.SETTLED_UNTOLD, ""
    same = [receipt for receipt in job.sent if receipt.get("print") == fingerprint(conflict)]
    if same and now - datetime.fromisoformat(str(same[-1]["at"])) < policy.repeat_interval:
        return Drop.REPEAT, ""
    return None


def _muted(job: AlertJob, silences: Sequence[Silence], traffic: Traffic) -> tuple[Drop, str] | None:
    found = next((silence for silence in silences if silence_matches(silence, job, job.alert.target)), None)
    if found is not None:
        return Drop.SILENCED, f"{found.id} until {found.ends:%d %b %H:%M} UTC"
    if traffic.overview is not None:
        return Drop.INHIBITED, traffic.overview
    return None


def silence_matches(silence: Silence, job: AlertJob, target: str) -> bool:
    """True when every matcher that the silence has names something of this alert, and all regions that it is about."""
    conflict = job.view.conflict
    pairs = (
        *((silence.regions, region) for region in conflict.regions),
        (silence.places, conflict.place),
        (silence.frames, conflict.frame.value),
        (silence.targets, target),
        (silence.conflicts, conflict.id),
    )
    return all(not wanted or (value or "").casefold() in {one.casefold() for one in wanted} for wanted, value in pairs)


def _busy(target: Target, policy: AlertPolicy, traffic: Traffic, now: datetime) -> tuple[Hold, datetime] | None:
    until = quiet_until(policy.quiet_hours, now) if target.digest is None else None
    if until is not None:
        return Hold.QUIET_HOURS, until
    if traffic.paused_until is not None:
        return Hold.PAUSED, traffic.paused_until
    if traffic.same_leased:
        return Hold.IN_ORDER, now + SHORT
    if target.rate is None:
        return None
    if len(traffic.recent) >= target.rate:
        return Hold.RATE, traffic.recent[-target.rate] + timedelta(hours=1, seconds=1)
    if len(traffic.recent) + traffic.leased >= target.rate:
        return Hold.IN_FLIGHT, now + SHORT
    return None


def _gathered(alert: Alert, target: Target, policy: AlertPolicy, traffic: Traffic) -> Gather | None:
    if target.digest is not None:
        return Gather.DIGEST
    if not traffic.waiting:
        return None
    if target.rate is not None and len(traffic.recent) + 1 >= target.rate:
        return Gather.RATE
    overnight = quiet_until(policy.quiet_hours, alert.created + policy.group_wait)
    return Gather.MORNING if overnight is not None and overnight == alert.not_before else None


def fingerprint(conflict: Conflict) -> str:
    """What a reader would see change: the positions, who holds them, and the state."""
    parts = [conflict.state.value]
    for position in sorted(conflict.standing, key=lambda one: one.answer):
        parts += [position.answer, *sorted({claim.voice for claim in position.claims})]
    return hashlib.sha256("\x1f".join(parts).encode(errors="replace")).hexdigest()[:16]


def receipt_of(job: AlertJob, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What is kept of a sent alert: the target's own receipt, and what later decisions need."""
    conflict = job.view.conflict
    return {**data, "revision": conflict.revision, "print": fingerprint(conflict), "at": now.isoformat()}


def notice(alert: Alert, target: str, why: str, now: datetime) -> Alert:
    """Return the notice to an `ops` target that an alert was given up."""
    id = hashlib.sha256(f"undelivered\x1f{alert.conflict}\x1f{alert.revision}\x1f{target}".encode()).hexdigest()[:32]
    reason = AlertReason.UNDELIVERED.value
    return Alert(id, alert.conflict, alert.revision, target, reason, now, now, detail=f"{alert.target}: {why}")
