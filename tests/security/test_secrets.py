"""Secrets stay where they belong: a daemon with nothing but failing targets tells none of them anywhere."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.kill_run import count
from tests.fakes.daemon import PLUGIN, ROOT, family
from tests.fakes.loopback import Answer, Item, rss
from tests.fakes.smtp import Mailbox
from tests.fakes.world import World
from tests.security.canaries import Canaries, targets

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]
PAGES = ("/", "/conflicts", "/regions", "/claims", "/sources", "/alerts", "/login", "/metrics", "/healthz", "/readyz",
         "/api/v1/conflicts", "/api/v1/claims", "/api/openapi.json", "/feeds/conflicts.atom", "/nowhere")  # fmt: skip


def a_free_port() -> int:
    """Return a port that nobody has at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def environment(canaries: Canaries) -> dict[str, str]:
    """Return the environment of a process of ours with the tests' tagger."""
    own = {"PYTHONPATH": f"{ROOT}{os.pathsep}{PLUGIN}", "PYTHONUNBUFFERED": "1", "COUNTERCLAIM_LOG": "json"}
    return os.environ | own | canaries.environment


def counterclaim(canaries: Canaries, config: Path, *words: str) -> bytes:
    """Run a command and return all that it said."""
    command = [sys.executable, "-m", "workers", *words, "--config", str(config)]
    run = subprocess.run(command, env=environment(canaries), capture_output=True, check=False, cwd=config.parent)
    return run.stdout + run.stderr


