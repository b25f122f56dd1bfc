"""Every benchmark, one after the other: `make bench`, or `make bench BENCH=poll` for some of them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path


def main(wanted: list[str]) -> int:
    """Run each `bench_*.py` as a process of its own, since each measures its own memory; return 1 if one failed."""
    names = [path.stem for path in sorted(Path(__file__).parent.glob("bench_*.py"))]
    chosen = [name for name in names if not wanted or any(word in name for word in wanted)]
    failed = []
    for name in chosen:
        print(f"\n=== {name.removeprefix('bench_')}", flush=True)
        began = time.perf_counter()
        if subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], check=False).returncode:
            failed.append(name)
        print(f"({time.perf_counter() - began:.0f} s)", flush=True)
    if failed or not chosen:
        print(f"failed: {', '.join(failed)}" if failed else f"there is no benchmark {wanted}; there are {names}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
