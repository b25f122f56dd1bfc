"""Entries on their way to articles, articles on their way to claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from monitor.model import Article, Claim, Quality, SourceKind
from monitor.ports import ArticleState, PageState, StoredEntry
from monitor.store import codec
from monitor.store.desk.words import index_claims
from monitor.store.engine import reading, writing
from monitor.store.neighbours import save_neighbours
from monitor.store.pages import write_page
from monitor.store.retention import was_dropped
from monitor.store.tables import article_marks, article_revisions, articles, claims, entries, sources
from monitor.store.work import claim, finished, insert_new, waiting

MAX_REVISIONS = 24  # a page whose text differs at every fetch shows a clock or a ticker
DONE = "done"
_TO_DO = (ArticleState.FETCHED, ArticleState.TAGGED)


class ArticleRows:
    """The part of the store that knows articles."""

    engine: Engine

    def claim_entry(self, id: str, now: datetime, lease: timedelta) -> StoredEntry | None:
        """Claim an entry whose article is to be fetched; None when it is done or held."""
        query = select(entries, sources.c.data.label("source_data")).join(sources).where(entries.c.id == id)
        with writing(self.engine) as connection:
            if not claim(connection, entries, id, now, lease):
                return None
            row = connection.execute(query).mappings().one()
            source, entry = codec.source(row["source_data"]), codec.entry(row["data"])
            return StoredEntry(id, source, entry, row["created_at"], row["attempts"], row["article"])

    def finish_entry(self, id: str, article: str | None, reason: str, now: datetime) -> None:
        """Finish an entry that gave no article of its own, with the reason."""
        with writing(self.engine) as connection:
            _finish_entry(connection, id, article, reason, now)

    def save_article(
        self,
        entry: str | None,
        article: Article,
        kind: SourceKind,
        marks: Sequence[int],
        state: ArticleState,
        now: datetime,
        page: PageState | None = None,
    ) -> str | None:
        """Store an article and finish its entry; return its id when there is something to tag.

        An article known with the same text is not stored again; another text is its next revision. `page` is what is
        remembered of the page from which it was read.
        """
        with writing(self.engine) as connection:
            known = connection.execute(select(articles).where(articles.c.id == article.id)).mappings().first()
            saved = (
                _add(connection, article, kind, state, now)
                if known is None
                else _revise(connection, known, article, state, now)
            )
            if entry is not None:
                _finish_entry(connection, entry, article.id, article.quality.value, now)
            if page is not None:
                write_page(connection, article.id, page, now)
            if saved:
                published = article.published if known is None else known["published"]  # of all its marks the same
                rows = [{"mark": m, "article": article.id, "published": published} for m in set(marks)]
                insert_new(connection, article_marks, rows)
            return article.id if saved and state is ArticleState.FETCHED else None

    def similar_articles(self, marks: Sequence[int], since: datetime, limit: int) -> list[Article]:
        """Return the articles published since then that share most of these marks, the most alike first."""
        if not marks:
            return []
        shared = (
            select(article_marks.c.article)
            .where(article_marks.c.mark.in_(set(marks)), article_marks.c.published >= since)
            .group_by(article_marks.c.article)
            .order_by(func.count().desc(), article_marks.c.article)
            .limit(limit)
        )
        with reading(self.engine) as connection:
            ids = list(connection.scalars(shared))
            rows = connection.execute(select(articles).where(articles.c.id.in_(ids))).mappings()
            found = {row["id"]: to_article(row) for row in rows}
        return [found[id] for id in ids]

    def article(self, id: str) -> Article | None:
        """Return one article."""
        with reading(self.engine) as connection:
            row = connection.execute(select(articles).where(articles.c.id == id)).mappings().first()
            return None if row is None else to_article(row)

    def claim_article(self, id: str, state: ArticleState, now: datetime, lease: timedelta) -> Article | None:
        """Claim an article in this state; None when it has left the state or is held."""
        with writing(self.engine) as connection:
            if not claim(connection, articles, id, now, lease, articles.c.state == state.value):
                return None
            return to_article(connection.execute(select(articles).where(articles.c.id == id)).mappings().one())

    def article_state(self, id: str) -> ArticleState | None:
        """Return how far an article has come."""
        with reading(self.engine) as connection:
            state = connection.scalar(select(articles.c.state).where(articles.c.id == id))
            return None if state is None else ArticleState(state)

    def save_claims(self, article: Article, found: Sequence[Claim], now: datetime) -> bool:
        """Store an article's claims, once for each of its revisions; False when that was done before."""
        this = (articles.c.id == article.id, articles.c.revision == article.revision)
        tagged = update(articles).where(*this, articles.c.tagged_revision < article.revision)
        values = {"tagged_revision": article.revision, **waiting(ArticleState.TAGGED, now)}
        with writing(self.engine) as connection:
            if connection.execute(tagged.values(values)).rowcount != 1:
                return False
            connection.execute(update(claims).where(claims.c.article == article.id).values(current=False))
            _save_claims(connection, [_claim_row(claim, article.revision) for claim in found])
            save_neighbours(connection, article.id, found)
            index_claims(connection, found)
            return True


