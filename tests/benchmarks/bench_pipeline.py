"""What an article costs at each stage, and how many a second 1 and 2 reading processes take, on PostgreSQL and Valkey.

`python -m tests.benchmarks.bench_pipeline [ARTICLES]` (default 400). The articles are those of tests/cases, read with
the bundled tagger, engine and judge, as pages with navigation, related links and a footer. The first table is processor
time of one process, stage by stage; the second is the daemon's own workers, from a full queue to an empty one, with the
processor time that all of them together spent on an article: as long as that does not grow, each process is a gain of
its own wherever it has a core to itself, whatever else this machine does meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from monitor import pipeline
from monitor.app import App, open_app
from monitor.config import load_config
from monitor.extract.page import extract_page
from monitor.model import Article, SourceKind
from monitor.ports import FetchRequest, FetchResult, PollRecord, Work
from tests.fakes.daemon import Daemon
from tests.fakes.loopback import Answer, Loopback, article_page
from tests.fakes.servers import Postgres, Valkey
from tests.fakes.values import a_source, an_entry

CASES = Path(__file__).parents[1] / "cases"
HOUR = timedelta(hours=1)


def read_cases(most: int) -> tuple[list[Article], list[dict[str, Any]]]:
    """Return the articles of some labelled cases, told as news of today, and the regions that they are about.

    In order of publication, as news comes: many events at once, each article among those of other regions.
    """
    articles, regions = list[Article](), dict[str, Any]()
    for path in sorted(CASES.glob("*.json")):
        if len(articles) >= most:
            break
        case = json.loads(path.read_text(encoding="utf-8"))
        shift = datetime.now(UTC) - max(_time(raw) for raw in case["articles"])
        for raw in case["articles"]:
            id, url = f"{path.stem}-{raw['id']}", f"http://127.0.0.1/{path.stem}/{raw['id']}"
            articles.append(Article(id, raw["source"], url, _time(raw) + shift, raw["title"], raw["text"]))
        regions |= {region["name"]: region for region in case["regions"]}
    keys = ("name", "aliases", "places")
    articles = sorted(articles, key=lambda article: article.published)[-most:]
    return articles, [{key: region[key] for key in keys if key in region} for region in regions.values()]


def _time(raw: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(raw["published"].replace("Z", "+00:00"))


class Stopwatch:
    """Milliseconds of processor time of this process, by stage."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def time(self, stage: str, work: Callable[[], Any]) -> Any:
        """Do some work and count it to a stage."""
        began = time.process_time()
        try:
            return work()
        finally:
            self.spent[stage] = self.spent.get(stage, 0.0) + 1000 * (time.process_time() - began)


class Pages:
    """Serves pages from memory: what a connection costs is in bench_poll."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.bodies = {article.url: page(article) for article in articles}

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Return a page."""
        headers = {"content-type": "text/html; charset=utf-8"}
        return FetchResult(request.url, 200, self.bodies[request.url], headers, request.url)


def page(article: Article) -> bytes:
    """Return an article as an outlet would publish it."""
    return article_page(article.title, article.text.split("\n\n"), article.published)


def stages(app: App, articles: Sequence[Article]) -> dict[str, float]:
    """Return milliseconds an article for each stage, in one process."""
    watch, pages = Stopwatch(), Pages(articles)
    app.warm_up()
    app.tagger.tag(articles[0])  # the first one pays for what is loaded late
    for id in watch.time("list (poll saved)", lambda: _listed(app, articles)):
        watch.time(
            "fetch: claim, extract, copies, store",
            lambda id=id: asyncio.run(pipeline.fetch_article(app.store, pages, id, app.clock.now())),
        )
    for body, article in zip(pages.bodies.values(), articles, strict=True):
        watch.time("  of which extraction", lambda b=body, a=article: extract_page(b, a.url, "text/html"))
    for id in app.due(Work.ARTICLE, 100_000, HOUR):
        watch.time("tag", lambda id=id: app.tag(id))
        watch.time("compare, with the judge", lambda id=id: app.compare(id))
    for id in app.due(Work.ALERT, 100_000, HOUR):
        watch.time("alerts", lambda id=id: app.dispatch(id, HOUR))
    return {stage: spent / len(articles) for stage, spent in watch.spent.items()}


