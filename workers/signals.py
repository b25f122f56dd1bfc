"""What happens when a worker's processes start and end."""

from __future__ import annotations

import os
from typing import Any

from celery import signals

from monitor import logs
from workers.celery_app import TAG
from workers.lifeline import die_with_parent

_serves: set[str] = set()


def connect() -> None:
    """Listen to Celery's signals."""
    signals.setup_logging.connect(_no_logging, weak=False)
    signals.celeryd_after_setup.connect(_note_queues, weak=False)
    signals.worker_process_init.connect(_start_child, weak=False)
    signals.task_failure.connect(_say_failure, weak=False)
    signals.task_retry.connect(_say_retry, weak=False)


def _no_logging(**_: Any) -> None:
    """Having a receiver at all keeps Celery from setting up logging of its own."""


def _note_queues(instance: Any, **_: Any) -> None:
    _serves.update(queue.name for queue in instance.app.amqp.queues.consume_from.values())


def _start_child(**_: Any) -> None:
    """Runs in each pool child: die with the worker, and load the models before the first article comes."""
    die_with_parent()
    if TAG in _serves:
        from workers.state import app

        app().warm_up()


def _say_failure(sender: Any = None, task_id: str = "", exception: BaseException | None = None, **_: Any) -> None:
    """A task that failed leaves its row to the sweep; the log says what happened."""
    logs.warn("task failed", task=getattr(sender, "name", "?"), error=repr(exception), pid=os.getpid())


def _say_retry(sender: Any = None, reason: Any = None, **_: Any) -> None:
    """A task is tried again: the database was locked, away or full."""
    logs.warn("task tried again", task=getattr(sender, "name", "?"), reason=str(reason)[:300], pid=os.getpid())
