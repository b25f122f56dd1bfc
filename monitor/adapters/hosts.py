"""How many requests a host gets at once, and how fast after each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class _Gate:
    __slots__ = ("next_start", "semaphore", "users")

    def __init__(self, limit: int) -> None:
        self.semaphore = asyncio.Semaphore(limit)
        self.next_start = 0.0
        self.users = 0


class HostGates:
    """One gate a host, made when first used and dropped when nobody waits and its pace has run out."""

    def __init__(self, limit: int, pace: float) -> None:
        self._limit, self._pace = limit, pace
        self._gates: dict[str, _Gate] = {}

    @asynccontextmanager
    async def turn(self, host: str, paced: bool = True) -> AsyncIterator[None]:
        """Wait for this host's turn and hold it."""
        gate = self._gates.get(host)
        if gate is None:
            self._tidy()
            gate = self._gates[host] = _Gate(self._limit)
        gate.users += 1
        try:
            async with gate.semaphore:
                if paced and self._pace:
                    await self._wait(gate)
                yield
        finally:
            gate.users -= 1

    async def _wait(self, gate: _Gate) -> None:
        now = asyncio.get_running_loop().time()
        start = max(now, gate.next_start)
        gate.next_start = start + self._pace
        if start > now:
            await asyncio.sleep(start - now)

    def _tidy(self) -> None:
        if len(self._gates) < 4096:
            return
        now = asyncio.get_running_loop().time()
        idle = [host for host, gate in self._gates.items() if not gate.users and gate.next_start <= now]
        for host in idle:
            del self._gates[host]