def _listed(app: App, articles: Sequence[Article]) -> list[str]:
    names = sorted({article.source for article in articles})
    app.store.sync_sources([a_source(name) for name in names], app.clock.now())
    ids = []
    for stored in app.store.claim_sources(app.due(Work.SOURCE, 100_000), app.clock.now(), HOUR):
        mine = [article for article in articles if article.source == stored.source.name]
        entries = tuple(an_entry(a.id, title=a.title, link=a.url, published=a.published) for a in mine)
        record = PollRecord({}, app.clock.now() + HOUR, "well", "", entries)
        ids += app.store.save_polls([(stored.id, record)], app.clock.now())[0]
    return ids


def throughput(config: Path, storage: str, articles: Sequence[Article], processes: int) -> tuple[float, float]:
    """Return articles a second through so many processes, first done to last, and their milliseconds an article."""
    app = open_app(load_config(str(config)))
    daemon = Daemon(config, command=("worker", "--queues", "tag", "--processes", str(processes), "--name", "nlp"))
    engine = create_engine(storage, poolclass=NullPool)
    try:
        daemon.start()
        for article in articles:
            app.take_in(replace(article, fetched=app.clock.now()), SourceKind.OTHER)
        while len(readers := daemon.children("nlp")) < processes:
            time.sleep(0.2)
        before = _when_idle(readers)
        with_beat = [daemon.spawn("beat"), daemon.spawn("worker", "--queues", "alert", "--processes", "1")]
        daemon.clock.move(minutes=2)  # the messages that new rows wait for are never sent here
        seconds = _await(engine, len(articles))
        spent = _processor_seconds(readers) - before
        for process in with_beat:
            process.terminate()
            process.wait(60)
        daemon.stop()
        return (len(articles) - 1) / seconds, 1000 * spent / len(articles)
    finally:
        engine.dispose()
        app.close()


def _processor_seconds(processes: Sequence[int]) -> float:
    """Return the processor time that processes have spent so far."""
    ticks = 0
    for pid in processes:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # user and system, in clock ticks
    return ticks / os.sysconf("SC_CLK_TCK")


def _when_idle(processes: Sequence[int], still: float = 5.0) -> float:
    """Wait until processes have loaded their models and spend nothing more; return what they have spent."""
    spent, since = _processor_seconds(processes), time.monotonic()
    while spent < 0.5 * len(processes) or time.monotonic() - since < still:
        time.sleep(0.5)
        now = _processor_seconds(processes)
        if now - spent > 0.05:
            spent, since = now, time.monotonic()
    return spent


def _await(engine: Engine, wanted: int, patience: float = 1800) -> float:
    first = done = 0.0
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with engine.connect() as connection:
            count = connection.execute(text("SELECT count(*) FROM articles WHERE state = 'compared'")).scalar_one()
        if count and not first:
            first = time.monotonic()
        if count >= wanted:
            done = time.monotonic()
            break
        time.sleep(0.1)
    assert done, f"not done in {patience} s"
    return done - first


def main(most: int = 400) -> None:
    """Print both tables."""
    articles, regions = read_cases(most)
    folder = Path(tempfile.mkdtemp(prefix="counterclaim-bench-"))
    with Postgres() as postgres, Valkey() as valkey, Loopback() as web:
        hook = web.answer("/hook", Answer(200, b"ok")).replace("http://", "json://")
        alerts = {"targets": [{"name": "hook", "apprise": hook}], "group_wait": "1s"}
        document = {"regions": regions, "alerts": alerts, "web": {"listen": "127.0.0.1:0"}}

        def write(name: str) -> tuple[Path, str]:
            storage = postgres.database(name)
            path = folder / f"{name}.yaml"
            path.write_text(json.dumps({**document, "storage": storage, "broker": valkey.url}))
            return path, storage

        app = open_app(load_config(str(write("stages")[0])))
        words = sum(len(article.text.split()) for article in articles) / len(articles)
        print(
            f"{len(articles)} articles of {words:.0f} words on average, PostgreSQL; milliseconds of processor time each"
        )
        for stage, spent in stages(app, articles).items():
            print(f"  {stage:38}{spent:8.1f}", flush=True)
        app.close()
        print("articles a second, tagged and compared, by reading processes")
        for processes in (1, 2):
            with redis.Redis(port=valkey.port) as broker:
                broker.flushall()  # with what the models said of the same articles before
            rate, spent = throughput(*write(f"workers{processes}"), articles, processes)
            name = f"{processes} process{'es' if processes > 1 else '  '}"
            print(f"  {name} {rate:8.2f} {spent:10.0f} ms each", flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
