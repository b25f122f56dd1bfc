"""Reading conflicts back from their rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, Select, select

from monitor.model import (
    ArticleRef,
    Conflict,
    ConflictKind,
    ConflictState,
    ConflictView,
    Frame,
    Position,
    Revision,
    SourceKind,
)
from monitor.store import codec
from monitor.store.tables import articles, claims, conflicts, position_claims, positions, revisions


def load_view(connection: Connection, conflict: Conflict) -> ConflictView:
    """Return a conflict with the articles behind its claims."""
    ids = {claim.article for position in conflict.positions for claim in position.claims}
    rows = connection.execute(select(articles).where(articles.c.id.in_(ids)).order_by(articles.c.id)).mappings()
    return ConflictView(conflict, {row["id"]: _reference(row) for row in rows})


def load_conflict(connection: Connection, id: str) -> Conflict:
    """Return one conflict that is known to be there."""
    return load_conflicts(connection, [id])[0]


def _reference(row: RowMapping) -> ArticleRef:
    kind = SourceKind(row["source_kind"])
    return ArticleRef(
        row["id"], row["source"], kind, row["url"], row["title"], row["published"], row["fetched"], row["sample"]
    )


def load_conflicts(connection: Connection, ids: list[str]) -> list[Conflict]:
    """Return these conflicts, in the order of the ids."""
    answers = _by_conflict(connection, select(positions).order_by(positions.c.number), positions.c.conflict, ids)
    linked = select(position_claims, claims.c.data).join(claims).order_by(position_claims.c.number)
    held = _by_conflict(connection, linked, position_claims.c.conflict, ids)
    history = _by_conflict(connection, select(revisions).order_by(revisions.c.number), revisions.c.conflict, ids)
    rows = connection.execute(select(conflicts).where(conflicts.c.id.in_(ids))).mappings()
    found = {row["id"]: _to_conflict(row) for row in rows}
    return [
        replace(
            found[id],
            positions=tuple(_position(row, held[id]) for row in answers[id]),
            revisions=tuple(Revision(r["number"], r["at"], r["cause"], r["note"]) for r in history[id]),
        )
        for id in ids
        if id in found
    ]


def _by_conflict(
    connection: Connection, query: Select[Any], column: Column[Any], ids: list[str]
) -> dict[str, list[RowMapping]]:
    grouped: dict[str, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(query.where(column.in_(ids))).mappings():
        grouped[row["conflict"]].append(row)
    return grouped


def _position(row: RowMapping, held: list[RowMapping]) -> Position:
    mine = (codec.claim(link["data"]) for link in held if link["position"] == row["number"])
    return Position(row["answer"], tuple(mine))


def _to_conflict(row: RowMapping) -> Conflict:
    return Conflict(
        id=row["id"],
        region=row["region"],
        place=row["place"],
        frame=Frame(row["frame"]),
        kind=ConflictKind(row["kind"]),
        question=row["question"],
        positions=(),
        confidence=row["confidence"],
        opened_at=row["opened_at"],
        updated_at=row["updated_at"],
        state=ConflictState(row["state"]),
        reasons=tuple(codec.from_text(row["reasons"])),
    )
