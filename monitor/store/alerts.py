"""The outbox: alerts that are committed with their conflict, leased while they are sent, and marked afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, case, func, or_, select, true, update

from monitor.model import Alert, AlertState, ConflictState
from monitor.ports import PAUSED, AlertJob, Traffic
from monitor.store import codec
from monitor.store.engine import reading, writing
from monitor.store.tables import alerts, conflicts
from monitor.store.views import load_conflict, load_view
from monitor.store.work import claim, finished, insert_new

_OPEN = (AlertState.PENDING, AlertState.LEASED)
_ANEW = ("state", "attempts", "held", "free_at", "due_at", "finished_at", "reason")
HOUR = timedelta(hours=1)  # over which the rate of a target is counted


def alert_row(alert: Alert) -> Mapping[str, Any]:
    """Return a new outbox row."""
    row: dict[str, Any] = {
        "id": alert.id,
        "conflict": alert.conflict,
        "revision": alert.revision,
        "target": alert.target,
        "why": alert.reason,
        "not_before": alert.not_before,
        "created_at": alert.created,
        "reason": alert.detail,
        "state": alert.state.value,
        "attempts": 0,
        "held": False,
        "free_at": alert.not_before,
        "due_at": alert.not_before,
        "finished_at": None,
    }
    return row if alert.state in _OPEN else row | finished(alert.state, alert.created)


class AlertRows:
    """The part of the store that knows alerts."""

    engine: Engine

    def claim_alert(self, id: str, now: datetime, lease: timedelta) -> AlertJob | None:
        """Claim a due alert; one whose lease ran out while it was being sent is marked as a possible repeat."""
        with writing(self.engine) as connection:
            return _claim(connection, id, now, lease)

    def claim_waiting(self, target: str, now: datetime, lease: timedelta, limit: int) -> list[AlertJob]:
        """Claim every other alert that is due for a target, to go out in one message."""
        due = select(alerts.c.id).where(
            alerts.c.target == target, alerts.c.due_at.is_not(None), alerts.c.free_at <= now
        )
        with writing(self.engine) as connection:
            ids = list(connection.scalars(due.order_by(alerts.c.created_at, alerts.c.id).limit(limit)))
            jobs = [_claim(connection, id, now, lease) for id in ids]
            return [job for job in jobs if job is not None]

    def traffic(self, job: AlertJob, now: datetime, *, with_rate: bool = True) -> Traffic:
        """Return what else goes on at the alert's target; `recent` only `with_rate`, since it may be thousands."""
        here, mine = alerts.c.target == job.alert.target, alerts.c.id == job.alert.id
        # Open rows have a `due_at`: its partial index finds them, however many were ever sent.
        here_open = (here, alerts.c.due_at.is_not(None))
        leased = (*here_open, ~mine, alerts.c.state == AlertState.LEASED.value, alerts.c.free_at > now)
        sent = (here, alerts.c.state == AlertState.SENT.value, alerts.c.finished_at > now - HOUR)
        paused = (*here_open, alerts.c.state == AlertState.PENDING.value, alerts.c.reason.startswith(PAUSED))
        due = (*here_open, ~mine, alerts.c.free_at <= now)
        with reading(self.engine) as connection:
            query = select(alerts.c.receipt, alerts.c.finished_at).where(*sent)
            rows = connection.execute(query).all() if with_rate else ()
            others = list(connection.scalars(select(alerts.c.conflict).where(*leased)))
            until = connection.scalar(select(func.max(alerts.c.free_at)).where(*paused, alerts.c.free_at > now))
            waiting = connection.scalar(select(func.count()).select_from(alerts).where(*due)) or 0
            overview = _overview(connection, job)
        # The alerts of a digest came in one message, which their receipts name.
        messages = {(codec.from_text(row.receipt) or {}).get("message", row): row.finished_at for row in rows}
        same = job.alert.conflict in others
        return Traffic(tuple(sorted(messages.values())), len(others), same, waiting, until, overview)

    def mark_sent(self, id: str, receipt: Mapping[str, Any], now: datetime) -> None:
        """Finish an alert as sent, with what the target returned."""
        self.mark_all_sent({id: receipt}, now)

    def mark_all_sent(self, receipts: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
        """Finish the alerts that one message carried, all in one transaction."""
        with writing(self.engine) as connection:
            for id, receipt in receipts.items():
                values = {**finished(AlertState.SENT, now), "receipt": codec.to_text(receipt), "reason": ""}
                connection.execute(update(alerts).where(alerts.c.id == id).values(values))

    def hold_alert(self, id: str, until: datetime, reason: str) -> None:
        """Give a claimed alert back until then: this was no attempt to send it."""
        back = {"state": AlertState.PENDING.value, "held": False, "free_at": until, "due_at": until, "reason": reason}
        back["attempts"] = case((alerts.c.attempts > 0, alerts.c.attempts - 1), else_=0)
        with writing(self.engine) as connection:
            held = update(alerts).where(alerts.c.id == id, alerts.c.state == AlertState.LEASED.value)
            connection.execute(held.values(back))

    def mark_doubtful(self, id: str) -> None:
        """Mark a claimed alert as a possible repeat if it is sent again: the target may have taken it."""
        with writing(self.engine) as connection:
            connection.execute(update(alerts).where(alerts.c.id == id).values(possible_repeat=True))

    def put_notice(self, alert: Alert) -> None:
        """Put a notice in the outbox; one of the same identity that was sent before is sent again."""
        row = alert_row(alert)
        again = {
            name: row[name] for name in ("state", "attempts", "held", "free_at", "due_at", "finished_at", "reason")
        }
        over = update(alerts).where(alerts.c.id == alert.id, alerts.c.due_at.is_(None))
        with writing(self.engine) as connection:
            if connection.execute(over.values(again)).rowcount == 0:
                insert_new(connection, alerts, [row])

    def revive_alert(self, id: str, now: datetime) -> bool:
        """Make a dead alert due again; False when it is not dead."""
        dead = update(alerts).where(alerts.c.id == id, alerts.c.state == AlertState.DEAD.value)
        back = {"state": AlertState.PENDING.value, "attempts": 0, "free_at": now, "due_at": now, "held": False}
        with writing(self.engine) as connection:
            return connection.execute(dead.values(**back, not_before=now, finished_at=None)).rowcount == 1

    def suppress(self, id: str, reason: str, now: datetime) -> None:
        """Finish an alert that is not to be sent, with the reason."""
        values = {**finished(AlertState.SUPPRESSED, now), "reason": reason}
        with writing(self.engine) as connection:
            connection.execute(update(alerts).where(alerts.c.id == id, alerts.c.state.in_(_OPEN)).values(values))

    def alerts(self, limit: int = 1000, conflict: str | None = None) -> list[Alert]:
        """Return the latest alerts, newest first."""
        query = select(alerts).where(or_(alerts.c.conflict == conflict, true() if conflict is None else ~true()))
        query = query.order_by(alerts.c.created_at.desc(), alerts.c.id).limit(limit)
        with reading(self.engine) as connection:
            return [to_alert(row) for row in connection.execute(query).mappings()]


def _claim(connection: Connection, id: str, now: datetime, lease: timedelta) -> AlertJob | None:
    # A row found leased was being sent by a worker that never came back: it may have gone out already.
    repeat = case((alerts.c.state == AlertState.LEASED.value, true()), else_=alerts.c.possible_repeat)
    marks = {"possible_repeat": repeat, "state": AlertState.LEASED.value}
    if not claim(connection, alerts, id, now, lease, alerts.c.state.in_(_OPEN), **marks):
        return None
    row = connection.execute(select(alerts).where(alerts.c.id == id)).mappings().one()
    same = (alerts.c.conflict == row["conflict"], alerts.c.target == row["target"], alerts.c.id != id)
    receipts = select(alerts.c.receipt).where(*same, alerts.c.receipt.is_not(None))
    sent = [codec.from_text(text) for text in connection.scalars(receipts.order_by(alerts.c.finished_at))]
    dead = select(alerts).where(alerts.c.conflict == row["conflict"], alerts.c.state == AlertState.DEAD.value)
    lost = [to_alert(one) for one in connection.execute(dead.order_by(alerts.c.finished_at)).mappings()]
    view = load_view(connection, load_conflict(connection, row["conflict"]))
    return AlertJob(to_alert(row), view, tuple(sent), tuple(lost))


def _overview(connection: Connection, job: AlertJob) -> str | None:
    """The open region-wide conflict of the same frame that the target was told of, where the job's is about a place."""
    detail = job.view.conflict
    if detail.place is None:
        return None
    wide = (conflicts.c.region == detail.region, conflicts.c.frame == detail.frame.value, conflicts.c.place.is_(None))
    still = (conflicts.c.state == ConflictState.OPEN.value, conflicts.c.id != detail.id)
    told = (alerts.c.target == job.alert.target, alerts.c.state == AlertState.SENT.value)
    query = select(conflicts.c.id).join(alerts, alerts.c.conflict == conflicts.c.id).where(*wide, *still, *told)
    found: str | None = connection.scalar(query.order_by(conflicts.c.opened_at).limit(1))
    return found


def to_alert(row: RowMapping) -> Alert:
    """Return the alert of an outbox row."""
    return Alert(
        id=row["id"],
        conflict=row["conflict"],
        revision=row["revision"],
        target=row["target"],
        reason=row["why"],
        created=row["created_at"],
        not_before=row["not_before"],
        state=AlertState(row["state"]),
        attempts=row["attempts"],
        possible_repeat=row["possible_repeat"],
        detail=row["reason"],
    )
