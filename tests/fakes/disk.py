"""A small disk that can be filled: a file system in memory where the tests may mount one, else a plain folder.

In a plain folder a full disk is played by a limit on the length of files (RLIMIT_FSIZE), which writes meet as an error.
"""

from __future__ import annotations

import contextlib
import resource
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

_BYTES = 64 * 1024 * 1024


class SmallDisk:
    """The disk, mounted at `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_mounted = False

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_BYTES}", "tmpfs", str(self.folder)]
        with contextlib.suppress(FileNotFoundError):
            self.is_mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    @contextmanager
    def full(self, pids: Iterable[int]) -> Iterator[None]:
        """Leave no room for a while: on the mounted disk for anybody, else for these processes."""
        if self.is_mounted:
            ballast = self.folder / "ballast"
            with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while file.write(b"x" * 65536):
                    pass
            yield
            ballast.unlink()
            return
        held = list(pids)
        _limit(held, 4096)
        yield
        _limit(held, resource.RLIM_INFINITY)


def _limit(pids: Iterable[int], size: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
