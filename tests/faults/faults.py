"""Everything that goes wrong in months of running: each fault happens while the daemon works on a batch."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import redis

from tests.fakes.daemon import kill
from tests.fakes.slack import Fault as SlackFault
from tests.faults.scene import Scene

QUEUES = ("poll", "extract", "tag", "alert")


@dataclass(frozen=True)
class Fault:
    """A fault by name; `servers` says that it needs PostgreSQL and a broker of its own, None that either will do."""

    name: str
    happens: Callable[[Scene], None]
    servers: bool | None = None


def pool_children_killed(scene: Scene) -> None:
    """Kill a random pool child of either worker with -9, three times."""
    for _ in range(3):
        scene.wait_for(scene.chance.uniform(0.05, 0.8), patience=3)
        children = scene.daemon.children("io") + scene.daemon.children("nlp")
        kill(scene.chance.sample(children, min(1, len(children))))


def workers_killed(scene: Scene) -> None:
    """Kill one of the workers with -9, children and all."""
    scene.midway()
    kill(scene.daemon.parts(scene.chance.choice(["io", "nlp"])))


def beat_killed(scene: Scene) -> None:
    """Kill the schedule with -9 before it has found anything due."""
    kill(scene.daemon.parts("beat"))


def tree_killed(scene: Scene) -> None:
    """Kill everything with -9; it is started again afterwards."""
    scene.midway()
    scene.daemon.kill_tree()


def broker_killed(scene: Scene) -> None:
    """Kill the daemon's own broker with -9, with all that is queued in it."""
    scene.midway()
    kill(scene.daemon.parts("broker"))


def broker_flushed(scene: Scene) -> None:
    """Empty the broker."""
    scene.midway()
    _broker(scene).flushall()


def broker_replaced(scene: Scene) -> None:
    """Kill a broker that is not the daemon's own, and put an empty one in its place."""
    assert scene.valkey is not None
    scene.midway()
    scene.valkey.crash()
    time.sleep(1.0)
    scene.valkey.start()


def postgres_restarted(scene: Scene) -> None:
    """Crash the database server and start it again after a while."""
    assert scene.postgres is not None
    scene.midway()
    scene.postgres.crash()
    time.sleep(1.0)
    scene.postgres.start()


def sqlite_locked(scene: Scene, seconds: float = 4.0) -> None:
    """Let another program hold the database's write lock."""
    scene.midway()
    with contextlib.closing(sqlite3.connect(_database(scene), timeout=60, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        other.execute("ROLLBACK")


def sqlite_locked_for_long(scene: Scene) -> None:
    """Hold it for longer than anybody waits for it."""
    sqlite_locked(scene, 40.0)


def disk_full(scene: Scene, seconds: float = 3.0) -> None:
    """Fill the database's disk before anything of the batch is stored; make room again after a while."""
    with scene.disk.full(scene.daemon.family()):
        time.sleep(seconds)


def clock_jumps(scene: Scene) -> None:
    """Set the clock two hours back, then a day forward, while work is under way."""
    scene.midway()
    scene.clock.move(hours=-2)
    time.sleep(1.0)
    scene.clock.move(hours=26)


def smtp_down(scene: Scene) -> None:
    """Take the mail server away while the alerts are due."""
    scene.wait_for(0.3)
    scene.restart_mailbox(3.0)


def slack_down(scene: Scene) -> None:
    """Let Slack fail, hang up before and after it took the message, and ask for a pause."""
    faults = [SlackFault(500), SlackFault(0), SlackFault(429, headers={"Retry-After": "2"}), SlackFault(late=True)]
    scene.slack.faults.extend(scene.chance.choice(faults) for _ in range(6))


def webhook_down(scene: Scene) -> None:
    """Let the webhook answer 503 for a while."""
    scene.world.answer = 503
    scene.wait_for(0.7, 20)
    time.sleep(1.0)
    scene.world.answer = 200


def two_beats(scene: Scene) -> None:
    """Run a second schedule beside the first."""
    url = scene.valkey.url if scene.valkey is not None else f"redis+socket://{scene.daemon.broker_socket}"
    second = scene.daemon.spawn("beat", "--name", "second", COUNTERCLAIM_BROKER=url)
    scene.wait_for(0.95)
    second.kill()
    second.wait()


def messages_doubled_and_reordered(scene: Scene) -> None:
    """Deliver every queued message again, in another order, over and over."""
    stop = threading.Event()
    stirrer = threading.Thread(target=_stir, args=(_broker(scene), random.Random(7), stop))
    stirrer.start()
    scene.wait_for(0.9)
    stop.set()
    stirrer.join()


def _stir(broker: redis.Redis, chance: random.Random, stop: threading.Event) -> None:
    known: list[tuple[str, bytes]] = []
    while not stop.wait(0.02):
        for queue in QUEUES:
            waiting = broker.lrange(queue, 0, -1)
            chance.shuffle(waiting)  # type: ignore[arg-type]
            known += [(queue, message) for message in waiting]  # type: ignore[union-attr]
        for queue, message in chance.sample(known, min(5, len(known))):
            broker.rpush(queue, message) if chance.random() < 0.5 else broker.lpush(queue, message)


def nothing(scene: Scene) -> None:
    """Leave it in peace: what all others are measured by."""


def _broker(scene: Scene) -> redis.Redis:
    if scene.valkey is not None:
        return redis.Redis(port=scene.valkey.port)
    return redis.Redis(unix_socket_path=str(scene.daemon.broker_socket))


def _database(scene: Scene) -> Path:
    return Path(scene.storage.removeprefix("sqlite:///"))


def _both(first: Callable[[Scene], None], second: Callable[[Scene], None]) -> Callable[[Scene], None]:
    def happens(scene: Scene) -> None:
        first(scene)
        second(scene)

    return happens


FAULTS = (
    Fault("no fault", nothing),
    Fault("pool children killed", pool_children_killed),
    Fault("workers killed", workers_killed),
    Fault("beat killed", beat_killed),
    Fault("whole tree killed", tree_killed, servers=False),
    Fault("broker killed", broker_killed, servers=False),
    Fault("broker flushed", broker_flushed),
    Fault("broker replaced", broker_replaced, servers=True),
    Fault("PostgreSQL restarted", postgres_restarted, servers=True),
    Fault("SQLite locked", sqlite_locked, servers=False),
    Fault("disk full", disk_full, servers=False),
    Fault("clock jumps", clock_jumps),
    Fault("SMTP down", smtp_down),
    Fault("Slack down", slack_down),
    Fault("webhook down", webhook_down),
    Fault("two beats", two_beats),
    Fault("messages doubled and reordered", messages_doubled_and_reordered),
)
_BY_NAME = {fault.name: fault for fault in FAULTS}
SHORT = tuple(  # two at once, so that the tests have them all in little time
    Fault(f"{first}, {second}", _both(_BY_NAME[first].happens, _BY_NAME[second].happens), servers)
    for first, second, servers in (
        ("pool children killed", "two beats", False),
        ("workers killed", "Slack down", False),
        ("broker flushed", "SQLite locked", False),
        ("clock jumps", "SMTP down", False),
        ("disk full", "webhook down", False),
        ("broker killed", "messages doubled and reordered", False),
        ("beat killed", "whole tree killed", False),
        ("broker replaced", "pool children killed", True),
        ("PostgreSQL restarted", "workers killed", True),
        ("PostgreSQL restarted", "broker replaced", True),
    )
)
LONG = (*FAULTS, Fault("SQLite locked for 40 s", sqlite_locked_for_long, servers=False))
