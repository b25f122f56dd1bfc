"""The desk's side of the store, whole."""

from __future__ import annotations

from sqlalchemy import Engine

from monitor.store.desk.claims import ClaimPages
from monitor.store.desk.conflicts import ConflictPages
from monitor.store.desk.stats import StatsPages


class DeskRows(ConflictPages, ClaimPages, StatsPages):
    """Lists, single things, numbers and decisions, on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
