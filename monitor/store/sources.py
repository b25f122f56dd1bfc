"""Sources, their poll state and the entries that their feeds list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, and_, or_, select, update

from monitor.model import Entry, Source
from monitor.ports import PollRecord, StoredSource
from monitor.store import codec
from monitor.store.engine import reading, writing
from monitor.store.tables import entries, notices, sources
from monitor.store.work import insert_new, waiting
from monitor.text.urls import canonical_url

MAX_CHANGES = 24  # an entry that changes with every poll carries a counter or a clock, no news
_CHUNK = 500
NEW, RETIRED = "new", "retired"


class SourceRows:
    """The part of the store that knows sources."""

    engine: Engine

    def sync_sources(self, wanted: Sequence[Source], now: datetime) -> None:
        """Store new sources as due now, keep the poll state of known ones, and retire those no longer listed."""
        rows = {codec.identity(source.feed): source for source in wanted}
        with writing(self.engine) as connection:
            known = {row.id: row for row in connection.execute(select(sources))}
            insert_new(connection, sources, [_source_row(id, s, now) for id, s in rows.items() if id not in known])
            for id, row in known.items():
                self._sync_known(connection, row._mapping, rows.get(id), now)

    def _sync_known(self, connection: Connection, row: RowMapping, source: Source | None, now: datetime) -> None:
        here = update(sources).where(sources.c.id == row["id"])
        if source is None:
            if row["active"]:
                connection.execute(here.values(active=False, due_at=None, held=False))
        elif not row["active"]:
            # Its timer goes on where it stood: leaving the config and coming back is no licence to poll at once.
            free_at = row["free_at"] or now
            connection.execute(
                here.values(active=True, name=source.name, data=codec.dump(source), free_at=free_at, due_at=free_at)
            )
        elif row["data"] != codec.dump(source):
            connection.execute(here.values(name=source.name, data=codec.dump(source)))

    def sources(self) -> list[StoredSource]:
        """Return every active source by name."""
        query = select(sources).where(sources.c.active).order_by(sources.c.name, sources.c.id)
        with reading(self.engine) as connection:
            return [stored_source(row) for row in connection.execute(query).mappings()]

    def claim_source(self, id: str, now: datetime, lease: timedelta, force: bool = False) -> StoredSource | None:
        """Claim a due source (any, when forced); None when it is not due or another worker holds it."""
        free = sources.c.free_at <= now
        if force:
            free = or_(free, and_(sources.c.free_at > now, ~sources.c.held))
        until = {"held": True, "attempts": sources.c.attempts + 1, "free_at": now + lease, "due_at": now + lease}
        with writing(self.engine) as connection:
            claimed = connection.execute(
                update(sources).where(sources.c.id == id, sources.c.active, free).values(until)
            )
            if claimed.rowcount != 1:
                return None
            row = connection.execute(select(sources).where(sources.c.id == id)).mappings().one()
            return stored_source(row)

    def known_keys(self, id: str, links: Sequence[str]) -> dict[str, str]:
        """Return the keys under which these links are stored, by canonical link."""
        wanted = sorted({canonical_url(link) for link in links})
        known: dict[str, str] = {}
        with reading(self.engine) as connection:
            for at in range(0, len(wanted), _CHUNK):
                here = (entries.c.source == id, entries.c.link.in_(wanted[at : at + _CHUNK]))
                rows = connection.execute(select(entries.c.link, entries.c.key).where(*here).order_by(entries.c.key))
                known.update({row.link: row.key for row in rows})
        return known

    def save_poll(self, id: str, record: PollRecord, now: datetime) -> list[str]:
        """Save a poll's outcome and return the ids of entries that are new or changed, all in one transaction.

        The validators become valid only together with the entries that came with them: a crash between the two
        would turn into 304 answers for entries that nobody stored.
        """
        values = {
            "memory": codec.to_text(record.memory),
            "free_at": record.next_at,
            "due_at": record.next_at,
            "held": False,
            "state": record.state,
            "reason": record.reason,
        }
        with writing(self.engine) as connection:
            connection.execute(update(sources).where(sources.c.id == id).values(values))
            if record.notice:
                notice = {"id": codec.identity(id, record.notice), "source": id, "text": record.notice}
                insert_new(connection, notices, [{**notice, "state": "pending", "created_at": now}])
            return _save_entries(connection, id, record.entries, now)


def _save_entries(connection: Connection, source: str, listed: Sequence[Entry], now: datetime) -> list[str]:
    rows = {codec.identity(source, entry.key): entry for entry in listed}
    known = _known_entries(connection, list(rows))
    new = [entry_row(id, source, entry, now) for id, entry in rows.items() if id not in known]
    insert_new(connection, entries, new)
    changed = []
    for id, row in known.items():
        digest = entry_digest(rows[id])
        if row["digest"] != digest and row["changes"] < MAX_CHANGES:
            values = {"digest": digest, "data": codec.dump(rows[id]), "changes": row["changes"] + 1}
            connection.execute(update(entries).where(entries.c.id == id).values(values | waiting(NEW, now)))
            changed.append(id)
    return [str(row["id"]) for row in new] + changed


def _known_entries(connection: Connection, ids: list[str]) -> dict[str, RowMapping]:
    known: dict[str, RowMapping] = {}
    for at in range(0, len(ids), _CHUNK):
        query = select(entries.c.id, entries.c.digest, entries.c.changes).where(entries.c.id.in_(ids[at : at + _CHUNK]))
        known.update({row["id"]: row for row in connection.execute(query).mappings()})
    return known


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
