"""The daemon as a user runs it: kill -9 at random moments, a clean stop, and sources that fail."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.kill_run import alive, family, finished, run, start
from tests.fakes.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.mark.skipif(sys.platform != "linux", reason="reads the process tree from /proc")
def test_killed_again_and_again_it_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    result = run(articles=40, kills=3, seed=3, folder=tmp_path, patience=120)

    log = (tmp_path / "daemon.log").read_text()
    assert result.right, f"{result}\n{log[-4000:]}"


def _stopped(daemon: subprocess.Popen[bytes]) -> int:
    daemon.terminate()
    return daemon.wait(60)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the process tree from /proc")
def test_it_stops_cleanly_on_sigterm_and_says_once_that_a_source_fails(tmp_path: Path) -> None:
    log = tmp_path / "daemon.log"
    with World(villages=2, feeds=2) as world:
        config = world.write_config(tmp_path)
        dead = '{"name": "Dead Wire", "feed": "http://127.0.0.1:9/feed.xml"}, {"name"'
        config.write_text(config.read_text().replace('{"name"', dead, 2).replace(dead, '{"name"', 1))
        daemon = start(config, log)
        end = time.monotonic() + 90
        while time.monotonic() < end and not (
            finished(tmp_path / "counterclaim.db", world) and "source fails" in log.read_text()
        ):
            time.sleep(0.3)
        pids = family(daemon.pid)
        assert _stopped(daemon) == 0, log.read_text()[-4000:]

    assert len(pids) > 4 and alive(pids) == []
    assert sum(world.alerted().values()) == 2, log.read_text()[-4000:]
    text = log.read_text()
    assert text.count("source fails") == 1 and "daemon stopped" in text and "Traceback" not in text
    assert not list(tmp_path.glob(".*.run/broker.sock"))