def a_config(world: World, folder: Path, canaries: Canaries, mailbox: Mailbox, port: int) -> Path:
    """Write the config: the world's feeds, two that need secrets, one that is away, and targets that all fail."""
    web = world.web.url("").rstrip("/")
    config = world.write_config(
        folder,
        alerts={"targets": targets(canaries, web, mailbox.url), "group_wait": "1s", "min_confidence": 0.1},
        web={"listen": f"127.0.0.1:{port}", "password": "${DESK_PASSWORD}", "tokens": ["${API_TOKEN}"]},
    )
    private = f'{{"name": "Private", "feed": "http://u:${{FEED_LOGIN}}@{web[7:]}/private?token=${{FEED_TOKEN}}"}}, '
    dead = '{"name": "Dead", "feed": "http://u:${DEAD_FEED}@127.0.0.1:9/feed"}, '
    config.write_text(config.read_text().replace('"sources": [', f'"sources": [{private}{dead}', 1))
    return config


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A daemon that has tried every target, with its world; ended afterwards."""
    canaries, log, port = Canaries(), tmp_path / "daemon.log", a_free_port()
    with World(villages=1, feeds=2) as world, Mailbox(user="desk", password="right") as mailbox:
        for path in ("/api/chat.postMessage", "/services/" + canaries["SLACK_WEBHOOK"], "/refused"):
            world.web.answer(path, lambda seen: Answer(500, seen.path.encode() + b" fell over"))
        echo = world.web.url(f"/private?token={canaries['FEED_TOKEN']}")
        world.web.answer("/private", Answer(200, rss([Item("Weather", world.web.url("/w"))], link=echo)))
        config = a_config(world, tmp_path, canaries, mailbox, port)
        with log.open("ab") as out:
            command = [sys.executable, "-m", "workers", "run", "--config", str(config)]
            daemon = subprocess.Popen(command, env=environment(canaries), stdout=out, stderr=out, cwd=tmp_path)
        try:
            wait_for_failures(daemon, tmp_path / "counterclaim.db", log)
            yield {"canaries": canaries, "config": config, "daemon": daemon, "port": port, "log": log, "world": world}
        finally:
            daemon.terminate()
            daemon.wait(60)


def wait_for_failures(daemon: subprocess.Popen[bytes], database: Path, log: Path) -> None:
    """Wait until every target has failed once and the dead feed too."""
    tried = "SELECT count(DISTINCT target) FROM alerts WHERE attempts > 0 AND reason != ''"
    end = time.monotonic() + 300
    while time.monotonic() < end and daemon.poll() is None:
        if database.exists() and log.read_text().count("alert not sent") >= 7 and count(database, tried) >= 7:
            return
        time.sleep(0.5)
    pytest.fail(log.read_text()[-4000:])


def pages(port: int, token: str) -> bytes:
    """Return all that the desk shows to one who may see everything, and to one who may not."""
    said = b""
    for path in PAGES:
        for headers in ({"Authorization": f"Bearer {token}"}, {}):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            said += str(answer.getheaders()).encode() + answer.read()
            connection.close()
    return said


@pytest.mark.slow
def test_no_secret_gets_into_logs_processes_files_pages_or_commands(scene: dict[str, Any]) -> None:
    canaries, config, daemon = scene["canaries"], scene["config"], scene["daemon"]
    lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in family(daemon.pid)]
    assert len(lines) > 4
    shown = pages(scene["port"], canaries["API_TOKEN"])
    assert scene["world"].villages[0].encode() in shown and b"token required" in shown
    said = b"".join(
        counterclaim(canaries, config, *words)
        for words in (["status"], ["check"], ["doctor"], ["feeds"], ["alerts"], ["conflicts", "--json"])
    )
    assert b"not-authenticated" in said
    asked = scene["world"].web.seen("/private")[0]
    assert asked.query.endswith(canaries["FEED_TOKEN"]) and asked.headers["authorization"]

    daemon.terminate()
    daemon.wait(60)
    kept = [file for file in config.parent.rglob("*") if file.is_file() and file != config]
    assert {"counterclaim.db", "daemon.log"} <= {file.name for file in kept}
    assert canaries.leaks(kept) == []
    assert canaries.found_in(b"\0".join(lines)) == []
    assert canaries.found_in(shown) == []
    assert canaries.found_in(said) == []


def test_a_fault_in_the_config_tells_no_secret(tmp_path: Path) -> None:
    canaries = Canaries()
    config = tmp_path / "counterclaim.yaml"
    config.write_text(
        "regions: [{name: R}]\nstorage: mysql://u:${SMTP_PASSWORD}@h/d\nbroker: amqp://u:${SLACK_TOKEN}@h\n"
        "web: {listen: '${API_TOKEN}', tokens: ['${DESK_PASSWORD}', short]}\n"
        "sources: [{name: A, feed: 'ftp://u:${FEED_LOGIN}@h/f'}, {name: B, feed: '${FEED_TOKEN}'}]\n"
        "alerts: {targets: [{name: t, email: {to: ['${DEAD_FEED}'], from: x@y.z, smtp: 'mail://${SMTP_REFUSED}'}}]}\n"
    )
    said = counterclaim(canaries, config, "check")
    assert said.count(b"\n") >= 6 and canaries.found_in(said) == []


def test_servers_that_are_away_are_told_without_their_passwords(tmp_path: Path) -> None:
    canaries = Canaries()
    config = tmp_path / "counterclaim.yaml"
    config.write_text(
        "regions: [{name: R}]\nstorage: postgresql+psycopg://u:${SMTP_PASSWORD}@127.0.0.1:9/d\n"
        "broker: redis://:${SLACK_TOKEN}@127.0.0.1:9/0\n"
    )
    said = counterclaim(canaries, config, "once") + counterclaim(canaries, config, "doctor", "--offline")
    assert b"database-busy" in said and b"broker-away" in said
    assert canaries.found_in(said) == []


@pytest.mark.parametrize("form", ["plain", "base64", "quoted"])
def test_the_search_for_secrets_finds_one(form: str) -> None:
    import base64

    canaries = Canaries()
    secret = canaries["API_TOKEN"]
    written = {"plain": secret.encode(), "quoted": secret.encode(), "base64": base64.b64encode(b"u:" + secret.encode())}
    assert canaries.found_in(b"before " + written[form] + b" after") == ["API_TOKEN"]
