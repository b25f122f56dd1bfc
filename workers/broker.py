"""A private Valkey for one daemon: on a socket in a folder of its own, holding nothing that matters."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import redis

from monitor.adapters.broker import server_binary
from monitor.errors import StoreError
from monitor.rundir import SOCKET, clear_socket, place_socket, socket_url
from workers.lifeline import die_with_parent

_START_SECONDS = 20.0


class PrivateBroker:
    """A Valkey (or Redis) server on a unix socket in `folder`, without any persistence: the database is the truth."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.socket = folder / SOCKET  # elsewhere once it runs, where that path is too long

    @property
    def url(self) -> str:
        """The broker's URL for Celery, known once it was started."""
        return socket_url(self.socket)

    def start(self) -> None:
        """Start the server and wait until it answers. Raises StoreError when there is none or it does not start."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket = place_socket(self.folder)
        self._end_leftover()
        parent = os.getpid()
        self.process = subprocess.Popen(
            [server_binary(), *self._options()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the daemon, which stops its children in order
            preexec_fn=lambda: die_with_parent(parent),
        )
        self._await_answer()

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
            "dir": str(self.folder),
            "logfile": str(self.folder / "broker.log"),
            "loglevel": "warning",
            "daemonize": "no",
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]

    def _await_answer(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and self.is_running():
            if self._answers():
                return
            time.sleep(0.05)
        log = self.folder / "broker.log"
        detail = log.read_text(errors="replace")[-500:] if log.exists() else ""
        raise StoreError("broker-did-not-start", detail, str(self.socket))

    def _answers(self) -> bool:
        try:
            with self._client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def _client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2)

    def _end_leftover(self) -> None:
        """End a server that outlived a daemon on a system where children do not die with their parent."""
        if self.socket.exists():
            try:
                with self._client() as client:
                    client.shutdown(nosave=True)
            except redis.RedisError:
                pass  # nobody listens: the socket is what a killed server left behind
            self.socket.unlink(missing_ok=True)

    def is_running(self) -> bool:
        """Say whether the server's process lives."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """End the server."""
        if self.process is not None and self.is_running():
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        clear_socket(self.folder)
