"""`counterclaim status`: how much is waiting, done and failed, how late it is, and how the sources and the disk do."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.options import config_option, json_option, print_json, says_errors

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.config import Config


@click.command()
@config_option
@json_option
@says_errors
def status(config_path: str, as_json: bool) -> None:
    """Print what waits, what failed, how late it is, and how much room there is; nothing is changed."""
    from monitor.cli.status_text import lines
    from monitor.config import load_config

    app = _app(load_config(config_path))
    try:
        state = _state(app)
    finally:
        app.close()
    if as_json:
        print_json(state)
    else:
        click.echo("\n".join(lines(state)))


def _app(config: Config) -> App:
    """Open the store as it is; in place of one that was never started there is an empty one in memory."""
    from monitor.app import has_database, open_app
    from monitor.errors import StoreError
    from monitor.store.repository import SqlStore
    from monitor.store.schema import Tables, state_of

    if not has_database(config):
        return open_app(config, storage="sqlite://")
    app = open_app(config, upgrade=False)
    assert isinstance(app.store, SqlStore)
    tables = state_of(app.store.engine)
    if tables is not Tables.CURRENT:
        app.close()
    if tables is Tables.NONE:
        return open_app(config, storage="sqlite://")
    if tables is Tables.OTHER:
        raise StoreError(
            "other-tables", "they are of another version; `counterclaim doctor` tells which", config.storage
        )
    return app


def _state(app: App) -> dict[str, Any]:
    from monitor.rundir import EMBEDDED, is_running
    from monitor.store import backlog
    from monitor.store.repository import SqlStore

    assert isinstance(app.store, SqlStore)
    engine, config = app.store.engine, app.config
    waiting = backlog.backlogs(engine, app.clock.now())
    return {
        "daemon": {"running": is_running(config)} if config.broker == EMBEDDED else {"running": None},
        "rows": app.store.counts(),
        "waiting": {kind: _seconds(asdict(one)) for kind, one in waiting.items()},
        "queues": _queues(app),
        "lag": {kind: _seconds(asdict(one)) for kind, one in backlog.paces(engine).items()},
        "given_up": {kind: asdict(one) for kind, one in backlog.given_up(engine).items()},
        "disk": _disk(app, backlog.size(engine)),
        "failing": _failing(app),
    }


def _seconds(values: dict[str, Any]) -> dict[str, Any]:
    """Write spans as seconds, for JSON."""
    return {
        name: round(value.total_seconds(), 1) if isinstance(value, timedelta) else value
        for name, value in values.items()
    }


def _queues(app: App) -> dict[str, Any] | None:
    """Return the messages in the broker, None when it does not run, and what is wrong when it does not answer."""
    from monitor.adapters.broker import queue_lengths
    from monitor.errors import StoreError
    from monitor.rundir import broker_url

    url = broker_url(app.config)
    if url is None:
        return None
    try:
        return dict(queue_lengths(url))
    except StoreError as error:
        return {"error": str(error)}


def _disk(app: App, size: int) -> dict[str, Any]:
    from monitor.app import storage_url

    url = storage_url(app.config)
    folder = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else None
    return {"database": size, "free": shutil.disk_usage(folder).free if folder else None}


def _failing(app: App) -> list[dict[str, Any]]:
    from monitor.polling import SourceHealth

    bad = [one for one in app.store.sources() if one.state in (SourceHealth.FAILING, SourceHealth.GONE)]
    return [
        {
            "source": one.source.name,
            "since": one.memory.get("failing_since"),
            "failures": one.memory.get("failures", 0),
            "reason": one.reason,
        }
        for one in bad
    ]


COMMANDS = [status]
