"""What a worker process holds: its App, opened on first use and never carried over a fork."""

from __future__ import annotations

import os

from monitor.app import App, open_app
from monitor.config import load_config
from workers.celery_app import BROKER_ENV

CONFIG_ENV = "COUNTERCLAIM_CONFIG"
_open: dict[int, App] = {}


def app() -> App:
    """Return this process's App."""
    pid = os.getpid()
    if pid not in _open:
        _open.clear()
        _open[pid] = open_app(load_config(os.environ.get(CONFIG_ENV, "counterclaim.yaml")), upgrade=False)
        _open[pid].broker = os.environ.get(BROKER_ENV)
    return _open[pid]
