"""`counterclaim run`: the broker, the workers and beat as children of one process, started, watched and stopped."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from monitor import logs
from monitor.app import App
from monitor.config import Config
from monitor.errors import StoreError
from monitor.rundir import EMBEDDED, LOCK, work_folder
from workers.broker import PrivateBroker
from workers.celery_app import ALERT, BROKER_ENV, EXTRACT, POLL, TAG
from workers.lifeline import LIFELINE_ENV, die_with_parent
from workers.state import CONFIG_ENV

_STOP_SECONDS = 40.0  # a little more than the workers give their tasks
_LONGEST_PAUSE = 60.0


@dataclass
class Child:
    """A process that is to run for as long as the daemon does."""

    name: str
    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = 0.0
    start_at: float = 0.0

    def is_running(self) -> bool:
        """Say whether it lives."""
        return self.process is not None and self.process.poll() is None


class Daemon:
    """The daemon's process tree. `run` returns when SIGTERM or SIGINT asked it to stop and every child has ended."""

    def __init__(self, config: Config, app: App) -> None:
        self._config, self._app = config, app
        self._folder = work_folder(config)
        self._broker = PrivateBroker(self._folder) if config.broker == EMBEDDED else None
        self._stopping = threading.Event()
        self._lifeline = os.pipe()
        self._children = [
            Child("io", ["worker", "--queues", f"{POLL},{EXTRACT},{ALERT}", "--processes", "3"]),
            Child("nlp", ["worker", "--queues", TAG, "--processes", str(max((os.cpu_count() or 2) - 1, 1))]),
            Child("beat", ["beat"]),
            Child("desk", ["web"]),
        ]

    def run(self) -> None:
        """Run until told to stop. Raises StoreError when another daemon runs here, or the broker does not start."""
        with only_one(self._folder):
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._on_signal)
            try:
                self._start()
                while not self._stopping.wait(0.5):
                    self._supervise()
            finally:
                self._stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()

    def _start(self) -> None:
        self._app.sync()
        if self._broker is not None:
            # The broker is new and empty, and the lock says that we are alone: whatever was queued or held is nobody's.
            released = self._app.store.release_held(self._app.clock.now())
            logs.say("daemon starts", sources=len(self._app.store.sources()), taken_up_again=released)
            self._broker.start()
        for child in self._children:
            self._spawn(child)

    def _spawn(self, child: Child) -> None:
        parent = os.getpid()
        environment = os.environ | {LIFELINE_ENV: str(self._lifeline[0]), BROKER_ENV: self._broker_url()}
        if self._config.path is not None:
            environment[CONFIG_ENV] = str(Path(self._config.path).resolve())
        child.started = time.monotonic()
        child.process = subprocess.Popen(
            [sys.executable, "-m", "workers", *child.arguments, "--name", child.name],
            stdin=subprocess.DEVNULL,
            env=environment,
            pass_fds=[self._lifeline[0]],
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(parent),
        )

    def _broker_url(self) -> str:
        return self._config.broker if self._broker is None else self._broker.url

    def _supervise(self) -> None:
        if self._broker is not None and not self._broker.is_running():
            logs.warn("broker died, starts again")
            self._broker.start()
            # Its messages are gone; what workers hold stays theirs until its lease ends.
            self._app.store.release_queued()
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and not child.is_running():
                self._bury(child, now)
            if child.process is None and now >= child.start_at:
                self._spawn(child)

    def _bury(self, child: Child, now: float) -> None:
        assert child.process is not None
        code, child.process = child.process.returncode, None
        # One that ran for a while has earned a fresh start; one that dies at once must not spin.
        child.failures = 1 if now - child.started > _LONGEST_PAUSE else child.failures + 1
        pause = min(0.5 * 2 ** (child.failures - 1), _LONGEST_PAUSE)
        child.start_at = now + pause
        logs.warn("process died, starts again", name=child.name, code=code, after_seconds=pause)

    def _stop(self) -> None:
        logs.say("daemon stops")
        running = [child.process for child in self._children if child.process is not None and child.is_running()]
        for process in running:
            process.terminate()
        end = time.monotonic() + _STOP_SECONDS
        for process in running:
            try:
                process.wait(max(end - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._broker is not None:
            self._broker.stop()
        for number in self._lifeline:
            os.close(number)
        logs.say("daemon stopped")


class only_one:
    """Holds the folder's lock, so that two daemons never share one database's private broker. Raises StoreError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[str] | None = None

    def __enter__(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = (self._folder / LOCK).open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreError(
                "already-running", "another `counterclaim run` uses this store", str(self._folder)
            ) from error

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
