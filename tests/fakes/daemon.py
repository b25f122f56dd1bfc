"""The daemon as a user runs it, as a process tree that tests start, look into and kill; Linux only.

with Daemon(config) as daemon:
    daemon.kill("nlp")
    …
    daemon.clock.move(hours=1)

Its clock is the machine's plus what `clock` says, in every process of the tree.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
SITE = Path(__file__).parent / "site"  # moves the clock
_SOCKET = " unixsocket:"  # in the title that a Valkey gives itself
PLUGIN = Path(__file__).parent / "plugin"  # a tagger that needs no model


class MovableClock:
    """How far the daemon's clock is from the machine's, kept in a file that its processes read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seconds = 0.0
        self.move()

    def move(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Set the clock forward, or with negative numbers back."""
        self.seconds += 3600 * hours + 60 * minutes + seconds
        fresh = self.path.with_suffix(".new")
        fresh.write_text(str(self.seconds))
        fresh.replace(self.path)


class Daemon:
    """A command of `counterclaim` (`run` unless told otherwise) with everything that descends from it."""

    def __init__(
        self, config: Path, *, real_tagger: bool = True, command: Sequence[str] = ("run",), **environment: str
    ) -> None:
        self.config, self.command = config, command
        self.log = config.with_name("daemon.log")
        self.clock = MovableClock(config.with_name("clock"))
        paths = [ROOT, SITE] if real_tagger else [ROOT, SITE, PLUGIN]
        self._environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(str(path) for path in paths),
            "PYTHONUNBUFFERED": "1",
            "COUNTERCLAIM_TEST_CLOCK": str(self.clock.path),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.seen: set[int] = set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_running():
            self.stop()

    def start(self) -> None:
        """Start it."""
        self.process = self.spawn(*self.command)

    def spawn(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start one more `counterclaim` beside it, with the same config and clock."""
        with self.log.open("ab") as out:
            call = [sys.executable, "-m", "workers", *command, "--config", str(self.config)]
            return subprocess.Popen(
                call, env=self._environment | environment, stdout=out, stderr=out, cwd=self.config.parent
            )

    def is_running(self) -> bool:
        """Say whether its first process lives."""
        return self.process is not None and self.process.poll() is None

    def stop(self, patience: float = 180) -> int:
        """End it as systemd would and return its exit status."""
        assert self.process is not None
        self.family()
        self.process.terminate()
        return self.process.wait(patience)

    def family(self) -> list[int]:
        """Return the ids of all its processes."""
        assert self.process is not None
        found = family(self.process.pid)
        self.seen |= set(found)
        return found

    def kill_tree(self) -> None:
        """Kill everything at once with -9."""
        assert self.process is not None
        kill(self.family())
        self.process.wait()

    def parts(self, name: str, patience: float = 30) -> list[int]:
        """Return the ids of the processes of one part (io, nlp, beat, desk, broker), waiting for it to be there."""
        end = time.monotonic() + patience
        while not (found := self._parts(name)) and self.is_running() and time.monotonic() < end:
            time.sleep(0.05)
        return found

    def _parts(self, name: str) -> list[int]:
        found = []
        for pid in self.family():
            words = command_line(pid)
            named = "--name" in words and words[words.index("--name") + 1] == name
            if named or (name == "broker" and _SOCKET in words[0]):
                found.append(pid)
        return [pid for pid in found if parent_of(pid) not in found]

    def children(self, name: str, patience: float = 30) -> list[int]:
        """Return the ids of a worker's pool children."""
        return [child for pid in self.parts(name, patience) for child in family(pid)[1:]]

    def is_busy(self) -> bool:
        """Say whether one of its processes has something to do at this moment, or waits for a processor to do it."""
        return any(_stat(pid)[:1] in (["R"], ["D"]) for pid in self.family())

    @property
    def broker_socket(self) -> Path:
        """Where its private broker listens."""
        (pid, *_) = self.parts("broker")
        return Path(command_line(pid)[0].partition(_SOCKET)[2])

    def left_running(self) -> list[int]:
        """Return those of its processes that ever were and live still."""
        return [pid for pid in self.seen if is_alive(pid)]

    def said(self) -> str:
        """Return its log."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    found, queue = [pid], [pid]
    while queue:
        parent = queue.pop()
        try:
            children = [int(one) for one in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
        queue += children
        found += children
    return found


def kill(pids: Iterable[int]) -> None:
    """Kill processes with -9; those that are gone already are no matter."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def is_alive(pid: int) -> bool:
    """Say whether a process runs and is no zombie."""
    return _stat(pid)[:1] not in ([], ["Z"])


def parent_of(pid: int) -> int:
    """Return the id of a process's parent, 0 when it is gone."""
    return int([*_stat(pid), "", "0"][1])


def memory_of(pids: Iterable[int]) -> int:
    """Return the bytes that these processes alone hold (proportional set size)."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def command_line(pid: int) -> list[str]:
    """Return the words of a process's command, none when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return [""]


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
