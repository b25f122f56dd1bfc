"""The `counterclaim` entry point: monitor's commands plus run, worker and beat."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from monitor.cli import main
from monitor.cli.options import config_option, says_errors

__all__ = ["main"]
_NLP_TASKS, _NLP_MEMORY = "5000", "2000000"  # loading a language model again is dear, and it is large


@main.command()
@config_option
@click.option("--log-json", is_flag=True, help="Log as JSON, one object a line.")
@says_errors
def run(config_path: str, log_json: bool) -> None:
    """Run the daemon in the foreground: broker, workers and schedule, until SIGTERM or Ctrl-C."""
    from monitor import logs
    from monitor.app import open_app
    from monitor.config import load_config
    from workers.embedded import Daemon

    if log_json:
        os.environ["COUNTERCLAIM_LOG"] = "json"
    logs.configure(as_json=_log_json())
    config = load_config(config_path)
    app = open_app(config)
    try:
        Daemon(config, app).run()
    finally:
        app.close()


@main.command()
@config_option
@click.option("--queues", default="poll,extract,tag,alert", show_default=True, help="Which queues to serve.")
@click.option("--processes", type=click.IntRange(1), default=None, help="How many at once. [default: one a core]")
@click.option("--name", default="worker", show_default=True, help="Its name, apart from the machine's.")
@says_errors
def worker(config_path: str, queues: str, processes: int | None, name: str) -> None:
    """Run a worker: for several machines that share a database and a Redis."""
    celery = _prepare(config_path)
    reads = "tag" in queues.split(",")
    options = ["--max-tasks-per-child", _NLP_TASKS, "--max-memory-per-child", _NLP_MEMORY] if reads else []
    arguments = ["--queues", queues, "--hostname", f"{name}@%h", "--concurrency", str(processes or os.cpu_count() or 1)]
    quiet = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    celery.worker_main(["--quiet", "worker", *arguments, *options, *quiet])


@main.command()
@config_option
@click.option("--name", default="beat", hidden=True)
@says_errors
def beat(config_path: str, name: str) -> None:
    """Run the schedule: one is enough, a second does no harm."""
    celery = _prepare(config_path, sync=True)
    celery.start(["--quiet", "beat", "--loglevel", "WARNING", "--pidfile", ""])


def _prepare(config_path: str, *, sync: bool = False) -> Any:
    """Bring the tables up to date, name the config and the broker for the processes of this worker, and return Celery.

    `sync` makes the stored sources those of the config: the schedule's part, as there is one of it.
    """
    from monitor import logs
    from monitor.app import open_app
    from monitor.config import load_config
    from monitor.errors import ConfigError
    from workers.celery_app import BROKER_ENV
    from workers.lifeline import hold_on
    from workers.state import CONFIG_ENV

    logs.configure(as_json=_log_json())
    config = load_config(config_path)
    os.environ[CONFIG_ENV] = str(Path(config_path).resolve())
    if BROKER_ENV not in os.environ:
        if config.broker == "embedded":
            raise ConfigError(
                ["broker: name a redis:// server; `embedded` serves `counterclaim run` alone"], config_path
            )
        os.environ[BROKER_ENV] = config.broker
    hold_on()
    app = open_app(config)
    if sync:
        app.sync()
    app.close()
    from workers import signals
    from workers.celery_app import celery_app
    from workers.schedule import beat_schedule

    signals.connect()
    celery_app.conf.broker_url = os.environ[BROKER_ENV]  # it was made before the config was read
    celery_app.conf.beat_schedule = beat_schedule()
    return celery_app


def _log_json() -> bool:
    return os.environ.get("COUNTERCLAIM_LOG") == "json"
