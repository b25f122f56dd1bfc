"""Claims and conflicts that bear on more than one watched region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from monitor.model import Claim, Conflict
from monitor.ports import Candidates
from monitor.store.tables import claim_neighbours, claims, conflict_neighbours
from monitor.store.work import insert_new

MOST = 50  # claims of each neighbour


def save_neighbours(connection: Connection, article: str, found: Iterable[Claim]) -> None:
    """Store which other watched regions the article of these claims names, instead of what was stored for it."""
    known = select(claims.c.id).where(claims.c.article == article)
    connection.execute(delete(claim_neighbours).where(claim_neighbours.c.claim.in_(known)))
    rows = [
        {"claim": claim.id, "neighbour": other, "region": claim.region, "published": claim.published}
        for claim in found
        for other in claim.neighbours
    ]
    insert_new(connection, claim_neighbours, rows)


def told_beside(connection: Connection, article: str, new: Sequence[Claim], reach: Candidates) -> dict[str, str]:
    """Return id → data of the latest claims about each neighbour whose articles name the region of a new claim."""
    found: dict[str, str] = {}
    for region, neighbour in sorted({(claim.region, other) for claim in new for other in claim.neighbours}):
        times = [claim.published for claim in new if claim.region == region and neighbour in claim.neighbours]
        found.update(_latest(connection, article, neighbour, region, times, reach))
    return found


def _latest(
    connection: Connection, article: str, region: str, neighbour: str, times: Sequence[datetime], reach: Candidates
) -> dict[str, str]:
    of = claim_neighbours.c
    span = (of.published >= min(times) - reach.window, of.published <= max(times) + reach.window)
    query = (
        select(claims.c.id, claims.c.data)
        .join_from(claim_neighbours, claims, claims.c.id == of.claim)
        .where(of.region == region, of.neighbour == neighbour, *span, claims.c.current, claims.c.article != article)
    )
    rows = connection.execute(query.order_by(of.published.desc(), of.claim).limit(MOST))
    return {row.id: row.data for row in rows}


def watched_by(claims: Iterable[Claim]) -> set[str]:
    """Return the regions whose claims may be compared with these."""
    return {region for claim in claims for region in (claim.region, *claim.neighbours)}


def save_regions(connection: Connection, conflict: Conflict) -> None:
    """Store the regions that a conflict is about besides its own."""
    connection.execute(delete(conflict_neighbours).where(conflict_neighbours.c.conflict == conflict.id))
    rows = [{"conflict": conflict.id, "region": region} for region in conflict.regions[1:]]
    insert_new(connection, conflict_neighbours, rows)
