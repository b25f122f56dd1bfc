"""The one implementation of the Store, over SQLAlchemy; `sqlite://` keeps it in memory."""

from __future__ import annotations

from sqlalchemy import Engine

from monitor.store.alerts import AlertRows
from monitor.store.articles import ArticleRows
from monitor.store.conflicts import ConflictRows
from monitor.store.dismissals import DismissalRows
from monitor.store.engine import open_engine
from monitor.store.notices import NoticeRows
from monitor.store.pages import PageRows
from monitor.store.polls import PollRows
from monitor.store.pushes import PushRows
from monitor.store.schema import migrate
from monitor.store.silences import SilenceRows
from monitor.store.sources import SourceRows
from monitor.store.work import WorkRows


class SqlStore(
    WorkRows, SourceRows, PollRows, PushRows, NoticeRows, ArticleRows, PageRows, ConflictRows, DismissalRows,
    AlertRows, SilenceRows,
):  # fmt: skip
    """A Store on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def close(self) -> None:
        """Release every connection."""
        self.engine.dispose()


def open_store(url: str, *, upgrade: bool = True) -> SqlStore:
    """Open a store, bringing its tables up to date first. Raises StoreError."""
    store = SqlStore(open_engine(url))
    if upgrade:
        migrate(store.engine)
    return store
