"""Sources, their poll state and the entries that their feeds list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, RowMapping, select, update

from monitor.model import Entry, Source
from monitor.ports import StoredSource
from monitor.store import codec
from monitor.store.engine import reading, writing
from monitor.store.tables import sources
from monitor.store.work import insert_new, waiting
from monitor.text.urls import canonical_url

MAX_CHANGES = 24  # an entry that changes with every poll carries a counter or a clock, no news
_CHUNK = 500
STORED = tuple(sources.c[name] for name in ("id", "data", "memory", "state", "reason"))
NEW, RETIRED = "new", "retired"


class SourceRows:
    """The part of the store that knows sources."""

    engine: Engine

    def sync_sources(self, wanted: Sequence[Source], now: datetime) -> None:
        """Store new sources as due now, keep the poll state of known ones, and retire those no longer listed."""
        rows = {codec.identity(source.feed): source for source in wanted}
        columns = select(sources.c.id, sources.c.active, sources.c.data, sources.c.free_at)
        with writing(self.engine) as connection:
            known = {row.id: row for row in connection.execute(columns)}
            insert_new(connection, sources, [_source_row(id, s, now) for id, s in rows.items() if id not in known])
            for id, row in known.items():
                if values := _synced(row._mapping, rows.get(id), now):
                    connection.execute(update(sources).where(sources.c.id == id).values(values))

    def sources(self) -> list[StoredSource]:
        """Return every active source by name."""
        query = select(*STORED).where(sources.c.active).order_by(sources.c.name, sources.c.id)
        with reading(self.engine) as connection:
            return [stored_source(row) for row in connection.execute(query).mappings()]

    def source_ids(self) -> list[str]:
        """Return the ids of every active source."""
        with reading(self.engine) as connection:
            return list(connection.scalars(select(sources.c.id).where(sources.c.active).order_by(sources.c.name)))

    def feeds_of(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the addresses of these sources' feeds, by id."""
        found: dict[str, str] = {}
        with reading(self.engine) as connection:
            for at in range(0, len(ids), _CHUNK):
                query = select(sources.c.id, sources.c.feed).where(sources.c.id.in_(ids[at : at + _CHUNK]))
                found.update({row.id: row.feed for row in connection.execute(query)})
        return found


def _synced(row: RowMapping, source: Source | None, now: datetime) -> Mapping[str, Any]:
    """What changes in a known source's row, if anything."""
    if source is None:
        return {"active": False, "due_at": None, "held": False} if row["active"] else {}
    data = codec.dump(source)
    if not row["active"]:
        # Its timer goes on where it stood: leaving the config and coming back is no licence to poll at once.
        free_at = row["free_at"] or now
        return {"active": True, "name": source.name, "data": data, "free_at": free_at, "due_at": free_at}
    return {} if row["data"] == data else {"name": source.name, "data": data}


def entry_digest(entry: Entry) -> str:
    """Return a hash that changes when what an entry says changes."""
    return codec.identity(entry.title, entry.link, entry.updated, entry.summary, entry.content_html)


def _source_row(id: str, source: Source, now: datetime) -> Mapping[str, Any]:
    return {
        "id": id,
        "name": source.name,
        "feed": source.feed,
        "data": codec.dump(source),
        "memory": "{}",
        "active": True,
        "created_at": now,
        **waiting(NEW, now),
        "due_at": now,
    }


def entry_row(id: str, source: str, entry: Entry, now: datetime) -> Mapping[str, Any]:
    """Return the columns of a new entry."""
    return {
        "id": id,
        "source": source,
        "key": entry.key,
        "link": canonical_url(entry.link) if entry.link else None,
        "data": codec.dump(entry),
        "digest": entry_digest(entry),
        "changes": 0,
        "created_at": now,
        **waiting(NEW, now),
    }


def stored_source(row: RowMapping) -> StoredSource:
    source = codec.source(row["data"])
    return StoredSource(row["id"], source, codec.from_text(row["memory"]), row["state"], row["reason"])
