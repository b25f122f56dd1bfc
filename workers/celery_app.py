"""The Celery object and its settings, each with its reason.

The broker is disposable: messages carry ids only, the database knows what is to be done, and a sweep sends again what
was lost. So every setting here may cost a message; none may let two workers do one thing at once for long.
"""

from __future__ import annotations

import os

from celery import Celery
from kombu.entity import Queue

BROKER_ENV = "COUNTERCLAIM_BROKER"
POLL, EXTRACT, TAG, ALERT = "poll", "extract", "tag", "alert"
QUEUES = (POLL, EXTRACT, TAG, ALERT)
SOFT_LIMIT, HARD_LIMIT, VISIBILITY = 90, 120, 900  # seconds

_TRANSPORT = {
    # Redis hides a message from others for this long while one worker has it. Longer than any task may take, or a slow
    # task would be done twice at once.
    "visibility_timeout": VISIBILITY,
    # A broker that went away without a word is noticed, not waited for.
    "socket_timeout": 30,
    "health_check_interval": 25,
    "socket_keepalive": True,
    # Messages of a worker that was killed come back 5 s after their visibility ends; by default it takes 100 s.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}

SETTINGS = {
    # A message is answered when its work is stored: a worker that is killed in between gives it back.
    "task_acks_late": True,
    # A pool child that is killed has its task retried (bounded by max_retries) rather than redelivered for ever: a task
    # that kills its worker each time would otherwise go round without end.
    "task_reject_on_worker_lost": False,
    "task_retry_on_worker_lost": True,
    # One message at a time: a worker that dies or is slow holds back nothing else.
    "worker_prefetch_multiplier": 1,
    # A hung page or server cannot hold a worker: first an exception to clean up with, then the kill. Both end before
    # the lease of the row does.
    "task_soft_time_limit": SOFT_LIMIT,
    "task_time_limit": HARD_LIMIT,
    "broker_transport_options": _TRANSPORT,
    # No results are kept; should anyone turn them on, the two sides must agree on the visibility.
    "result_backend_transport_options": {"visibility_timeout": VISIBILITY},
    "task_ignore_result": True,
    # The daemon outlives its broker: it waits for it at the start and comes back to it, however long that takes.
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    # After a lost connection the broker hands the tasks in hand to others as well: stop our own.
    "worker_cancel_long_running_tasks_on_connection_loss": True,
    # Parsers and models leak; children are replaced before it shows.
    "worker_max_tasks_per_child": 200,
    "worker_max_memory_per_child": 400_000,  # KiB
    # A stop gives tasks in hand this long before their messages go back.
    "worker_soft_shutdown_timeout": 30,
    # A child that loads a language model takes longer than the default 4 s to report.
    "worker_proc_alive_timeout": 120,
    # Ids as JSON: nothing in a message can run code, and every version can read it.
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_default_queue": POLL,
    "task_queues": tuple(Queue(name) for name in QUEUES),  # type: ignore[no-untyped-call]
    "task_create_missing_queues": False,
    "task_routes": {
        "workers.poll": {"queue": POLL},
        "workers.extract": {"queue": EXTRACT},
        "workers.reread": {"queue": EXTRACT},
        "workers.tag": {"queue": TAG},
        "workers.alert": {"queue": ALERT},
        "workers.tell": {"queue": ALERT},
        "workers.subscribe": {"queue": POLL},
        "workers.sweep": {"queue": ALERT},
        "workers.prune": {"queue": ALERT},
    },
    # Sending a message must not hang when the broker is away: the sweep sends it again.
    "task_publish_retry": False,
    # Beat keeps no file: every due time is in the database, so nothing is lost with it and nothing can be corrupt.
    "beat_scheduler": "celery.beat:Scheduler",
    "beat_max_loop_interval": 5,
    # structlog has the log; Celery's own handlers and its capture of stdout stay off.
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    "worker_send_task_events": False,
    "enable_utc": True,
    "timezone": "UTC",
}


def make_celery() -> Celery:
    """Return the Celery app for the broker that the environment names."""
    celery = Celery("counterclaim", broker=os.environ.get(BROKER_ENV, "memory://"), include=["workers.tasks"])
    celery.conf.update(SETTINGS)
    return celery


celery_app = make_celery()
