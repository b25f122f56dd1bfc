"""Tables of figures on labelled cases, one line for each way of deciding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.quality import Tally

_NAMES = ("precision", "recall", "recall easy", "not repeated", "traps avoided")


def files(paths: Iterable[Path]) -> list[Path]:
    """Return the cases of some files and folders, by name."""
    return [file for path in paths for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]


def print_figures(tallies: Mapping[str, Tally]) -> None:
    """Print a line for each tally: shares from 0 to 1, more is better, and how many conflicts were reported."""
    print(f"{'':<30}" + "".join(f"{name:>15}" for name in _NAMES) + f"{'reported':>10}{'right':>7}")
    for name, tally in tallies.items():
        figures = tally.figures()
        shares = "".join(f"{figures.get(one, 1.0):>15.3f}" for one in _NAMES)
        print(f"{name:<30}{shares}{tally.reported:>10}{tally.right:>7}", flush=True)
