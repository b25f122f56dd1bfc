"""A daemon at work on a world with a known right answer, and a count of what came of each batch of it."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.fakes.certificates import authority_file
from tests.fakes.daemon import Daemon
from tests.fakes.disk import SmallDisk
from tests.fakes.servers import Postgres, Valkey
from tests.fakes.slack import FakeSlack
from tests.fakes.smtp import Mailbox
from tests.fakes.world import SIDES, World, count_alerts

STEPS = (4, 16)  # minutes: past a lease, past a message that was lost
STILL = 20  # looks in a row, a tenth of a second apart, that find the daemon idle: then time is moved on


@dataclass
class Tally:
    """What came of one batch under a fault: right is nothing lost and nothing doubled."""

    fault: str
    runs: int = 0
    articles: int = 0
    lost: int = 0
    doubled: int = 0
    marked: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another run of the same fault."""
        self.runs += other.runs
        self.articles += other.articles
        self.lost += other.lost
        self.doubled += other.doubled
        self.marked += other.marked
        self.seconds += other.seconds
        self.notes += other.notes


class Scene:
    """Everything around one daemon: `servers` puts it on PostgreSQL and a Valkey of its own, else SQLite, embedded."""

    def __init__(
        self, folder: Path, watched: int, *, servers: bool = False, real_tagger: bool = False, seed: int = 1
    ) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.world = World(0, feeds=2, watched=watched)
        self.mailbox = Mailbox()
        self.mails = self.mailbox.mails
        self.slack = FakeSlack()
        self.postgres = Postgres() if servers else None
        self.valkey = Valkey() if servers else None
        self.disk = SmallDisk(folder / "disk")
        self.storage = f"sqlite:///{self.disk.folder / 'counterclaim.db'}"
        self._real_tagger = real_tagger

    def __enter__(self) -> Self:
        for server in (self.world, self.mailbox, self.slack, self.disk, self.postgres, self.valkey):
            if server is not None:
                server.__enter__()
        if self.postgres is not None:
            self.storage = self.postgres.database("faults")
        more: dict[str, object] = {"storage": self.storage}
        if self.valkey is not None:
            more["broker"] = self.valkey.url
        if not self._real_tagger:
            more["judge"] = {"model": "none"}
        config = self.world.write_config(self.folder, alerts=self._alerts(), **more)
        trust = {"SSL_CERT_FILE": str(authority_file(self.folder))}
        self.daemon = Daemon(config, real_tagger=self._real_tagger, **trust)
        self.daemon.start()
        self.clock = self.daemon.clock
        self._engine: Engine = create_engine(self.storage, poolclass=NullPool)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.daemon.is_running():
            self.daemon.stop()
        self._engine.dispose()
        for server in (self.valkey, self.postgres, self.disk, self.slack, self.mailbox, self.world):
            if server is not None:
                server.__exit__(kind, error, trace)

    def _alerts(self) -> dict[str, object]:
        email = {"to": ["desk@example.org"], "from": "alerts@example.org", "smtp": self.mailbox.url}
        slack = {"token": self.slack.token, "channel": "#desk", "api": self.slack.api}
        targets = [self.world.hook, {"name": "mail", "email": email}, {"name": "slack", "slack": slack}]
        return {"targets": targets, "group_wait": "1s", "min_confidence": 0.1}

    # --- what a fault may do -------------------------------------------------------------------------------------

    def restart_mailbox(self, pause: float) -> None:
        """Take the mail server away for a while and bring it back on the same port."""
        port = self.mailbox.port
        self.mailbox.__exit__(None, None, None)
        time.sleep(pause)
        self.mailbox = Mailbox(port=port)
        self.mailbox.mails = self.mails
        self.mailbox.__enter__()

    def wait_for(self, share: float, patience: float = 6) -> None:
        """Wait until this share of the batch's steps is done, so that a fault comes in the midst of work."""
        wanted, end = share * 6 * len(self._batch), time.monotonic() + patience
        while time.monotonic() < end and self.progress() - self._before < wanted:
            time.sleep(0.03)

    def midway(self) -> None:
        """Wait for a random moment of the batch."""
        self.wait_for(self.chance.uniform(0.05, 0.8))

    # --- a batch -------------------------------------------------------------------------------------------------

    def run(self, name: str, fault: Callable[[Scene], None], villages: int, patience: float = 420) -> Tally:
        """Publish a batch, let a fault happen while it is worked on, let time pass, and count."""
        began = time.monotonic()
        self._before = self.progress()
        self._batch = self.world.publish(villages)
        self.clock.move(hours=1.2)  # past the next poll
        fault(self)
        if not self.daemon.is_running():
            self.daemon.start()
        self._settle(patience)
        return self._count(name, time.monotonic() - began)

    def _settle(self, patience: float) -> None:
        """Wait until nothing is left to do; where nothing moves, let the daemon's time pass."""
        end, step = time.monotonic() + patience, 0
        idle, last = 0, self.progress()
        while time.monotonic() < end and not self._rests():
            time.sleep(0.1)
            now = self.progress()
            idle = 0 if now != last else max(idle + (-1 if self.daemon.is_busy() else 1), 0)
            last = now
            if idle >= STILL:
                self.clock.move(minutes=STEPS[step % len(STEPS)])
                step, idle = step + 1, 0

    def _rests(self) -> bool:
        compared = self._number("SELECT count(*) FROM articles WHERE state = 'compared'")
        waiting = self._number("SELECT count(*) FROM alerts WHERE state IN ('pending', 'leased')")
        return compared >= self.world.articles and waiting == 0

    def progress(self) -> int:
        """Return how many steps are done, over all stages and batches: six for every village, and its alerts."""
        return self._number(
            "SELECT (SELECT count(*) FROM articles) + (SELECT count(*) FROM claims)"
            " + (SELECT count(*) FROM articles WHERE state = 'compared')"
            " + (SELECT count(*) FROM alerts WHERE state = 'sent')"
        )

    def _number(self, query: str) -> int:
        try:
            with self._engine.connect() as connection:
                return int(connection.execute(text(query)).scalar() or 0)
        except DBAPIError:  # no tables yet, or the database is the fault
            return 0

    # --- what came of it -----------------------------------------------------------------------------------------

    def _count(self, name: str, seconds: float) -> Tally:
        tally = Tally(name, 1, 2 * len(self._batch), seconds=seconds)
        self._count_articles(tally)
        self._count_conflicts(tally)
        for target, texts in self.received().items():
            self._count_alerts(tally, target, texts)
        return tally

    def _rows(self, query: str) -> list[tuple[object, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def _count_articles(self, tally: Tally) -> None:
        rows = self._rows(
            "SELECT title, state, tagged_revision, (SELECT count(*) FROM claims WHERE article = articles.id)"
            " FROM articles"
        )
        found: dict[object, list[tuple[object, ...]]] = {}
        for title, *rest in rows:
            found.setdefault(title, []).append(tuple(rest))
        for village in self._batch:
            for side in SIDES:
                mine = found.get(f"{side} speaks of {village}", [])
                if ("compared", 1, 1) not in mine:
                    tally.lost += 1
                    tally.notes.append(f"article of {side} on {village}: {mine or 'missing'}")
                tally.doubled += max(len(mine) - 1, 0)

    def _count_conflicts(self, tally: Tally) -> None:
        places = Counter(row[0] for row in self._rows("SELECT place FROM conflicts"))
        for village in self._batch:
            if not places[village]:
                tally.lost += 1
                tally.notes.append(f"no conflict about {village}")
            tally.doubled += max(places[village] - 1, 0)

    def _count_alerts(self, tally: Tally, target: str, texts: Sequence[str]) -> None:
        every, unmarked = count_alerts(texts, self._batch), count_alerts(texts, self._batch, unmarked=True)
        for village in self._batch:
            if not every[village]:
                tally.lost += 1
                tally.notes.append(f"no alert about {village} to {target}")
            if unmarked[village] > 1:
                tally.doubled += unmarked[village] - 1
                tally.notes.append(f"{unmarked[village]} unmarked alerts about {village} to {target}")
        tally.marked += sum(every.values()) - sum(unmarked.values())

    def received(self) -> dict[str, list[str]]:
        """Return what came to each target, as text."""
        mails = []
        for mail in self.mails:
            body = mail.get_body(("plain",))
            mails.append(f"{mail['Subject']}\n{body.get_content() if body else ''}")
        slack = [f"{posted.text}\n{posted.shown}" for posted in list(self.slack.messages.values())]
        return {"hook": list(self.world.received), "mail": mails, "slack": slack}
