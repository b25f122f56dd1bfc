"""Lists of claims, articles with their claims, and alerts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, select

from monitor.model import AlertState, Article, Claim, Quality, SourceKind
from monitor.store import codec
from monitor.store.alerts import to_alert
from monitor.store.desk.paging import Page, Place, after, page
from monitor.store.desk.values import AlertLine, ArticleFile, ClaimFilter
from monitor.store.desk.words import matching
from monitor.store.engine import reading
from monitor.store.tables import alerts, articles, claim_words, claims, conflicts, position_claims


class ClaimPages:
    """The part of the desk that knows claims, articles and alerts."""

    engine: Engine

    def claims(self, wanted: ClaimFilter, cursor: str | None = None, limit: int = 50) -> Page[Claim]:
        """Return claims: the latest published first, or where words are asked for, the latest read first.

        Raises InputError for a cursor that is none.
        """
        with reading(self.engine) as connection:
            if wanted.words.strip():
                return _found(connection, wanted, cursor, limit)
            # Of one outlet, its articles are read in order: among all claims a rare outlet's are far apart.
            at = articles.c.published if wanted.source else claims.c.published
            query = select(at.label("at"), claims.c.id, claims.c.data).where(claims.c.current, *_where(wanted))
            if wanted.source:
                query = query.join(articles, articles.c.id == claims.c.article)
                query = query.where(articles.c.source == wanted.source)
            query = query.where(*after(cursor, at, claims.c.id)).order_by(at.desc(), claims.c.id.desc())
            rows = connection.execute(query.limit(limit + 1)).all()
        return page(rows, limit, lambda row: codec.claim(row.data), lambda row: Place(row.at, row.id))

    def conflicts_of(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the conflicts that claims are part of, by claim."""
        with reading(self.engine) as connection:
            return _conflicts_of(connection, ids)

    def article(self, id: str) -> ArticleFile | None:
        """Return an article with its current claims, in text order."""
        with reading(self.engine) as connection:
            row = connection.execute(select(articles).where(articles.c.id == id)).mappings().first()
            if row is None:
                return None
            query = select(claims.c.data).where(claims.c.article == id, claims.c.current)
            found = [codec.claim(data) for data in connection.scalars(query)]
            found.sort(key=lambda claim: (claim.order, claim.start, claim.end, claim.id))
            links = _conflicts_of(connection, [claim.id for claim in found])
            return ArticleFile(_article(row), SourceKind(row["source_kind"]), row["state"], tuple(found), links)

    def alerts(
        self, state: AlertState | None = None, target: str | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[AlertLine]:
        """Return alerts, the latest first. Raises InputError for a cursor that is none."""
        query = select(alerts, conflicts.c.question, conflicts.c.region).outerjoin(conflicts)
        query = query.where(*after(cursor, alerts.c.created_at, alerts.c.id))
        if state is not None:
            query = query.where(alerts.c.state == state.value)
        if target is not None:
            query = query.where(alerts.c.target == target)
        query = query.order_by(alerts.c.created_at.desc(), alerts.c.id.desc()).limit(limit + 1)
        with reading(self.engine) as connection:
            rows = connection.execute(query).mappings().all()
        return page(rows, limit, _alert_line, lambda row: Place(row["created_at"], row["id"]))


def _where(wanted: ClaimFilter) -> list[ColumnElement[bool]]:
    c = claims.c
    conditions: list[ColumnElement[bool] | None] = [
        c.region == wanted.region if wanted.region else None,
        c.place == wanted.place if wanted.place else None,
        c.frame == wanted.frame.value if wanted.frame else None,
        c.published >= wanted.since if wanted.since else None,
        c.published < wanted.until if wanted.until else None,
    ]
    return [condition for condition in conditions if condition is not None]


def _found(connection: Connection, wanted: ClaimFilter, cursor: str | None, limit: int) -> Page[Claim]:
    names = [name for name in (wanted.region, wanted.source) if name]
    words, match, number = matching(connection, wanted.words, names)
    query = select(number.label("number"), claims.c.published, claims.c.data)
    query = query.select_from(words.join(claims, claims.c.id == claim_words.c.claim))
    query = query.where(match, claims.c.current, *_where(wanted))
    if wanted.source:
        query = query.join(articles, articles.c.id == claims.c.article).where(articles.c.source == wanted.source)
    if cursor:
        at = Place.parse(cursor).id
        query = query.where(number < (int(at) if at.isascii() and at.isdigit() else 0))
    rows = connection.execute(query.order_by(number.desc()).limit(limit + 1)).all()
    return page(rows, limit, lambda row: codec.claim(row.data), lambda row: Place(row.published, str(row.number)))


def _conflicts_of(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    query = select(position_claims.c.claim, position_claims.c.conflict).where(position_claims.c.claim.in_(ids))
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(query.order_by(position_claims.c.conflict)):
        found[row.claim].append(row.conflict)
    return {claim: tuple(held) for claim, held in found.items()}


def _article(row: RowMapping) -> Article:
    names = ("id", "source", "url", "published", "title", "text", "fetched", "author", "language", "copy_of")
    values = {name: row[name] for name in (*names, "revision", "sample")}
    return Article(**values, quality=Quality(row["quality"]))


def _alert_line(row: RowMapping) -> AlertLine:
    return AlertLine(to_alert(row), row["question"] or "", row["region"] or "", row["finished_at"])
