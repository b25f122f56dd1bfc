"""What old rows lose: the texts that nobody will read again. Claims with their quotes stay, and all evidence."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, exists, select, update

from monitor.model import Quality
from monitor.store.engine import writing
from monitor.store.partitions import AHEAD, WEEK, drop_weeks, make_weeks
from monitor.store.tables import (
    article_marks,
    article_revisions,
    articles,
    claims,
    desk_sessions,
    pages,
    position_claims,
)

BATCH = 500  # rows in one transaction: milliseconds, so that nobody waits for it
MOST = 20_000  # in one call, which then says that there is more


def drop_marks(engine: Engine, now: datetime, kept: timedelta) -> None:
    """Drop the marks by which copies of recent articles are found; on PostgreSQL also make room for the next ones.

    There they go by the week: some stay for up to seven days longer. Raises StoreBusyError when the table is in use for
    long, as by a backup; another try does it.
    """
    if engine.dialect.name != "postgresql":
        with writing(engine) as connection:
            connection.execute(delete(article_marks).where(article_marks.c.published < now - kept))
        return
    with writing(engine) as connection:
        make_weeks(connection, now - kept, now + AHEAD * WEEK)
    with writing(engine) as connection:
        drop_weeks(connection, now - kept)


def drop_sessions(engine: Engine, now: datetime) -> None:
    """Drop logins at the desk that have ended."""
    with writing(engine) as connection:
        connection.execute(delete(desk_sessions).where(desk_sessions.c.expires_at < now))


def drop_pages(engine: Engine, before: datetime) -> None:
    """Drop what was remembered of pages that are read no more."""
    with writing(engine) as connection:
        connection.execute(delete(pages).where(pages.c.finished_at < before))


def drop_texts(engine: Engine, before: datetime) -> bool:
    """Drop the text of finished articles published before then, unless a conflict rests on it.

    Returns True when more is left.
    """
    since: datetime | None = None  # what is older was looked at: evidence, which would be looked at again and again
    for _ in range(0, MOST, BATCH):
        with writing(engine) as connection:
            since = _drop_batch(connection, since, before)
            if since is None:
                return False
    return True


def _drop_batch(connection: Connection, since: datetime | None, before: datetime) -> datetime | None:
    """Drop some texts, the oldest first; return when the youngest of them was published, None when none was left."""
    evidence = exists().where(claims.c.article == articles.c.id, position_claims.c.claim == claims.c.id)
    old = (articles.c.published < before, articles.c.text != "", articles.c.due_at.is_(None), ~evidence)
    query = select(articles.c.id, articles.c.published).where(*old).order_by(articles.c.published).limit(BATCH)
    rows = connection.execute(query if since is None else query.where(articles.c.published >= since)).all()
    if not rows:
        return None
    ids = [row.id for row in rows]
    connection.execute(update(articles).where(articles.c.id.in_(ids)).values(text=""))
    connection.execute(update(article_revisions).where(article_revisions.c.article.in_(ids)).values(text=""))
    newest: datetime = rows[-1].published
    return newest


def was_dropped(text: str, quality: str) -> bool:
    """Say whether a stored article once had a text: a page that changes now is no correction of it."""
    return not text and quality == Quality.FULL.value
