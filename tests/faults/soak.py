"""The daemon at the highest rate that this machine holds, for as long as one likes: rate, lag and memory.

    python -m tests.faults.soak --minutes 30 [--out FILE]

The layout is that of production: PostgreSQL, a Valkey of its own, the bundled tagger, engine and judge. New articles
are listed as soon as the last ones were fetched and few wait to be read. Exits with 1 when anything was lost or
doubled, or when memory grew by more than a quarter between the warm start and the end.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.fakes.daemon import Daemon, memory_of
from tests.fakes.servers import Postgres, Valkey
from tests.fakes.world import World

PARTS = ("io", "nlp", "beat", "desk")
EVERY = 10  # seconds between looks, and between polls
WARM = 120  # seconds until models are loaded and pools are full
SENTENCES = 18  # of an article, some 300 words
MOST_GROWTH = 1.25
_LAG = """SELECT percentile_cont(:share) WITHIN GROUP (
    ORDER BY EXTRACT(EPOCH FROM articles.finished_at - entries.created_at)) FROM articles
    JOIN entries ON entries.article = articles.id WHERE articles.state = 'compared'"""


@dataclass
class Look:
    """What one look at the daemon found; memory in MB by part."""

    at: float
    listed: int
    compared: int
    memory: dict[str, float]

    @property
    def total(self) -> float:
        """Memory of all parts."""
        return sum(self.memory.values())


@dataclass
class Soak:
    """The world, the daemon, and what was seen of it."""

    world: World
    daemon: Daemon
    engine: Engine
    looks: list[Look] = field(default_factory=list)

    def run(self, seconds: float, patience: float = 300) -> None:
        """Keep the daemon busy for so long, then let it finish."""
        began = time.monotonic()
        while (now := time.monotonic() - began) < seconds and self.daemon.is_running():
            self._look(now)
            self._publish()
            time.sleep(max(EVERY - (time.monotonic() - began - now), 0.1))
        end = time.monotonic() + patience
        while time.monotonic() < end and not self._rests():
            time.sleep(1.0)
        self._look(time.monotonic() - began)

    def number(self, query: str, **values: float) -> float:
        """Return one number from the store."""
        try:
            with self.engine.connect() as connection:
                return float(connection.execute(text(query), values).scalar() or 0)
        except DBAPIError:  # no tables yet
            return 0.0

    def _look(self, at: float) -> None:
        memory = {part: memory_of(self.daemon.parts(part, 0) + self.daemon.children(part, 0)) / 2**20 for part in PARTS}
        compared = int(self.number("SELECT count(*) FROM articles WHERE state = 'compared'"))
        self.looks.append(Look(at, self.world.articles, compared, memory))
        print(f"{at:6.0f} s  listed {self.world.articles:6}  compared {compared:6}  "
              f"{self.rate(60):5.1f}/s  {self.looks[-1].total:6.0f} MB", flush=True)  # fmt: skip

    def _publish(self) -> None:
        """List more once all that is listed was seen: what a feed drops before it was polled nobody can find."""
        if self.number("SELECT count(*) FROM entries") < self.world.articles:
            return
        wanted = max(40, int(3 * EVERY * self.rate(60)))
        if self.world.articles - self.looks[-1].compared < wanted:
            self.world.publish(wanted // 2)

    def rate(self, seconds: float) -> float:
        """Return articles a second over the last looks of that span."""
        last = self.looks[-1]
        first = next(look for look in self.looks if look.at >= last.at - seconds)
        return (last.compared - first.compared) / max(last.at - first.at, 1)

    def _rests(self) -> bool:
        compared = self.number("SELECT count(*) FROM articles WHERE state = 'compared'")
        return compared >= self.world.articles and not self.number(
            "SELECT count(*) FROM alerts WHERE state IN ('pending', 'leased')"
        )

    def report(self) -> tuple[str, bool]:
        """Return the figures as text, and whether all is well."""
        warm = [look for look in self.looks if look.at >= min(WARM, self.looks[-1].at / 3)]
        first, last = warm[0], warm[-1]
        busy = next((look for look in reversed(warm) if look.compared < last.compared), last)
        every, unmarked = self.world.alerted(), self.world.alerted(unmarked=True)
        lost = self.world.articles - last.compared + sum(village not in every for village in self.world.villages)
        lost += self.world.articles - int(self.number("SELECT count(DISTINCT article) FROM claims"))
        doubled = sum(times - 1 for times in unmarked.values()) + int(
            self.number("SELECT count(*) - count(DISTINCT article) FROM claims")
        )
        lags = [self.number(_LAG, share=share) for share in (0.5, 0.95, 1.0)]
        lines = [
            f"minutes {last.at / 60:.1f}, {os.cpu_count()} cores",
            f"articles {last.compared}, {(busy.compared - first.compared) / max(busy.at - first.at, 1):.2f} a second,"
            f" conflicts {len(self.world.villages)}",
            "lag from listed to compared, seconds: " + ", ".join(
                f"{name} {lag:.0f}" for name, lag in zip(("median", "95 %", "most"), lags, strict=True)
            ),
            f"lost {lost}, doubled {doubled}, marked {sum(every.values()) - sum(unmarked.values())}",
            f"{'memory, MB':12}" + "".join(f"{part:>9}" for part in (*PARTS, "all")),
            *(self._memory(name, look) for name, look in (("warm start", first), ("end", last))),
            f"{'most':12}{'':36}{max(look.total for look in warm):9.0f}",
        ]  # fmt: skip
        return "\n".join(lines), not lost and not doubled and last.total <= first.total * MOST_GROWTH

    @staticmethod
    def _memory(name: str, look: Look) -> str:
        return f"{name:12}" + "".join(f"{look.memory[part]:9.0f}" for part in PARTS) + f"{look.total:9.0f}"


def main() -> int:
    """Run by hand or by `make soak`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--out", type=Path, default=Path("soak.txt"))
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="counterclaim-soak-"))
    with Postgres() as postgres, Valkey() as valkey, World(20, 8, watched=8000, sentences=SENTENCES) as world:
        storage = postgres.database("soak")
        config = world.write_config(folder, storage=storage, broker=valkey.url)
        config.write_text(config.read_text().replace('"every": "1h"', f'"every": "{EVERY}s"'))
        with Daemon(config) as daemon:
            soak = Soak(world, daemon, create_engine(storage, poolclass=NullPool))
            soak.run(options.minutes * 60)
        words, well = soak.report()
        soak.engine.dispose()
    print(words, f"log in {folder}", sep="\n")
    options.out.write_text(words + "\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
