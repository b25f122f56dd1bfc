"""`counterclaim status`: how much is waiting, done and failed, how late it is, and how the sources and the disk do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.options import config_option, json_option, print_json, says_errors

if TYPE_CHECKING:
    from monitor.app import App

_STEPS = {"source": "poll", "entry": "extract", "article": "tag", "alert": "alert"}


@click.command()
@config_option
@json_option
@says_errors
def status(config_path: str, as_json: bool) -> None:
    """Print what waits, what failed, how late it is, and how much room there is; nothing is changed."""
    from monitor.app import open_app
    from monitor.config import load_config

    app = open_app(load_config(config_path))
    try:
        state = _state(app)
    finally:
        app.close()
    if as_json:
        print_json(state)
    else:
        click.echo("\n".join(_lines(state)))


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


def _lines(state: dict[str, Any]) -> Iterator[str]:
    if state["daemon"]["running"] is not None:
        yield f"{'daemon':10} {'runs' if state['daemon']['running'] else 'does not run'}"
    for kind, states in state["rows"].items():
        yield f"{kind:10} " + (", ".join(f"{count} {name}" for name, count in sorted(states.items())) or "none")
    for kind, one in state["waiting"].items():
        if one["waiting"] or one["held"]:
            since = f", the oldest for {span(one['oldest'])}" if one["waiting"] else ""
            yield f"{'waiting':10} {_STEPS.get(kind, kind)}: {one['waiting']}, {one['held']} being done{since}"
    if state["queues"] is not None:
        yield f"{'queues':10} " + ", ".join(f"{name} {count}" for name, count in state["queues"].items())
    yield from _lags(state["lag"])
    for kind, one in state["given_up"].items():
        yield f"{'given up':10} {kind}: {one['count']}, last because of: {one['reason']}"
    free = state["disk"]["free"]
    yield f"{'disk':10} database {_bytes(state['disk']['database'])}" + (f", {_bytes(free)} free" if free else "")
    for one in state["failing"]:
        yield f"{'failing':10} {one['source']} since {one['since']}, {one['failures']} times: {one['reason']}"


def _lags(lag: dict[str, Any]) -> Iterator[str]:
    words = {"article": "articles are read", "alert": "alerts go out"}
    after = {"article": "after they were stored", "alert": "after they are due"}
    for kind, one in lag.items():
        if one["count"]:
            yield f"{'lag':10} {words[kind]} {span(one['half'])} {after[kind]}, 9 of 10 within {span(one['most'])}"


def span(seconds: float) -> str:
    """Write a number of seconds for a person."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _bytes(number: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


COMMANDS = [status]
