"""Fuzz for long and print a table; what crashes is written to a folder, to become a case of the corpus.

python -m tests.fuzz --seconds 60 [TARGET …]
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from pathlib import Path

from tests.fuzz.engine import Report, run
from tests.fuzz.targets import TARGETS


def main() -> None:
    """Fuzz each target in turn; exit with 1 when one broke its promise."""
    parser = argparse.ArgumentParser(description="Fuzz for long and print a table.")
    parser.add_argument("targets", nargs="*", default=list(TARGETS), metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--crashes", type=Path, default=Path("fuzz-crashes"), help="where inputs that crash are kept")
    options = parser.parse_args()
    print(f"seed {options.seed}\n{'target':10} {'executions':>10} {'crashes':>8}", flush=True)
    reports = [_fuzz(name, options) for name in options.targets or TARGETS]
    sys.exit(1 if any(one.crashes for one in reports) else 0)


def _fuzz(name: str, options: argparse.Namespace) -> Report:
    report = run(name, TARGETS[name], seconds=options.seconds, seed=options.seed)
    print(f"{name:10} {report.executions:10} {len(report.crashes):8}", flush=True)
    for what, data in report.crashes.items():
        options.crashes.mkdir(exist_ok=True)
        file = options.crashes / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}"
        file.write_bytes(data)
        print(f"    {what}\n    {file}", flush=True)
    return report


if __name__ == "__main__":
    main()
