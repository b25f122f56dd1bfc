"""Feeds polled a second, first and unchanged, with storing, side by side with the package `reader`.

`python -m tests.benchmarks.bench_poll [FEEDS]` (default 3000). Each reader runs in a process of its own, so that peak
memory is its own too; the feeds come from a server in another. `reader` needs `sgmllib3k` beside it.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

URL = "http://127.0.0.1:{port}/{number}"


def ours(port: int, feeds: int, folder: Path) -> list[float]:
    """Poll twice with the daemon's own functions and store; return seconds of each round."""
    from monitor.app import App, open_app
    from monitor.config import Config, FetchPolicy, Region
    from monitor.model import Source
    from monitor.polling import poll_sources

    sources = tuple(Source(f"s{number}", URL.format(port=port, number=number)) for number in range(feeds))
    config = Config(
        regions=(Region("Kursk Oblast"),),
        sources=sources,
        storage=f"sqlite:///{folder}/bench.db",
        fetch=FetchPolicy(allow_private=True, per_host=64),
    )

    async def rounds(app: App) -> list[float]:
        seconds = []
        async with app.fetching() as fetcher:
            for turn in range(2):
                start = time.perf_counter()
                ids, now = [one.id for one in app.store.sources()], app.clock.now()
                polling = poll_sources(app.store, fetcher, ids, now, failing_after=timedelta(days=1), force=True)
                results = Counter([polled.outcome.value async for polled in polling])
                seconds.append(time.perf_counter() - start)
                assert results == {("unchanged" if turn else "done"): feeds}, results
        return seconds

    app = open_app(config)
    app.sync()
    try:
        return asyncio.run(rounds(app))
    finally:
        app.close()


def theirs(port: int, feeds: int, folder: Path) -> list[float]:
    """Do the same with reader's `update_feeds(scheduled=False, workers=8)`."""
    from reader import make_reader

    reader = make_reader(f"{folder}/reader.db")
    for number in range(feeds):
        reader.add_feed(URL.format(port=port, number=number))
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        reader.update_feeds(scheduled=False, workers=8)
        seconds.append(time.perf_counter() - start)
    assert reader.get_entry_counts().total == feeds * 20
    reader.close()
    return seconds


_RUNNERS: dict[str, Callable[[int, int, Path], list[float]]] = {"counterclaim": ours, "reader": theirs}


def _child(name: str, port: int, feeds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        seconds = _RUNNERS[name](port, feeds, Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"rates": [feeds / one for one in seconds], "peak": peak}))


def _measure(name: str, port: str, feeds: int) -> dict[str, object]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_poll", name, port, str(feeds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["failed"])[-1]}
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(feeds: int = 3000) -> None:
    """Print a line a reader, and how many times faster ours is."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.feed_server", str(feeds)], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    port = server.stdout.readline().strip()
    try:
        results = {name: _measure(name, port, feeds) for name in _RUNNERS}
    finally:
        server.terminate()
        server.wait()
    print(f"{feeds} feeds of 20 entries, with storing: feeds/s on the first poll, on an unchanged second, peak MB")
    for name, found in results.items():
        rates = found.get("rates")
        shown = "  ".join(f"{rate:8.0f}" for rate in rates) if isinstance(rates, list) else found["error"]
        print(f"  {name:13} {shown}  {found.get('peak', '')}")
    first, second = (found.get("rates") for found in results.values())
    if isinstance(first, list) and isinstance(second, list):
        print("  times faster  " + "  ".join(f"{a / b:8.1f}" for a, b in zip(first, second, strict=True)))


if __name__ == "__main__":
    if len(sys.argv) == 4:
        _child(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        main(*(int(argument) for argument in sys.argv[1:2]))
