"""Feeds polled a second, first and unchanged, with storing, side by side with the package `reader`; then memory.

`python -m tests.benchmarks.bench_poll [FEEDS [MANY]]` (default 3000, and 10,000 for memory alone). Each reader runs in
a process of its own, so that peak memory is its own too; the feeds come from a server in another. `reader` and the
`sgmllib3k` that it needs are in the extra `bench`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

URL = "http://127.0.0.1:{port}/{number}"


def ours(port: int, feeds: int, folder: Path) -> list[float]:
    """Poll twice as `counterclaim poll --once --force` does and store; return seconds of each round."""
    from monitor import logs
    from monitor.app import App, open_app
    from monitor.cli.drain import poll_due
    from monitor.config import Config, FetchPolicy, Region
    from monitor.model import Source

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
                polled = await poll_due(app, fetcher, force=True)
                seconds.append(time.perf_counter() - start)
                results = Counter(one.outcome.value for one in polled)
                assert results == {("unchanged" if turn else "done"): feeds}, results
        return seconds

    logs.configure(logging.WARNING)
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


def _served(feeds: int, names: list[str]) -> dict[str, dict[str, object]]:
    command = [sys.executable, "-m", "tests.benchmarks.feed_server", str(feeds)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    port = server.stdout.readline().strip()
    try:
        return {name: _measure(name, port, feeds) for name in names}
    finally:
        server.terminate()
        server.wait()


def _print(feeds: int, results: dict[str, dict[str, object]]) -> None:
    print(f"{feeds} feeds of 20 entries, with storing: feeds/s on the first poll, on an unchanged second, peak MB")
    for name, found in results.items():
        rates = found.get("rates")
        shown = "  ".join(f"{rate:8.0f}" for rate in rates) if isinstance(rates, list) else found["error"]
        print(f"  {name:13} {shown}  {found.get('peak', '')}", flush=True)


def main(feeds: int = 3000, many: int = 10_000) -> None:
    """Print a line a reader, and how many times faster ours is; then ours alone with many sources."""
    results = _served(feeds, list(_RUNNERS))
    _print(feeds, results)
    first, second = (found.get("rates") for found in results.values())
    if isinstance(first, list) and isinstance(second, list):
        print("  times faster  " + "  ".join(f"{a / b:8.1f}" for a, b in zip(first, second, strict=True)))
    if many:
        _print(many, _served(many, ["counterclaim"]))


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] in _RUNNERS:
        _child(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        main(*(int(argument) for argument in sys.argv[1:3]))
