"""Claims worth comparing, and the conflicts between claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, update

from monitor.model import Alert, Claim, Conflict, ConflictChange, ConflictState, ConflictView, Frame, Revision
from monitor.ports import ArticleState, Candidates, Comparison
from monitor.store import codec, tables
from monitor.store.alerts import alert_row
from monitor.store.dismissals import load_dismissed
from monitor.store.engine import reading, writing
from monitor.store.neighbours import save_regions, told_beside
from monitor.store.tables import (
    articles,
    claims,
    conflict_sources,
    conflicts,
    position_claims,
    positions,
    region_versions,
    revisions,
)
from monitor.store.views import load_conflicts, load_view
from monitor.store.work import finished, insert_new

REGION_CLAIMS = 100  # of the region's latest claims, whatever their frame: denials and outcomes cross frames
REGION_CONFLICTS = 200
_PAGE = 1000


class ConflictRows:
    """The part of the store that knows claims and conflicts."""

    engine: Engine

    def load_comparison(self, article: str, reach: Candidates) -> Comparison:
        """Return an article's claims with those worth comparing and the conflicts of their regions."""
        with reading(self.engine) as connection:
            new = _claims(connection, claims.c.article == article, claims.c.current)
            regions = sorted({claim.region for claim in new})
            versions = _versions(connection)  # before all else: what changes in between is seen
            candidates = _candidates(connection, article, new, reach)
            existing = load_conflicts(connection, _conflict_ids(connection, regions, [*new, *candidates]))
            involved = {c.article for c in [*new, *candidates]}
            involved |= {c.article for conflict in existing for p in conflict.positions for c in p.claims}
            since = min((claim.published for claim in new), default=datetime.max.replace(tzinfo=UTC)) - reach.window
            about = sorted({claim.region for claim in [*new, *candidates]})
            dismissed = load_dismissed(connection, about, since)
            return Comparison(
                tuple(new), tuple(candidates), tuple(existing), _copies(connection, involved), versions, dismissed
            )

    def save_comparison(
        self,
        article: str,
        comparison: Comparison,
        changes: Sequence[ConflictChange],
        alerts: Sequence[Alert],
        now: datetime,
    ) -> bool:
        """Save changes with their alerts and finish the article in one transaction; False when another came first."""
        with writing(self.engine) as connection:
            regions = sorted({region for change in changes for region in change.conflict.regions})
            if not _advance(connection, regions, comparison):
                connection.rollback()
                return False
            for change in changes:
                _save_conflict(connection, change.conflict)
            insert_new(connection, tables.alerts, [alert_row(alert) for alert in alerts])
            done = update(articles).where(articles.c.id == article, articles.c.state == ArticleState.TAGGED.value)
            connection.execute(done.values(finished(ArticleState.COMPARED, now)))
            return True

    def save_changes(self, changes: Sequence[ConflictChange], alerts: Sequence[Alert]) -> None:
        """Save changes that time alone made (a conflict grown quiet), with their alerts."""
        with writing(self.engine) as connection:
            for change in changes:
                _save_conflict(connection, change.conflict)
            insert_new(connection, tables.alerts, [alert_row(alert) for alert in alerts])

    def recent_claims(self, region: str, until: datetime, limit: int) -> list[Claim]:
        """Return the latest claims about a region published up to then, newest first."""
        here = (claims.c.region == region, claims.c.published <= until, claims.c.current)
        query = select(claims.c.data).where(*here).order_by(claims.c.published.desc(), claims.c.id).limit(limit)
        with reading(self.engine) as connection:
            return [codec.claim(text) for text in connection.scalars(query)]

    def claims_of(self, id: str) -> list[Claim]:
        """Return the claim of this id, or the current claims of the article of this id, in text order."""
        with reading(self.engine) as connection:
            return _claims(connection, claims.c.id == id) or _claims(
                connection, claims.c.article == id, claims.c.current
            )

    def claims(self) -> Iterator[Claim]:
        """Yield every current claim by publication time, article and place in it."""
        last: tuple[datetime, str] | None = None
        while True:
            query = select(claims.c.published, claims.c.id, claims.c.data).where(claims.c.current)
            if last is not None:
                after = (claims.c.published > last[0]) | ((claims.c.published == last[0]) & (claims.c.id > last[1]))
                query = query.where(after)
            with reading(self.engine) as connection:
                rows = connection.execute(query.order_by(claims.c.published, claims.c.id).limit(_PAGE)).all()
            yield from (codec.claim(row.data) for row in rows)
            if len(rows) < _PAGE:
                return
            last = (rows[-1].published, rows[-1].id)

    def conflicts(self) -> list[Conflict]:
        """Return every conflict by the time it was opened."""
        with reading(self.engine) as connection:
            query = select(conflicts.c.id).order_by(conflicts.c.opened_at, conflicts.c.id)
            return load_conflicts(connection, list(connection.scalars(query)))

    def open_conflicts(self, before: datetime) -> list[Conflict]:
        """Return the open conflicts that had no news since then."""
        still = (conflicts.c.state == ConflictState.OPEN.value, conflicts.c.updated_at <= before)
        with reading(self.engine) as connection:
            return load_conflicts(connection, list(connection.scalars(select(conflicts.c.id).where(*still))))

    def conflict(self, id: str) -> Conflict | None:
        """Return one conflict."""
        with reading(self.engine) as connection:
            return next(iter(load_conflicts(connection, [id])), None)

    def view(self, conflict: Conflict) -> ConflictView:
        """Return a conflict with the articles behind its claims."""
        with reading(self.engine) as connection:
            return load_view(connection, conflict)


