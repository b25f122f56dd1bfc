"""Loaded by every Python that a test starts with this folder on its path: the clock is what a file says."""

import os
from pathlib import Path

_PATH = os.environ.get("COUNTERCLAIM_TEST_CLOCK")

if _PATH:
    from datetime import UTC, datetime, timedelta

    from monitor.adapters.clock import SystemClock

    def _now(self: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(Path(_PATH or "").read_text()))

    SystemClock.now = _now  # type: ignore[method-assign]
