"""Kill the whole daemon tree with -9 at random moments, start it again each time, and count what came of it.

    python -m tests.e2e.kill_run --articles 200 --kills 10

The daemon is the one that users run, with its own tagger, engine and judge. Right is: every article tagged once, every
village alerted, every alert sent once or marked as a possible repeat.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.daemon import Daemon
from tests.fakes.world import World


@dataclass
class Result:
    """What a run with kills came to."""

    articles: int = 0
    tagged: int = 0
    claims: int = 0
    villages: int = 0
    alerted: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)  # sent more than once without a mark
    marked: int = 0
    left_running: int = 0
    seconds: float = 0.0

    @property
    def right(self) -> bool:
        """Say whether nothing was lost, doubled or left behind."""
        whole = self.articles == self.tagged == self.claims and self.villages == self.alerted
        return whole and not self.lost and not self.doubled and not self.left_running


def count(database: Path, query: str) -> int:
    """Return one number from the store, 0 before there is one."""
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30) as connection:
            return int(connection.execute(query).fetchone()[0])
    except sqlite3.OperationalError:  # no tables yet
        return 0


def finished(database: Path, world: World) -> bool:
    """Say whether every article was compared and nothing is left to be sent."""
    compared = count(database, "SELECT count(*) FROM articles WHERE state = 'compared'")
    return compared == world.articles and not count(
        database, "SELECT count(*) FROM alerts WHERE state IN ('pending', 'leased')"
    )


def progress(database: Path) -> int:
    """Return how many steps are done, over all stages."""
    return count(
        database,
        "SELECT (SELECT count(*) FROM entries WHERE state != 'new')"
        " + (SELECT count(*) FROM alerts WHERE state = 'sent')"
        " + (SELECT count(*) FROM articles WHERE tagged_revision = 1)"
        " + (SELECT count(*) FROM articles WHERE state = 'compared')",
    )


def await_progress(daemon: Daemon, database: Path, least: int, patience: float) -> None:
    """Wait until so many steps are done, so that the kill comes in the midst of work."""
    end = time.monotonic() + patience
    while time.monotonic() < end and daemon.is_running() and progress(database) < least:
        time.sleep(0.05)


def run(articles: int, kills: int, seed: int, folder: Path, patience: float = 600.0) -> Result:
    """Run the world through a daemon that is killed so many times, then let it finish and stop it."""
    chance, began = random.Random(seed), time.monotonic()
    database = folder / "counterclaim.db"
    with World(articles // 2) as world:
        daemon = Daemon(world.write_config(folder))
        steps = 3 * world.articles + len(world.villages)
        for number in range(kills):
            daemon.start()
            # Spread over the run, each at a moment of its own; some before any work, which must do no harm either.
            await_progress(daemon, database, int(steps * (number + chance.random()) / (kills + 1)), patience / 4)
            time.sleep(chance.uniform(0.0, 0.1))
            daemon.kill_tree()
        daemon.start()
        end = time.monotonic() + patience
        while time.monotonic() < end and daemon.is_running() and not finished(database, world):
            time.sleep(0.5)
        daemon.stop()
        return _result(world, database, daemon, time.monotonic() - began)


def _result(world: World, database: Path, daemon: Daemon, seconds: float) -> Result:
    unmarked = world.alerted(unmarked=True)
    every = world.alerted()
    return Result(
        articles=world.articles,
        tagged=count(database, "SELECT count(*) FROM articles WHERE tagged_revision = 1"),
        claims=count(database, "SELECT count(*) FROM claims"),
        villages=len(world.villages),
        alerted=len(every),
        lost=[village for village in world.villages if village not in every],
        doubled=[village for village, times in Counter(unmarked).items() if times > 1],
        marked=sum(every.values()) - sum(unmarked.values()),
        left_running=len(daemon.left_running()),
        seconds=round(seconds, 1),
    )


def main() -> None:
    """Run by hand; the exit status says whether all was right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="counterclaim-kill-"))
    result = run(options.articles, options.kills, options.seed, folder)
    print(result)
    print(f"log and database in {folder}")
    sys.exit(0 if result.right else 1)


if __name__ == "__main__":
    main()
