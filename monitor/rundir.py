"""The private folder of a daemon that keeps its own broker: where it is, and whether a daemon runs in it."""

from __future__ import annotations

import fcntl
from pathlib import Path

from monitor.app import storage_url
from monitor.config import Config

EMBEDDED = "embedded"
LOCK, SOCKET = "lock", "broker.sock"


def work_folder(config: Config) -> Path:
    """Return the private folder of a daemon: beside its SQLite database, else beside its config."""
    url = storage_url(config)
    if url.startswith("sqlite:///"):
        database = Path(url.removeprefix("sqlite:///"))
        return database.with_name(f".{database.name}.run")
    beside = Path(config.path).resolve().parent if config.path else Path.cwd()
    return beside / ".counterclaim.run"


def is_running(config: Config) -> bool:
    """Say whether a `counterclaim run` holds the folder's lock."""
    lock = work_folder(config) / LOCK
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def broker_url(config: Config) -> str | None:
    """Return where the queues are, None when they are in a private broker that does not run."""
    if config.broker != EMBEDDED:
        return config.broker
    socket = work_folder(config) / SOCKET
    return f"redis+socket://{socket}" if socket.exists() else None
