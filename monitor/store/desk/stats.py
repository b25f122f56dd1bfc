"""Numbers about regions and outlets, over the last days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from monitor.model import ConflictState
from monitor.store.desk.values import RegionLine, Rivals, SourceLine
from monitor.store.engine import reading
from monitor.store.sources import stored_source
from monitor.store.tables import articles, claims, conflicts, position_claims, sources

DAYS = 14
MOST_CONFLICTS = 3000  # of the latest, in which outlets are compared


class StatsPages:
    """The part of the desk that counts."""

    engine: Engine

    def regions(self, names: Sequence[str], now: datetime) -> list[RegionLine]:
        """Return the numbers of these regions over the last fortnight."""
        with reading(self.engine) as connection:
            return [_region(connection, name, now) for name in names]

    def sources(self, now: datetime, span: timedelta = timedelta(days=30)) -> tuple[list[SourceLine], list[Rivals]]:
        """Return every outlet with its numbers, and the pairs that disagree most, most first."""
        with reading(self.engine) as connection:
            sides = _sides(connection, now - span)
            counted = select(
                articles.c.source, func.count().label("number"), func.max(articles.c.published).label("at")
            )
            counted = counted.where(articles.c.published >= now - span).group_by(articles.c.source)
            written = {row.source: row for row in connection.execute(counted)}
            active = select(sources).where(sources.c.active).order_by(sources.c.name, sources.c.id)
            stored = [stored_source(row) for row in connection.execute(active).mappings()]
        alone, joined = _support(sides)
        known = {one.source.name for one in stored}
        lines = [_line(one, one.source.name, written, alone, joined) for one in stored]
        lines += [_line(None, name, written, alone, joined) for name in sorted(set(written) - known)]
        return lines, _rivals(sides)

    def failing(self) -> int:
        """Return how many sources fail or are gone."""
        with reading(self.engine) as connection:
            active = select(sources).where(sources.c.active)
            return sum(bool(stored_source(row).memory.get("failures")) for row in connection.execute(active).mappings())


def _region(connection: Connection, name: str, now: datetime) -> RegionLine:
    start = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    here = (claims.c.region == name, claims.c.current)
    days = tuple(_count(connection, *here, *_within(start + timedelta(days=day))) for day in range(DAYS))
    places = (
        select(claims.c.place, func.count().label("number"))
        .where(*here, claims.c.published >= start)
        .group_by(claims.c.place)
    )
    told = dict(sorted((row.place, row.number) for row in connection.execute(places) if row.place))
    still = (conflicts.c.region == name, conflicts.c.state == ConflictState.OPEN.value)
    disputes = select(conflicts.c.place, func.count().label("number")).where(*still).group_by(conflicts.c.place)
    disputed = dict(sorted((row.place or "", row.number) for row in connection.execute(disputes)))
    latest = connection.scalar(select(func.max(claims.c.published)).where(claims.c.region == name))
    return RegionLine(name, days, told, sum(disputed.values()), disputed, latest)


def _within(day: datetime) -> tuple[Any, Any]:
    return claims.c.published >= day, claims.c.published < day + timedelta(days=1)


def _count(connection: Connection, *where: Any) -> int:
    return connection.scalar(select(func.count()).select_from(claims).where(*where)) or 0


Sides = dict[str, dict[int, set[str]]]


def _sides(connection: Connection, since: datetime) -> Sides:
    """Conflict → number of a position → the outlets that carry it."""
    recent = (
        select(conflicts.c.id)
        .where(conflicts.c.updated_at >= since, conflicts.c.state != ConflictState.DISMISSED.value)
        .order_by(conflicts.c.updated_at.desc(), conflicts.c.id.desc())
        .limit(MOST_CONFLICTS)
    )
    query = (
        select(position_claims.c.conflict, position_claims.c.position, articles.c.source)
        .join(claims, claims.c.id == position_claims.c.claim)
        .join(articles, articles.c.id == claims.c.article)
        .where(position_claims.c.conflict.in_(recent))
        .distinct()
    )
    found: Sides = defaultdict(lambda: defaultdict(set))
    for row in connection.execute(query):
        found[row.conflict][row.position].add(row.source)
    return found


def _support(sides: Sides) -> tuple[Counter[str], Counter[str]]:
    alone, joined = Counter[str](), Counter[str]()
    for positions in sides.values():
        for outlets in positions.values():
            (alone if len(outlets) == 1 else joined).update(outlets)
    return alone, joined


def _rivals(sides: Sides, most: int = 15) -> list[Rivals]:
    counts = Counter[tuple[str, str]]()
    for positions in sides.values():
        found = set()
        for left, right in combinations(positions.values(), 2):
            found |= {(min(a, b), max(a, b)) for a in left - right for b in right - left}
        counts.update(found)
    return [Rivals(*pair, count) for pair, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]]


def _line(stored: Any, name: str, written: dict[str, Any], alone: Counter[str], joined: Counter[str]) -> SourceLine:
    row = written.get(name)
    count, at = (row.number, row.at) if row is not None else (0, None)
    return SourceLine(stored, name, count, alone[name], joined[name], at)
