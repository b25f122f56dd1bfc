"""Silences: spans of time in which some alerts are not sent. Ended ones are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, RowMapping, insert, select, update

from monitor.ports import Silence
from monitor.store import codec
from monitor.store.engine import reading, writing
from monitor.store.tables import silences

_MATCHERS = ("regions", "places", "frames", "targets", "conflicts")


class SilenceRows:
    """The part of the store that knows silences."""

    engine: Engine

    def silences(self, now: datetime | None = None) -> list[Silence]:
        """Return the silences in force at that time, or all that were ever kept, the last to end first."""
        query = select(silences).order_by(silences.c.ends_at.desc(), silences.c.id)
        if now is not None:
            query = query.where(silences.c.starts_at <= now, silences.c.ends_at > now)
        with reading(self.engine) as connection:
            return [_silence(row) for row in connection.execute(query).mappings()]

    def add_silence(self, silence: Silence, now: datetime) -> None:
        """Keep a silence."""
        values = {
            "id": silence.id,
            "matchers": codec.to_text({name: list(getattr(silence, name)) for name in _MATCHERS}),
            "state": "kept",
            "starts_at": silence.starts,
            "ends_at": silence.ends,
            "author": silence.author,
            "comment": silence.comment,
            "created_at": now,
        }
        with writing(self.engine) as connection:
            connection.execute(insert(silences).values(values))

    def expire_silence(self, id: str, now: datetime) -> bool:
        """End a silence now; False when there is none of that id in force or to come."""
        ended = update(silences).where(silences.c.id == id, silences.c.ends_at > now).values(ends_at=now)
        with writing(self.engine) as connection:
            return connection.execute(ended).rowcount == 1


def _silence(row: RowMapping) -> Silence:
    matchers = {name: tuple(values) for name, values in codec.from_text(row["matchers"]).items() if name in _MATCHERS}
    return Silence(row["id"], row["starts_at"], row["ends_at"], row["author"], row["comment"], **matchers)
