"""Claims and conflicts that bear on more than one watched region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, delete, select

from monitor.model import Claim, Conflict
from monitor.ports import Candidates
from monitor.store.tables import claim_neighbours, claims, conflict_neighbours
from monitor.store.work import insert_new

MOST = 50  # claims of a region for each reason to look there
Query = Select[tuple[str, str]]


def save_neighbours(connection: Connection, article: str, found: Iterable[Claim]) -> None:
    """Store which other watched regions the article of these claims names, instead of what was stored for it."""
    known = select(claims.c.id).where(claims.c.article == article)
    connection.execute(delete(claim_neighbours).where(claim_neighbours.c.claim.in_(known)))
    rows = [
        {"claim": claim.id, "neighbour": other, "published": claim.published}
        for claim in found
        for other in claim.neighbours
    ]
    insert_new(connection, claim_neighbours, rows)


def told_beside(connection: Connection, article: str, new: Sequence[Claim], reach: Candidates) -> dict[str, str]:
    """Return id → data of the latest claims on regions that the new article names, and of those that name its own."""
    if not new:
        return {}
    own, named = {claim.region for claim in new}, {other for claim in new for other in claim.neighbours}
    times = [claim.published for claim in new]
    near = (min(times) - reach.window, max(times) + reach.window)
    there = select(claims.c.id, claims.c.data).where(claims.c.current, claims.c.article != article)
    naming = there.join_from(claim_neighbours, claims, claims.c.id == claim_neighbours.c.claim)
    asked = [
        *(_latest(there.where(claims.c.region == region), claims.c.published, near) for region in sorted(named - own)),
        *(
            _latest(naming.where(claim_neighbours.c.neighbour == region), claim_neighbours.c.published, near)
            for region in sorted(own)
        ),
    ]
    return {row.id: row.data for query in asked for row in connection.execute(query)}


def _latest(query: Query, published: ColumnElement[datetime], near: tuple[datetime, datetime]) -> Query:
    return query.where(published.between(*near)).order_by(published.desc(), claims.c.id).limit(MOST)


def save_regions(connection: Connection, conflict: Conflict) -> None:
    """Store the regions that a conflict is about besides its own."""
    connection.execute(delete(conflict_neighbours).where(conflict_neighbours.c.conflict == conflict.id))
    rows = [{"conflict": conflict.id, "region": region} for region in conflict.regions[1:]]
    insert_new(connection, conflict_neighbours, rows)
