"""The outbox: alerts that are committed with their conflict, leased while they are sent, and marked afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, RowMapping, case, or_, select, true, update

from monitor.model import Alert, AlertState
from monitor.ports import AlertJob
from monitor.store import codec
from monitor.store.engine import reading, writing
from monitor.store.tables import alerts
from monitor.store.views import load_conflict, load_view
from monitor.store.work import claim, finished

_OPEN = (AlertState.PENDING, AlertState.LEASED)


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
        still_open = alerts.c.state.in_(_OPEN)
        # A row found leased was being sent by a worker that never came back: it may have gone out already.
        repeat = case((alerts.c.state == AlertState.LEASED.value, true()), else_=alerts.c.possible_repeat)
        marks = {"possible_repeat": repeat, "state": AlertState.LEASED.value}
        with writing(self.engine) as connection:
            if not claim(connection, alerts, id, now, lease, still_open, **marks):
                return None
            row = connection.execute(select(alerts).where(alerts.c.id == id)).mappings().one()
            same = (alerts.c.conflict == row["conflict"], alerts.c.target == row["target"])
            receipts = select(alerts.c.receipt).where(*same, alerts.c.receipt.is_not(None))
            sent = [codec.from_text(text) for text in connection.scalars(receipts.order_by(alerts.c.finished_at))]
            view = load_view(connection, load_conflict(connection, row["conflict"]))
            return AlertJob(to_alert(row), view, tuple(sent))

    def mark_sent(self, id: str, receipt: Mapping[str, Any], now: datetime) -> None:
        """Finish an alert as sent, with what the target returned."""
        values = {**finished(AlertState.SENT, now), "receipt": codec.to_text(receipt), "reason": ""}
        with writing(self.engine) as connection:
            connection.execute(update(alerts).where(alerts.c.id == id).values(values))

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
