"""What every handler of the desk is given."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from monitor.config import Config
from monitor.ports import Clock
from monitor.store.desk.rows import DeskRows
from monitor.store.repository import SqlStore

T = TypeVar("T")
FRESH_SECONDS = 30.0  # how old a number over many rows may be


@dataclass
class Desk:
    """The config, the store, the time, and who asks."""

    config: Config
    store: SqlStore
    clock: Clock
    rows: DeskRows = field(init=False)
    _kept: dict[str, tuple[float, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.rows = DeskRows(self.store.engine)

    @property
    def regions(self) -> list[str]:
        """The names of the watched regions, in the config's order."""
        return [region.name for region in self.config.regions]

    def now(self) -> datetime:
        """The present."""
        return self.clock.now()

    def kept(self, name: str, count: Callable[[], T]) -> T:
        """Return what `count` returned in the last seconds, else what it returns now."""
        with self._lock:
            at, value = self._kept.get(name, (float("-inf"), None))
            if time.monotonic() - at >= FRESH_SECONDS:
                value = count()
                self._kept[name] = (time.monotonic(), value)
            return value  # type: ignore[no-any-return]


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


TheDesk = Annotated[Desk, Depends(_desk)]
