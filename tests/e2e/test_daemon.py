"""The daemon as a user runs it: kill -9 at random moments, a clean stop, and sources that fail."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.e2e.kill_run import finished, run
from tests.fakes.daemon import Daemon
from tests.fakes.world import World

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads the process tree from /proc"),
]


def test_killed_again_and_again_it_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    result = run(articles=24, kills=2, seed=3, folder=tmp_path, patience=240)

    log = (tmp_path / "daemon.log").read_text()
    assert result.right, f"{result}\n{log[-4000:]}"


def test_it_stops_cleanly_on_sigterm_and_says_once_that_a_source_fails(tmp_path: Path) -> None:
    with World(villages=2, feeds=2) as world:
        config = world.write_config(tmp_path)
        dead = '{"name": "Dead Wire", "feed": "http://127.0.0.1:9/feed.xml"}, {"name"'
        config.write_text(config.read_text().replace('"sources": [{"name"', f'"sources": [{dead}', 1))
        with Daemon(config, real_tagger=False) as daemon:
            end = time.monotonic() + 120
            while time.monotonic() < end and not (
                finished(tmp_path / "counterclaim.db", world) and "source fails" in daemon.said()
            ):
                time.sleep(0.3)
            assert daemon.stop() == 0, daemon.said()[-4000:]

    assert len(daemon.seen) > 4 and daemon.left_running() == []
    assert sum(world.alerted().values()) == 2, daemon.said()[-4000:]
    text = daemon.said()
    assert text.count("source fails") == 1 and "daemon stopped" in text and "Traceback" not in text
    assert not list(tmp_path.glob(".*.run/broker.sock"))
