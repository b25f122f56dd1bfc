"""Many sources claimed, and many polls saved, in one transaction each: what makes polling thousands of feeds cheap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, and_, bindparam, or_, select, update

from monitor.model import Entry
from monitor.ports import GRACE, PollRecord, PushOffer, StoredSource
from monitor.store import codec
from monitor.store.engine import reading, writing
from monitor.store.pushes import save_offers, save_pauses
from monitor.store.sources import MAX_CHANGES, NEW, STORED, entry_digest, entry_row, stored_source
from monitor.store.tables import entries, notices, sources
from monitor.store.work import insert_new, waiting

_CHUNK = 500
_WHERE = "here_id"
_NOTHING: Mapping[str, Any] = {}


class PollRows:
    """The part of the store that polls: always many sources at once."""

    engine: Engine

    @contextmanager
    def staying_open(self) -> Iterator[None]:
        """Keep one connection open: SQLite flushes its log to disk whenever the last one closes, which is dear."""
        with self.engine.connect() as connection:
            connection.execute(select(sources.c.id).limit(1))
            connection.rollback()
            yield

    def claim_sources(
        self, ids: Sequence[str], now: datetime, lease: timedelta, force: bool = False
    ) -> list[StoredSource]:
        """Claim the due ones among these sources (all that nobody holds, when forced)."""
        free = sources.c.free_at <= now
        if force:
            free = or_(free, and_(sources.c.free_at > now, ~sources.c.held))
        until = {"held": True, "attempts": sources.c.attempts + 1, "free_at": now + lease, "due_at": now + lease}
        claimed: list[StoredSource] = []
        with writing(self.engine) as connection:
            for part in _chunks(ids):
                taken = update(sources).where(sources.c.id.in_(part), sources.c.active, free).values(until)
                claimed += [stored_source(row) for row in connection.execute(taken.returning(*STORED)).mappings()]
        return claimed

    def known_keys_of(self, listed: Sequence[tuple[str, Sequence[str]]]) -> dict[str, dict[str, str]]:
        """Return, for each (source id, canonical links), the keys under which those links are stored, by link."""
        known: dict[str, dict[str, str]] = {id: {} for id, _ in listed}
        pairs = {(id, link) for id, links in listed for link in links}
        with reading(self.engine) as connection:
            for part in _chunks(sorted({link for _, link in pairs})):
                query = select(entries.c.source, entries.c.link, entries.c.key).where(entries.c.link.in_(part))
                for row in connection.execute(query.where(entries.c.source.in_(list(known))).order_by(entries.c.key)):
                    if (row.source, row.link) in pairs:
                        known[row.source][row.link] = row.key
        return known

    def save_polls(
        self,
        saved: Sequence[tuple[str, PollRecord]],
        now: datetime,
        pauses: Mapping[str, datetime] = _NOTHING,
        offers: Mapping[str, PushOffer] = _NOTHING,
    ) -> list[list[str]]:
        """Save polls' outcomes, all or none; return for each the ids of entries that are new or changed.

        The validators become valid only together with the entries that came with them: a crash between the two
        would turn into 304 answers for entries that nobody stored.
        """
        if not saved:
            return []
        with writing(self.engine) as connection:
            _save_sources(connection, saved)
            _save_notices(connection, saved, now)
            save_pauses(connection, pauses, now)
            save_offers(connection, offers, now)
            return _save_entries(connection, [(id, record.entries) for id, record in saved], now)

    def save_pushed(self, source: str, entries: Sequence[Entry], now: datetime) -> list[str]:
        """Store what a hub pushed, due at once; return the ids of entries that are new or changed."""
        with writing(self.engine) as connection:
            # No message goes out for them: they are due for the sweep, as if it had been lost long ago.
            return _save_entries(connection, [(source, entries)], now - GRACE)[0]


def _save_sources(connection: Connection, saved: Sequence[tuple[str, PollRecord]]) -> None:
    columns = ("memory", "free_at", "due_at", "state", "reason")
    statement = update(sources).where(sources.c.id == bindparam(_WHERE))
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    rows = [
        {
            _WHERE: id,
            "new_memory": codec.to_text(record.memory),
            "new_free_at": record.next_at,
            "new_due_at": record.next_at,
            "new_state": record.state,
            "new_reason": record.reason,
        }
        for id, record in saved
    ]
    connection.execute(statement.values(**values, held=False), rows)


def _save_notices(connection: Connection, saved: Sequence[tuple[str, PollRecord]], now: datetime) -> None:
    rows = [
        {"id": codec.identity(id, record.notice), "source": id, "text": record.notice, "told": "[]", "created_at": now}
        for id, record in saved
        if record.notice
    ]
    work = {**waiting("pending", now), "due_at": now}
    insert_new(connection, notices, [{**row, **work} for row in rows])


def _save_entries(
    connection: Connection, saved: Sequence[tuple[str, Sequence[Entry]]], now: datetime
) -> list[list[str]]:
    rows = [{codec.identity(id, entry.key): entry for entry in listed} for id, listed in saved]
    known = _known(connection, [id for listed in rows for id in listed])
    new = [
        entry_row(id, source, entry, now)
        for (source, _), listed in zip(saved, rows, strict=True)
        for id, entry in listed.items()
        if id not in known
    ]
    insert_new(connection, entries, new)
    changed = _change(connection, {id: entry for listed in rows for id, entry in listed.items()}, known, now)
    return [[id for id in listed if id not in known or id in changed] for listed in rows]


def _known(connection: Connection, ids: Sequence[str]) -> dict[str, RowMapping]:
    known: dict[str, RowMapping] = {}
    columns = (entries.c.id, entries.c.digest, entries.c.changes)
    for part in _chunks(ids):
        known.update(
            {row["id"]: row for row in connection.execute(select(*columns).where(columns[0].in_(part))).mappings()}
        )
    return known


def _change(
    connection: Connection, listed: dict[str, Entry], known: dict[str, RowMapping], now: datetime
) -> frozenset[str]:
    changed = set()
    for id, row in known.items():
        digest = entry_digest(listed[id])
        if row["digest"] != digest and row["changes"] < MAX_CHANGES:
            values = {"digest": digest, "data": codec.dump(listed[id]), "changes": row["changes"] + 1}
            connection.execute(update(entries).where(entries.c.id == id).values(values | waiting(NEW, now)))
            changed.add(id)
    return frozenset(changed)


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
