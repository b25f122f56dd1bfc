"""Celery's settings are names that Celery knows, and keep the promises that the leases rest on."""

from __future__ import annotations

from collections.abc import Iterator

from celery.app.defaults import NAMESPACES

from monitor.app import HOLD, POLLED_WITHIN
from monitor.pipeline import LEASE
from workers import schedule
from workers.celery_app import HARD_LIMIT, QUEUES, SETTINGS, SOFT_LIMIT, VISIBILITY, celery_app


def _names(space: dict[str, object], prefix: str = "") -> Iterator[str]:
    for name, value in space.items():
        if isinstance(value, dict):
            yield from _names(value, f"{prefix}{name}_")
        else:
            yield prefix + name


def test_every_setting_is_one_that_this_celery_knows() -> None:
    assert set(SETTINGS) <= set(_names(NAMESPACES))


def test_a_row_stays_with_its_worker_for_longer_than_a_task_may_take() -> None:
    assert HARD_LIMIT < LEASE.total_seconds() < VISIBILITY == HOLD.total_seconds()


def test_a_batch_of_polls_ends_before_its_task_is_stopped() -> None:
    assert POLLED_WITHIN < SOFT_LIMIT


def test_every_task_has_a_queue_that_a_worker_serves() -> None:
    celery_app.loader.import_default_modules()
    ours = {name for name in celery_app.tasks if name.startswith("workers.")}
    routes = SETTINGS["task_routes"]

    assert ours == set(routes)  # type: ignore[call-overload]
    assert {route["queue"] for route in routes.values()} <= set(QUEUES)  # type: ignore[attr-defined]


def test_beat_sends_only_tasks_that_exist_and_drops_those_that_waited_too_long() -> None:
    celery_app.loader.import_default_modules()
    for entry in schedule.beat_schedule().values():
        assert entry["task"] in celery_app.tasks
        assert entry["options"]["expires"] >= entry["schedule"]
