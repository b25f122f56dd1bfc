"""Kill the whole daemon tree with -9 at random moments, start it again each time, and count what came of it.

    python -m tests.e2e.kill_run --articles 200 --kills 10

Right is: every article tagged once, every village alerted, every alert sent once or marked as a possible repeat.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.world import PLUGIN, World

ROOT = Path(__file__).parents[2]


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

    @property
    def right(self) -> bool:
        """Say whether nothing was lost, doubled or left behind."""
        whole = self.articles == self.tagged == self.claims and self.villages == self.alerted
        return whole and not self.lost and not self.doubled and not self.left_running


def start(config: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start the daemon as a user would, with the tests' tagger installed beside it."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{PLUGIN}", "PYTHONUNBUFFERED": "1"}
    with log.open("ab") as out:
        command = [sys.executable, "-m", "workers", "run", "--config", str(config)]
        return subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=config.parent)


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    found, queue = [pid], [pid]
    while queue:
        parent = queue.pop()
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        except FileNotFoundError:
            continue
        queue += [int(child) for child in children]
        found += [int(child) for child in children]
    return found


def kill_tree(daemon: subprocess.Popen[bytes]) -> list[int]:
    """Kill the daemon and all its descendants with -9 and return their ids."""
    pids = family(daemon.pid)
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    daemon.wait()
    return pids


def alive(pids: Sequence[int]) -> list[int]:
    """Return those of these processes that still run."""

    def runs(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except (FileNotFoundError, ProcessLookupError):
            return False

    return [pid for pid in pids if runs(pid)]


def count(database: Path, query: str) -> int:
    """Return one number from the store."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30) as connection:
        return int(connection.execute(query).fetchone()[0])


def finished(database: Path, world: World) -> bool:
    """Say whether every article was compared and nothing is left to be sent."""
    try:
        compared = count(database, "SELECT count(*) FROM articles WHERE state = 'compared'")
        open_alerts = count(database, "SELECT count(*) FROM alerts WHERE state IN ('pending', 'leased')")
    except sqlite3.OperationalError:  # no tables yet
        return False
    return compared == world.articles and not open_alerts


def progress(database: Path) -> int:
    """Return how many steps are done, over all stages."""
    done = (
        "SELECT (SELECT count(*) FROM entries WHERE state != 'new')"
        " + (SELECT count(*) FROM alerts WHERE state = 'sent')"
        " + (SELECT count(*) FROM articles WHERE tagged_revision = 1)"
        " + (SELECT count(*) FROM articles WHERE state = 'compared')"
    )
    try:
        return count(database, done)
    except sqlite3.OperationalError:  # no tables yet
        return 0


def await_progress(daemon: subprocess.Popen[bytes], database: Path, least: int, patience: float) -> None:
    """Wait until so many steps are done, so that the kill comes in the midst of work."""
    end = time.monotonic() + patience
    while time.monotonic() < end and daemon.poll() is None and progress(database) < least:
        time.sleep(0.02)


def run(articles: int, kills: int, seed: int, folder: Path, patience: float = 300.0) -> Result:
    """Run the world through a daemon that is killed so many times, then let it finish and stop it."""
    chance = random.Random(seed)
    log, database = folder / "daemon.log", folder / "counterclaim.db"
    with World(articles // 2) as world:
        config = world.write_config(folder)
        seen: list[int] = []
        steps = 3 * world.articles + len(world.villages)
        for number in range(kills):
            daemon = start(config, log)
            # Spread over the run, each at a moment of its own; some before any work, which must do no harm either.
            await_progress(daemon, database, int(steps * (number + chance.random()) / (kills + 1)), 60.0)
            time.sleep(chance.uniform(0.0, 0.1))
            seen += kill_tree(daemon)
        daemon = start(config, log)
        end = time.monotonic() + patience
        while time.monotonic() < end and daemon.poll() is None and not finished(database, world):
            time.sleep(0.5)
        seen += family(daemon.pid)
        daemon.terminate()
        daemon.wait(60)
        return _result(world, database, seen)


def _result(world: World, database: Path, seen: Sequence[int]) -> Result:
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
        left_running=len(alive(seen)),
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
