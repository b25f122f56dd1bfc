"""For machines that watch this one: alive, ready, and numbers for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import text

from monitor.errors import StoreError
from monitor.store.backlog import backlogs, size
from monitor.store.engine import reading
from monitor.web.desk import Desk, TheDesk

health = APIRouter(include_in_schema=False)


@health.get("/healthz")
def healthz() -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok\n")


@health.get("/readyz")
def readyz(desk: TheDesk) -> Response:
    """Say whether the database answers."""
    try:
        with reading(desk.rows.engine) as connection:
            connection.execute(text("SELECT 1 FROM conflicts LIMIT 1"))
    except StoreError as error:
        return JSONResponse({"ready": False, "reason": error.reason}, 503)
    return JSONResponse({"ready": True})


@health.get("/metrics")
def metrics(desk: TheDesk) -> Response:
    """Return what the store holds in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(StoreCollector(desk))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class StoreCollector(Collector):
    """Counts rows by state and failing sources; at most every half minute, since counting reads many rows."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges."""
        counts = self.desk.kept("counts", self.desk.store.counts)
        rows = GaugeMetricFamily("counterclaim_rows", "Rows in the store by kind and state", labels=["kind", "state"])
        for kind, states in counts.items():
            for state, number in states.items():
                rows.add_metric([kind, state], number)
        yield rows
        failing = self.desk.kept("failing", self.desk.rows.failing)
        yield GaugeMetricFamily("counterclaim_failing_sources", "Sources whose last poll failed", value=failing)
        yield from self._backlog()
        engine = self.desk.rows.engine
        yield GaugeMetricFamily("counterclaim_database_bytes", "Size of the database", value=size(engine))

    def _backlog(self) -> Iterator[GaugeMetricFamily]:
        found = self.desk.kept("backlogs", lambda: backlogs(self.desk.rows.engine, self.desk.now()))
        waiting = GaugeMetricFamily("counterclaim_waiting", "Rows that could be worked on now", labels=["kind"])
        oldest = GaugeMetricFamily(
            "counterclaim_oldest_seconds", "For how long the oldest of them waits", labels=["kind"]
        )
        for kind, one in found.items():
            waiting.add_metric([kind], one.waiting)
            oldest.add_metric([kind], one.oldest.total_seconds())
        yield from (waiting, oldest)
