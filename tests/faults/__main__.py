"""All faults, on SQLite with the embedded broker and on PostgreSQL with Valkey; prints a table.

    python -m tests.faults [--rounds 3] [--villages 15] [--only broker] [--real] [--out FILE]

Exits with 1 when anything was lost, or doubled without a mark.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.faults.faults import LONG, Fault
from tests.faults.scene import Scene, Tally


def run(
    faults: Sequence[Fault], folder: Path, villages: int, *, servers: bool, rounds: int = 1, real_tagger: bool = False
) -> dict[str, Tally]:
    """Let every fault happen that fits these servers, to one daemon after the other; return the tallies by name."""
    chosen = [fault for fault in faults if fault.servers in (None, servers)]
    tallies = {fault.name: Tally(fault.name) for fault in chosen}
    watched = villages * rounds * len(chosen)
    with Scene(folder, watched, servers=servers, real_tagger=real_tagger) as scene:
        for _ in range(rounds):
            for fault in chosen:
                one = scene.run(fault.name, fault.happens, villages)
                tallies[fault.name].add(one)
                print(line(one), *one.notes[:5], sep="\n  ", file=sys.stderr, flush=True)
    return tallies


def line(tally: Tally) -> str:
    """Return one row of the table."""
    numbers = (tally.runs, tally.articles, tally.lost, tally.doubled, tally.marked, round(tally.seconds))
    return f"{tally.fault:32}" + "".join(f"{number:>10}" for number in numbers)


HEAD = f"{'fault':32}" + "".join(f"{word:>10}" for word in ("runs", "articles", "lost", "doubled", "marked", "seconds"))


def main() -> int:
    """Run by hand or by `make soak`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--villages", type=int, default=15)
    parser.add_argument("--only", default="")
    parser.add_argument("--real", action="store_true", help="the bundled tagger and judge in place of a quick tagger")
    parser.add_argument("--on", choices=["sqlite", "servers", "both"], default="both")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    faults = [fault for fault in LONG if options.only in fault.name]
    lines, wrong = [], 0
    for servers, title in ((False, "SQLite, embedded broker"), (True, "PostgreSQL, Valkey")):
        if options.on in ("both", "servers" if servers else "sqlite"):
            folder = Path(tempfile.mkdtemp(prefix="counterclaim-faults-"))
            more = {"servers": servers, "rounds": options.rounds, "real_tagger": options.real}
            tallies = run(faults, folder, options.villages, **more)
            lines += [title, HEAD, *(line(tally) for tally in tallies.values()), ""]
            wrong += sum(tally.lost + tally.doubled for tally in tallies.values())
            print(f"log in {folder}", file=sys.stderr)
    table = "\n".join(lines)
    print(table)
    if options.out is not None:
        options.out.write_text(table + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