def _claims(connection: Connection, *where: ColumnElement[bool]) -> list[Claim]:
    query = select(claims.c.data).where(*where).order_by(claims.c.published, claims.c.id)
    found = [codec.claim(text) for text in connection.scalars(query)]
    return sorted(found, key=lambda claim: (claim.published, claim.article, claim.order, claim.start, claim.id))


def _candidates(connection: Connection, article: str, new: Sequence[Claim], reach: Candidates) -> list[Claim]:
    groups: dict[tuple[str, Frame, str], list[datetime]] = defaultdict(list)
    for claim in new:
        groups[claim.region, claim.frame, claim.place or ""].append(claim.published)
    found: dict[str, str] = {}
    queries = sum(2 if place else 1 for _, _, place in groups)
    limit = min(reach.limit, reach.total // max(queries, 1))
    for (region, frame, place), times in groups.items():
        asked = [claims.c.region == region, claims.c.frame == frame.value]
        # A claim that names no place may be about any. Two queries: one over both places would sort the whole window.
        for where in [[*asked, claims.c.place == name] for name in (place, "")] if place else [asked]:
            found.update(_nearest(connection, article, where, times, reach, limit))
    for region in {claim.region for claim in new}:
        times = [claim.published for claim in new if claim.region == region]
        found.update(_nearest(connection, article, [claims.c.region == region], times, reach, REGION_CLAIMS))
    found.update(told_beside(connection, article, new, reach))
    read = (codec.claim(text) for text in found.values())
    return sorted(read, key=lambda claim: (claim.published, claim.article, claim.order, claim.start, claim.id))


def _nearest(
    connection: Connection,
    article: str,
    where: list[ColumnElement[bool]],
    times: list[datetime],
    reach: Candidates,
    limit: int,
) -> dict[str, str]:
    span = (claims.c.published >= min(times) - reach.window, claims.c.published <= max(times) + reach.window)
    query = select(claims.c.id, claims.c.data).where(*where, *span, claims.c.current, claims.c.article != article)
    rows = connection.execute(query.order_by(claims.c.published.desc(), claims.c.id).limit(limit))
    return {row.id: row.data for row in rows}


def _versions(connection: Connection) -> dict[str, int]:
    return {row.region: row.version for row in connection.execute(select(region_versions))}


def _advance(connection: Connection, regions: list[str], comparison: Comparison) -> bool:
    insert_new(connection, region_versions, [{"region": region, "version": 0} for region in regions])
    for region in regions:
        seen = comparison.versions.get(region, 0)
        here = (region_versions.c.region == region, region_versions.c.version == seen)
        if connection.execute(update(region_versions).where(*here).values(version=seen + 1)).rowcount != 1:
            return False
    return True


def _conflict_ids(connection: Connection, regions: list[str], near: list[Claim]) -> list[str]:
    recent = (
        select(conflicts.c.id)
        .where(conflicts.c.region.in_(regions))
        .order_by(conflicts.c.updated_at.desc(), conflicts.c.id)
        .limit(REGION_CONFLICTS)
    )
    holding = select(position_claims.c.conflict).where(position_claims.c.claim.in_([claim.id for claim in near]))
    return sorted({*connection.scalars(recent), *connection.scalars(holding)})


def _copies(connection: Connection, ids: set[str]) -> dict[str, str]:
    query = select(articles.c.id, articles.c.copy_of).where(articles.c.id.in_(ids), articles.c.copy_of.is_not(None))
    return {row.id: row.copy_of for row in connection.execute(query)}


def _save_conflict(connection: Connection, conflict: Conflict) -> None:
    taken = connection.scalar(select(func.max(revisions.c.number)).where(revisions.c.conflict == conflict.id)) or 0
    values = {
        "region": conflict.region,
        "place": conflict.place,
        "frame": conflict.frame.value,
        "kind": conflict.kind.value,
        "question": conflict.question,
        "confidence": conflict.confidence,
        "reasons": codec.to_text(conflict.reasons),
        "state": conflict.state.value,
        "updated_at": conflict.updated_at,
    }
    insert_new(connection, conflicts, [{"id": conflict.id, "opened_at": conflict.opened_at, **values}])
    connection.execute(update(conflicts).where(conflicts.c.id == conflict.id).values(values))
    _save_positions(connection, conflict)
    rows = [_revision_row(conflict.id, revision) for revision in conflict.revisions if revision.number > taken]
    insert_new(connection, revisions, rows)


def _save_positions(connection: Connection, conflict: Conflict) -> None:
    connection.execute(delete(position_claims).where(position_claims.c.conflict == conflict.id))
    connection.execute(delete(positions).where(positions.c.conflict == conflict.id))
    for number, position in enumerate(conflict.positions):
        own = {"conflict": conflict.id, "number": number, "answer": position.answer}
        first = min((claim.published for claim in position.claims), default=conflict.opened_at)
        connection.execute(insert(positions).values(**own, state="held", created_at=first))
        rows = [
            {"conflict": conflict.id, "claim": claim.id, "position": number, "number": at}
            for at, claim in enumerate(position.claims)
        ]
        insert_new(connection, position_claims, rows)
    connection.execute(delete(conflict_sources).where(conflict_sources.c.conflict == conflict.id))
    outlets = sorted({claim.source for position in conflict.positions for claim in position.claims})
    insert_new(connection, conflict_sources, [{"source": outlet, "conflict": conflict.id} for outlet in outlets])
    save_regions(connection, conflict)


def _revision_row(conflict: str, revision: Revision) -> dict[str, object]:
    return {
        "conflict": conflict,
        "number": revision.number,
        "at": revision.at,
        "cause": revision.cause,
        "note": revision.note,
    }
