"""Conflicts put into a real store, and their alerts sent by the clock of the test.

desk = Office(AlertPolicy((Target("desk", …),)), {"desk": sender})
desk.learns(two_sided())
desk.works_for(hours=2)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from monitor.alerts.policy import plan
from monitor.alerts.render import Renderer
from monitor.config import AlertPolicy, Region
from monitor.dispatch import Outbox, dispatch_alert
from monitor.model import Alert, ConflictChange, SourceKind
from monitor.pipeline import Dispatched
from monitor.ports import ArticleState, Sender, Work
from monitor.store.engine import reading
from monitor.store.repository import open_store
from monitor.store.tables import alerts
from tests.fakes.alerts import NOON, ConflictBuilder

TICK = timedelta(seconds=15)


class Killed(BaseException):
    """The worker is gone at this very moment."""


class Office:
    """A store in memory, a clock, and workers that may be killed."""

    def __init__(
        self,
        policy: AlertPolicy,
        senders: Mapping[str, Sender],
        regions: Sequence[Region] = (),
        renderer: Renderer | None = None,
        now: datetime = NOON,
        storage: str = "sqlite://",
    ) -> None:
        self.store = open_store(storage)
        self.policy, self.regions, self.now = policy, regions, now
        self.box = Outbox(self.store, senders, policy, (renderer or Renderer()).message)
        self.dispatched: list[Dispatched] = []

    def learns(self, builder: ConflictBuilder) -> None:
        """Store what is new in a conflict, with its alerts, in one transaction."""
        claims = [claim for held in builder.answers.values() for claim in held]
        for article in builder.stored_articles():
            if self.store.article(article.id) is None:
                self.store.save_article(None, article, SourceKind.NEWSPAPER, (), ArticleState.FETCHED, self.now)
                mine = [claim for claim in claims if claim.article == article.id]
                self.store.save_claims(article, mine, self.now)
        conflict = builder.conflict()
        known = self.store.conflict(conflict.id)
        history = self.store.alerts(conflict=conflict.id)
        rows = plan(self.store.view(conflict), self.policy, self.regions, history, self.now)
        change = ConflictChange(conflict, conflict.revisions[-1].cause, known is None)
        self.store.save_changes([change], rows)

    def works(self) -> None:
        """Send everything that is due now, once; a killed worker leaves its row behind."""
        for id in self.store.take_due(Work.ALERT, self.now, 1000, timedelta(minutes=15)):
            try:
                self.dispatched.append(dispatch_alert(self.box, id, self.now))
            except Killed:
                continue

    def works_for(self, **span: float) -> None:
        """Let the clock run on, from one due row to the next."""
        end = self.now + timedelta(**span)
        while self.now < end:
            self.works()
            self.now = min(max(self.now + TICK, self._next_due() or end), end)
        self.works()

    def _next_due(self) -> datetime | None:
        with reading(self.store.engine) as connection:
            return connection.scalar(select(func.min(alerts.c.due_at)))

    @property
    def alerts(self) -> list[Alert]:
        """Every row of the outbox, oldest first."""
        return self.store.alerts(limit=10_000)[::-1]
