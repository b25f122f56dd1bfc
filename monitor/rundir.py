"""The private folder of a daemon that keeps its own broker: where it is, where the broker listens, who runs in it."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from pathlib import Path

from monitor.app import storage_url
from monitor.config import Config

EMBEDDED = "embedded"
LOCK, SOCKET = "lock", "broker.sock"
_LONGEST_SOCKET = 100  # bytes; the kernel's sockaddr_un holds 108


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


def place_socket(folder: Path) -> Path:
    """Return where a broker of this folder is to listen: in it, unless the kernel takes no path as long as that.

    Then it is a private folder of the system's, and a link in the work folder leads there for all who look. A broker
    that is started again gets the same place.
    """
    place = folder / SOCKET
    if len(os.fsencode(place)) <= _LONGEST_SOCKET:
        return place
    if not (place.is_symlink() and _is_ours(_target(place).parent)):
        place.unlink(missing_ok=True)
        place.symlink_to(Path(tempfile.mkdtemp(prefix="counterclaim-")) / SOCKET)
    return _target(place)


def _target(place: Path) -> Path:
    return place.readlink() if place.is_symlink() else place


def _is_ours(folder: Path) -> bool:
    """Say whether nobody else can have put anything into a folder: after a restart the system's may be a stranger's."""
    try:
        facts = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid() and not stat.S_IMODE(facts.st_mode) & 0o077


def find_socket(folder: Path) -> Path | None:
    """Return where the broker of this folder listens, or listened before it was killed; None when there is none."""
    place = _target(folder / SOCKET)
    return place if place.exists() else None


def clear_socket(folder: Path) -> None:
    """Remove what `place_socket` and the broker made; it must be gone."""
    place = folder / SOCKET
    if place.is_symlink() and _is_ours(_target(place).parent):
        shutil.rmtree(_target(place).parent, ignore_errors=True)
    place.unlink(missing_ok=True)


def socket_url(socket: Path) -> str:
    """Return the broker's URL for Celery."""
    return f"redis+socket://{socket}"


def broker_url(config: Config) -> str | None:
    """Return where the queues are, None when they are in a private broker that does not run."""
    if config.broker != EMBEDDED:
        return config.broker
    socket = find_socket(work_folder(config))
    return None if socket is None else socket_url(socket)
