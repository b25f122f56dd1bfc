"""What beat sends: a sweep for everything that is due or stood still, and housekeeping."""

from __future__ import annotations

from typing import Any

SWEEP_SECONDS = 2.0  # how late a due source or alert may be noticed
PRUNE_SECONDS = 3600.0


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Return beat's entries. A message that waited for longer than its interval is dropped: the next does its work."""
    return {
        "sweep": {"task": "workers.sweep", "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS * 5}},
        "prune": {"task": "workers.prune", "schedule": PRUNE_SECONDS, "options": {"expires": PRUNE_SECONDS}},
    }
