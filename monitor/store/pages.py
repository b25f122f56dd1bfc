"""Pages of articles, and when they are read again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, RowMapping, select, update

from monitor.model import SourceKind
from monitor.ports import PageState, StoredPage
from monitor.store.engine import reading, writing
from monitor.store.tables import articles, pages
from monitor.store.work import claim, finished, insert_new

WAITING, READ = "waiting", "read"
_CHUNK = 500


class PageRows:
    """The part of the store that knows pages."""

    engine: Engine

    def claim_page(self, id: str, now: datetime, lease: timedelta) -> StoredPage | None:
        """Claim the page of this article; None when it is not due, or held."""
        with writing(self.engine) as connection:
            if not claim(connection, pages, id, now, lease):
                return None
            query = select(pages, articles.c.source_kind).join(articles).where(pages.c.id == id)
            row = connection.execute(query).mappings().one()
            return StoredPage(SourceKind(row["source_kind"]), _page(row), row["attempts"])

    def page_urls(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the addresses of these articles' pages, by id."""
        found: dict[str, str] = {}
        with reading(self.engine) as connection:
            for at in range(0, len(ids), _CHUNK):
                query = select(pages.c.id, pages.c.url).where(pages.c.id.in_(ids[at : at + _CHUNK]))
                found.update({row.id: row.url for row in connection.execute(query)})
        return found

    def forget_pages(self, now: datetime) -> None:
        """Let no page be read again that is known now."""
        with writing(self.engine) as connection:
            forgotten = update(pages).where(pages.c.due_at.is_not(None))
            connection.execute(forgotten.values(**finished(READ, now), reason="off"))

    def save_page(self, id: str, page: PageState, now: datetime) -> None:
        """Note what is remembered of a claimed page, and when it is read next."""
        with writing(self.engine) as connection:
            write_page(connection, id, page, now)


def write_page(connection: Connection, id: str, page: PageState, now: datetime) -> None:
    """Store what is remembered of a page; one that is never read again is not stored anew."""
    # The article is safe already; the reading that comes is no message's work but the sweep's.
    work = finished(READ, now) if page.next_at is None else {**_due(page.next_at), "state": WAITING}
    known = {"url": page.url, "etag": page.etag, "last_modified": page.last_modified, "reason": page.reason}
    values = {**known, **work, "attempts": 0}
    changed = connection.execute(update(pages).where(pages.c.id == id).values(values)).rowcount
    if not changed and page.next_at is not None:
        insert_new(connection, pages, [{"id": id, "created_at": page.first, **values}])


def _due(at: datetime) -> dict[str, object]:
    return {"free_at": at, "due_at": at, "held": False, "finished_at": None}


def _page(row: RowMapping) -> PageState:
    return PageState(row["url"], row["created_at"], row["due_at"], row["reason"], row["etag"], row["last_modified"])
