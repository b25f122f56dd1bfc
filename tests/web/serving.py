"""A desk on a free port of loopback, in a thread of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from monitor.adapters.clock import SetClock
from monitor.config import Config
from monitor.store.repository import SqlStore
from monitor.web.application import build_desk


@contextmanager
def served(config: Config, store: SqlStore, clock: SetClock) -> Iterator[str]:
    """Serve a desk on a free port and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = build_desk(config, store, clock)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