def _add(connection: Connection, article: Article, kind: SourceKind, state: ArticleState, now: datetime) -> bool:
    insert_new(connection, articles, [_article_row(article, kind, state, now)])
    insert_new(connection, article_revisions, [_revision_row(article, 1)])
    return True


def _revise(connection: Connection, known: RowMapping, article: Article, state: ArticleState, now: datetime) -> bool:
    same = (known["title"], known["text"]) == (article.title, article.text)
    same = same or was_dropped(known["text"], known["quality"])
    if same or known["source"] != article.source or known["revision"] >= MAX_REVISIONS:
        return False
    number = known["revision"] + 1
    content = {name: getattr(article, name) for name in ("title", "text", "fetched", "author", "language", "copy_of")}
    work = waiting(state, now) if state in _TO_DO else finished(state, now)
    values = {**content, "quality": article.quality.value, "revision": number, **work}
    connection.execute(update(articles).where(articles.c.id == article.id).values(values))
    insert_new(connection, article_revisions, [_revision_row(article, number)])
    return True


def _finish_entry(connection: Connection, id: str, article: str | None, reason: str, now: datetime) -> None:
    values = {**finished(DONE, now), "article": article, "reason": reason}
    entry = codec.entry(connection.execute(select(entries.c.data).where(entries.c.id == id)).scalar_one())
    if entry.content_html:  # the article has it now; a second copy of all text would be the largest thing stored
        values["data"] = codec.dump(replace(entry, content_html=""))
    connection.execute(update(entries).where(entries.c.id == id).values(values))


def _save_claims(connection: Connection, rows: list[Mapping[str, Any]]) -> None:
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = dialect.insert(claims)
    again = {name: new.excluded[name] for name in ("revision", "current", "data", "published")}
    connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=again), rows)


def _article_row(article: Article, kind: SourceKind, state: ArticleState, now: datetime) -> Mapping[str, Any]:
    names = ("id", "source", "url", "published", "fetched", "title", "text", "author", "language", "copy_of", "sample")
    values = {name: getattr(article, name) for name in names}
    work = waiting(state, now) if state in _TO_DO else {**finished(state, now), "attempts": 0}
    own = {"quality": article.quality.value, "source_kind": kind.value, "revision": 1, "created_at": now}
    return {**values, **own, **work}


def _revision_row(article: Article, number: int) -> Mapping[str, Any]:
    return {
        "article": article.id,
        "revision": number,
        "title": article.title,
        "text": article.text,
        "fetched": article.fetched,
    }


def _claim_row(claim: Claim, revision: int) -> Mapping[str, Any]:
    return {
        "id": claim.id,
        "article": claim.article,
        "revision": revision,
        "current": True,
        "region": claim.region,
        "place": claim.place or "",
        "frame": claim.frame.value,
        "published": claim.published,
        "data": codec.dump(claim),
    }


def to_article(row: RowMapping) -> Article:
    """Return the article of a row of `articles`."""
    names = ("id", "source", "url", "published", "title", "text", "fetched", "author", "language")
    values = {name: row[name] for name in names}
    rest = {"copy_of": row["copy_of"], "revision": row["revision"], "sample": row["sample"]}
    return Article(**values, quality=Quality(row["quality"]), **rest)
