"""Lists of conflicts, and all about one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from monitor.model import ConflictState, Frame
from monitor.store.alerts import to_alert
from monitor.store.desk.actions import DeskActions
from monitor.store.desk.paging import Page, Place, after, page
from monitor.store.desk.values import (
    Acknowledgement,
    ConflictFile,
    ConflictFilter,
    ConflictLine,
    Dismissal,
    PairDismissal,
    Side,
)
from monitor.store.engine import reading
from monitor.store.tables import (
    acknowledgements,
    alerts,
    article_revisions,
    articles,
    claims,
    conflict_neighbours,
    conflict_sources,
    conflicts,
    dismissals,
    dismissed_pairs,
    position_claims,
    positions,
    revisions,
)
from monitor.store.views import load_conflicts, load_view

MOST_ALERTS = 50


class ConflictPages(DeskActions):
    """The part of the desk that knows conflicts."""

    def conflicts(
        self, wanted: ConflictFilter, now: datetime, cursor: str | None = None, limit: int = 30
    ) -> Page[ConflictLine]:
        """Return conflicts, the latest changed first. Raises InputError for a cursor that is none."""
        where = [*_where(wanted), *after(cursor, conflicts.c.updated_at, conflicts.c.id)]
        query = select(conflicts).where(*where).order_by(conflicts.c.updated_at.desc(), conflicts.c.id.desc())
        with reading(self.engine) as connection:
            rows = connection.execute(query.limit(limit + 1)).all()
            ids = [row.id for row in rows[:limit]]
            sides, seen = _sides(connection, ids), _seen(connection, ids)
        mutes = self.muted(now)
        return page(
            rows,
            limit,
            lambda row: _line(row, sides[row.id], row.id in seen, mutes.get(row.id)),
            lambda row: Place(row.updated_at, row.id),
        )

    def conflict(self, id: str, now: datetime) -> ConflictFile | None:
        """Return all about one conflict."""
        mutes = self.muted(now)
        with reading(self.engine) as connection:
            found = next(iter(load_conflicts(connection, [id])), None)
            if found is None:
                return None
            view = load_view(connection, found)
            sent = select(alerts).where(alerts.c.conflict == id).order_by(alerts.c.created_at.desc(), alerts.c.id)
            return ConflictFile(
                view,
                _texts(connection, [claim.id for position in found.positions for claim in position.claims]),
                tuple(to_alert(row) for row in connection.execute(sent.limit(MOST_ALERTS)).mappings()),
                _acknowledgement(connection, id),
                _dismissal(connection, id),
                mutes.get(id),
                _pairs(connection, id),
            )

    def changed_since(self, moment: datetime) -> int:
        """Return how many conflicts that are not dismissed changed after that moment; 100 stands for more."""
        changed = select(conflicts.c.id).where(
            conflicts.c.updated_at > moment, conflicts.c.state != ConflictState.DISMISSED.value
        )
        with reading(self.engine) as connection:
            return connection.scalar(select(func.count()).select_from(changed.limit(100).subquery())) or 0


def _where(wanted: ConflictFilter) -> list[ColumnElement[bool]]:
    c = conflicts.c
    conditions: list[ColumnElement[bool] | None] = [
        _about(wanted.region) if wanted.region else None,
        c.frame == wanted.frame.value if wanted.frame else None,
        c.state == wanted.state.value if wanted.state else None,
        c.state != ConflictState.DISMISSED.value if wanted.state is None and not wanted.every_state else None,
        c.confidence >= wanted.min_confidence if wanted.min_confidence is not None else None,
        c.updated_at >= wanted.since if wanted.since else None,
        c.updated_at < wanted.until if wanted.until else None,
        _carried_by(wanted.source) if wanted.source else None,
    ]
    return [condition for condition in conditions if condition is not None]


def _about(region: str) -> ColumnElement[bool]:
    beside = select(conflict_neighbours.c.conflict).where(conflict_neighbours.c.region == region)
    return or_(conflicts.c.region == region, conflicts.c.id.in_(beside))


def _carried_by(source: str) -> ColumnElement[bool]:
    return conflicts.c.id.in_(select(conflict_sources.c.conflict).where(conflict_sources.c.source == source))


def _sides(connection: Connection, ids: Sequence[str]) -> dict[str, list[Side]]:
    carried = (
        select(position_claims.c.conflict, position_claims.c.position, articles.c.source, func.count().label("held"))
        .join(claims, claims.c.id == position_claims.c.claim)
        .join(articles, articles.c.id == claims.c.article)
        .where(position_claims.c.conflict.in_(ids))
        .group_by(position_claims.c.conflict, position_claims.c.position, articles.c.source)
        .order_by(func.min(position_claims.c.number), articles.c.source)
    )
    by: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for row in connection.execute(carried):
        by[row.conflict, row.position][row.source] = row.held
    answers = select(positions).where(positions.c.conflict.in_(ids)).order_by(positions.c.number)
    found: dict[str, list[Side]] = defaultdict(list)
    for row in connection.execute(answers):
        held = by[row.conflict, row.number]
        found[row.conflict].append(Side(row.answer, tuple(held), sum(held.values())))
    return found


def _seen(connection: Connection, ids: Sequence[str]) -> set[str]:
    """The conflicts that were acknowledged at their latest revision."""
    latest = (
        select(func.max(revisions.c.number))
        .where(revisions.c.conflict == acknowledgements.c.conflict)
        .scalar_subquery()
    )
    query = select(acknowledgements.c.conflict).where(
        acknowledgements.c.conflict.in_(ids), acknowledgements.c.revision >= func.coalesce(latest, 1)
    )
    return set(connection.scalars(query))


def _line(row: Row[Any], sides: Sequence[Side], seen: bool, muted_until: datetime | None) -> ConflictLine:
    names = ("id", "region", "place", "kind", "question", "confidence", "opened_at", "updated_at")
    return ConflictLine(
        **{name: row._mapping[name] for name in names},
        frame=Frame(row.frame),
        state=ConflictState(row.state),
        sides=tuple(sides),
        acknowledged=seen,
        muted_until=muted_until,
    )


def _texts(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The articles' titles and texts in the revision whose offsets the claims have."""
    query = (
        select(claims.c.article, article_revisions.c.title, article_revisions.c.text)
        .join(
            article_revisions,
            (article_revisions.c.article == claims.c.article) & (article_revisions.c.revision == claims.c.revision),
        )
        .where(claims.c.id.in_(ids))
        .order_by(claims.c.revision)
    )
    return {row.article: (row.title, row.text) for row in connection.execute(query)}


def _acknowledgement(connection: Connection, id: str) -> Acknowledgement | None:
    row = connection.execute(select(acknowledgements).where(acknowledgements.c.conflict == id)).first()
    return None if row is None else Acknowledgement(row.author, row.revision, row.created_at)


def _dismissal(connection: Connection, id: str) -> Dismissal | None:
    row = connection.execute(select(dismissals).where(dismissals.c.conflict == id)).first()
    return None if row is None else Dismissal(row.author, row.note, row.kind, row.created_at)


def _pairs(connection: Connection, id: str) -> tuple[PairDismissal, ...]:
    query = select(dismissed_pairs).where(dismissed_pairs.c.conflict == id)
    rows = connection.execute(query.order_by(dismissed_pairs.c.created_at, dismissed_pairs.c.first))
    return tuple(PairDismissal(r.first, r.second, Dismissal(r.author, r.note, r.kind, r.created_at)) for r in rows)
