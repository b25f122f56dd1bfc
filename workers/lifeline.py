"""Children that die with their parent, even when it is killed with -9."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading

LIFELINE_ENV = "COUNTERCLAIM_LIFELINE"
_PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


def die_with_parent(parent: int | None = None) -> None:
    """Ask Linux to kill this process when its parent dies; elsewhere `hold_on` does it. `parent` is its known pid."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent is not None and os.getppid() != parent:  # it died before we asked
        os._exit(1)


def hold_on() -> None:
    """End this process when the other end of the inherited pipe closes: the watchdog for systems without prctl."""
    number = os.environ.get(LIFELINE_ENV)
    if number is None:
        return

    def watch() -> None:
        os.read(int(number), 1)  # blocks until the parent's end is gone
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
