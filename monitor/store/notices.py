"""Notices about sources, on their way to the `ops` targets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update

from monitor.ports import StoredNotice
from monitor.store import codec
from monitor.store.engine import writing
from monitor.store.tables import notices
from monitor.store.work import claim, finished


class NoticeRows:
    """The part of the store that knows notices."""

    engine: Engine

    def claim_notice(self, id: str, now: datetime, lease: timedelta) -> StoredNotice | None:
        """Claim a notice that is to be sent; None when it is not due or held."""
        with writing(self.engine) as connection:
            if not claim(connection, notices, id, now, lease):
                return None
            row = connection.execute(select(notices).where(notices.c.id == id)).mappings().one()
        told = tuple(codec.from_text(row["told"]))
        return StoredNotice(row["id"], row["source"], row["text"], row["created_at"], row["attempts"], told)

    def notice_told(self, id: str, told: Sequence[str], now: datetime, again: datetime | None, reason: str) -> None:
        """Note which targets have a notice; `again` is when the others are tried next, None finishes it."""
        work = {"held": False, "free_at": again, "due_at": again}
        values = work if again is not None else finished("dead" if reason else "sent", now)
        with writing(self.engine) as connection:
            here = update(notices).where(notices.c.id == id)
            connection.execute(here.values(**values, told=codec.to_text(list(told)), reason=reason))
