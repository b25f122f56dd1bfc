"""Subscriptions at hubs (WebSub), and publishers that want to be left alone for a while."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, delete, select, update

from monitor.ports import PushOffer, PushState, StoredSubscription
from monitor.store import codec
from monitor.store.engine import reading, writing
from monitor.store.tables import pauses, sources, subscriptions
from monitor.store.work import claim, insert_new

_CHUNK = 500


class PushRows:
    """The part of the store that knows subscriptions and pauses."""

    engine: Engine

    def pauses(self, scopes: Sequence[str], now: datetime) -> dict[str, datetime]:
        """Return until when these publishers want to be left alone, for those that do."""
        found: dict[str, datetime] = {}
        with reading(self.engine) as connection:
            if connection.scalar(select(pauses.c.until).where(pauses.c.until > now).limit(1)) is None:
                return found
            for at in range(0, len(scopes), _CHUNK):
                here = (pauses.c.scope.in_(scopes[at : at + _CHUNK]), pauses.c.until > now)
                found.update({row.scope: row.until for row in connection.execute(select(pauses).where(*here))})
        return found

    def push_leases(self, ids: Sequence[str]) -> dict[str, datetime]:
        """Return until when hubs push for these sources, for those that have a subscription."""
        found: dict[str, datetime] = {}
        live = (subscriptions.c.source, subscriptions.c.lease_until)
        with reading(self.engine) as connection:
            for at in range(0, len(ids), _CHUNK):
                here = subscriptions.c.source.in_(ids[at : at + _CHUNK]), subscriptions.c.lease_until.is_not(None)
                found.update({row.source: row.lease_until for row in connection.execute(select(*live).where(*here))})
        return found

    def subscription(self, id: str) -> StoredSubscription | None:
        """Return one subscription."""
        with reading(self.engine) as connection:
            row = connection.execute(_with_source().where(subscriptions.c.id == id)).mappings().one_or_none()
        return None if row is None else _subscription(row)

    def claim_subscription(self, id: str, now: datetime, lease: timedelta) -> StoredSubscription | None:
        """Claim a subscription that is to be asked for; None when it is not due, or held, or its source has left."""
        with writing(self.engine) as connection:
            if not claim(connection, subscriptions, id, now, lease):
                return None
            row = connection.execute(_with_source().where(subscriptions.c.id == id)).mappings().one()
            if not row["active"]:
                connection.execute(delete(subscriptions).where(subscriptions.c.id == id))
                return None
        return _subscription(row)

    def subscription_asked(self, claimed: StoredSubscription, at: datetime, state: PushState, reason: str) -> None:
        """Note how a hub answered a request, and when to ask again, unless it confirmed it in the meantime."""
        values: dict[str, Any] = {"held": False, "free_at": at, "due_at": at, "reason": reason}
        if claimed.lease_until is None:
            values["state"] = state.value
        same = subscriptions.c.lease_until.is_not_distinct_from(claimed.lease_until)
        with writing(self.engine) as connection:
            connection.execute(update(subscriptions).where(subscriptions.c.id == claimed.id, same).values(values))

    def subscription_confirmed(self, id: str, until: datetime, renew_at: datetime) -> None:
        """Note that a hub pushes until then, and when to renew it."""
        values: dict[str, Any] = {"state": PushState.LIVE.value, "lease_until": until, "attempts": 0, "reason": ""}
        values |= {"held": False, "free_at": renew_at, "due_at": renew_at}
        with writing(self.engine) as connection:
            connection.execute(update(subscriptions).where(subscriptions.c.id == id).values(values))

    def subscription_denied(self, id: str, at: datetime, reason: str) -> None:
        """Note that a hub does not push (any more), and when to ask again."""
        values: dict[str, Any] = {"state": PushState.DENIED.value, "lease_until": None, "reason": reason}
        values |= {"held": False, "free_at": at, "due_at": at}
        with writing(self.engine) as connection:
            connection.execute(update(subscriptions).where(subscriptions.c.id == id).values(values))


def save_pauses(connection: Connection, wanted: Mapping[str, datetime], now: datetime) -> None:
    """Store pauses, and forget those that have ended."""
    if wanted:
        connection.execute(delete(pauses).where(pauses.c.until <= now))
        for scope, until in wanted.items():
            connection.execute(delete(pauses).where(pauses.c.scope == scope))
            connection.execute(pauses.insert().values(scope=scope, until=until))


def save_offers(connection: Connection, offered: Mapping[str, PushOffer], now: datetime) -> None:
    """Store what sources offer to push: a new one is asked for at once, one that names another hub begins anew."""
    if not offered:
        return
    known = {row.source: row for row in connection.execute(select(subscriptions))}
    changed = [id for id, one in offered.items() if id in known and (known[id].hub, known[id].topic) != _key(one)]
    if changed:
        connection.execute(delete(subscriptions).where(subscriptions.c.source.in_(changed)))
    rows = [_row(id, one, now) for id, one in offered.items() if id not in known or id in changed]
    insert_new(connection, subscriptions, rows)


def _key(one: PushOffer) -> tuple[str, str]:
    return one.hub, one.topic


def _row(source: str, one: PushOffer, now: datetime) -> dict[str, Any]:
    made = {"id": secrets.token_urlsafe(24), "secret": secrets.token_urlsafe(48), "lease_until": None}
    work = {"state": PushState.WANTED.value, "attempts": 0, "free_at": now, "due_at": now, "held": False}
    return {**made, **work, "source": source, "hub": one.hub, "topic": one.topic, "created_at": now}


def _with_source() -> Any:
    return select(subscriptions, sources.c.active, sources.c.data).join(sources, sources.c.id == subscriptions.c.source)


def _subscription(row: RowMapping) -> StoredSubscription:
    return StoredSubscription(
        row["id"],
        row["source"],
        codec.source(row["data"]).name,
        row["hub"],
        row["topic"],
        row["secret"],
        PushState(row["state"]),
        row["lease_until"],
        row["attempts"],
        row["active"],
    )


__all__ = ["PushRows", "save_offers", "save_pauses"]
