"""The private Valkey: starts on a socket that only its owner reaches, stops, and replaces what a crash left behind."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest
import redis

from monitor.adapters.broker import remembers
from monitor.errors import StoreError
from monitor.rundir import SOCKET, clear_socket, find_socket, place_socket
from workers.broker import PrivateBroker, server_binary
from workers.embedded import only_one


@pytest.fixture
def too_deep(tmp_path: Path) -> Path:
    """A folder whose path no socket can have."""
    return tmp_path / ("deep" * 30) / "run"


def _ping(broker: PrivateBroker) -> bool:
    with redis.Redis(unix_socket_path=str(broker.socket)) as client:
        return bool(client.ping())


def test_it_answers_on_a_private_socket_and_leaves_none_behind(tmp_path: Path) -> None:
    broker = PrivateBroker(tmp_path / "run")
    broker.start()
    try:
        assert _ping(broker)
        assert stat.S_IMODE(broker.socket.stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o700
    finally:
        broker.stop()
    assert not broker.is_running() and not broker.socket.exists()


def test_it_listens_on_no_network_port(tmp_path: Path) -> None:
    broker = PrivateBroker(tmp_path / "run")
    broker.start()
    try:
        with redis.Redis(unix_socket_path=str(broker.socket)) as client:
            assert client.config_get("port")["port"] == "0"
    finally:
        broker.stop()


def test_a_folder_too_deep_for_a_socket_is_no_obstacle(too_deep: Path) -> None:
    broker = PrivateBroker(too_deep)
    broker.start()
    try:
        assert _ping(broker) and len(os.fsencode(broker.socket)) < 100
        assert find_socket(too_deep) == broker.socket and stat.S_IMODE(broker.socket.parent.stat().st_mode) == 0o700
    finally:
        broker.stop()
    assert not broker.socket.parent.exists() and find_socket(too_deep) is None


def test_a_socket_elsewhere_stays_where_workers_know_it(too_deep: Path) -> None:
    broker = PrivateBroker(too_deep)
    broker.start()
    try:
        before = broker.url
        assert broker.process is not None
        os.kill(broker.process.pid, signal.SIGKILL)
        broker.process.wait()
        broker.start()
        assert broker.url == before and _ping(broker)
    finally:
        broker.stop()


def test_a_place_that_others_may_have_made_is_not_taken(too_deep: Path, tmp_path: Path) -> None:
    too_deep.mkdir(parents=True)
    strangers = tmp_path / "strangers"
    strangers.mkdir()
    strangers.chmod(0o777)
    (too_deep / SOCKET).symlink_to(strangers / SOCKET)
    place = place_socket(too_deep)
    assert place.parent != strangers
    clear_socket(too_deep)
    assert strangers.exists() and not place.parent.exists()


def test_it_starts_again_over_what_a_killed_one_left(tmp_path: Path) -> None:
    first = PrivateBroker(tmp_path / "run")
    first.start()
    assert first.process is not None
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait()
    assert first.socket.exists()

    second = PrivateBroker(tmp_path / "run")
    second.start()
    try:
        assert _ping(second)
    finally:
        second.stop()


def test_a_server_that_outlived_its_daemon_is_replaced(tmp_path: Path) -> None:
    first, second = PrivateBroker(tmp_path / "run"), PrivateBroker(tmp_path / "run")
    first.start()
    second.start()
    try:
        assert first.process is not None and first.process.wait(10) is not None
        assert _ping(second)
    finally:
        second.stop()


def test_two_daemons_never_share_a_folder(tmp_path: Path) -> None:
    with only_one(tmp_path / "run"):
        with pytest.raises(StoreError) as refused, only_one(tmp_path / "run"):
            pass
        assert refused.value.reason == "already-running"
    with only_one(tmp_path / "run"):
        pass


def test_the_bundled_server_is_a_file_that_can_run() -> None:
    assert os.access(server_binary(), os.X_OK)


def test_a_broker_that_was_emptied_or_started_anew_is_noticed_once(tmp_path: Path) -> None:
    broker = PrivateBroker(tmp_path / "run")
    broker.start()
    try:
        assert [remembers(broker.url) for _ in range(3)] == [False, True, True]
        with redis.Redis(unix_socket_path=str(broker.socket)) as client:
            client.flushall()
        assert [remembers(broker.url), remembers(broker.url)] == [False, True]
        broker.stop()
        broker.start()
        assert [remembers(broker.url), remembers(broker.url)] == [False, True]
    finally:
        broker.stop()


def test_a_broker_that_is_away_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="broker-away"):
        remembers(f"redis+socket://{tmp_path / 'nobody'}")
