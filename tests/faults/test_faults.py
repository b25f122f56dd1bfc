"""The short form of `make soak`: every fault once over a few articles, with a quick tagger and a movable clock."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults.__main__ import HEAD, line, run
from tests.faults.faults import SHORT

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads the process tree from /proc"),
]


@pytest.mark.parametrize("servers", [False, True], ids=["sqlite and embedded broker", "postgresql and valkey"])
def test_under_every_fault_nothing_is_lost_and_nothing_doubled_without_a_mark(tmp_path: Path, servers: bool) -> None:
    tallies = run(SHORT, tmp_path, villages=4, servers=servers)

    table = "\n".join([HEAD, *(line(tally) for tally in tallies.values())])
    print(table)
    wrong = [note for tally in tallies.values() for note in tally.notes]
    log = (tmp_path / "daemon.log").read_text(errors="replace")
    assert not any(tally.lost or tally.doubled for tally in tallies.values()), f"{table}\n{wrong}\n{log[-3000:]}"
