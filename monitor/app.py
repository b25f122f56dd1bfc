"""Wiring: a Config becomes a running set of adapters, and the pipeline's steps become methods of an App."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path

from monitor import pipeline
from monitor.adapters.clock import SystemClock
from monitor.alerts.render.plain import plain_message
from monitor.config import Config
from monitor.conflicts.engine import ConflictEngine
from monitor.errors import ConfigError
from monitor.model import Alert, Article, ConflictChange, ConflictView, SourceKind
from monitor.ports import Clock, Fetcher, FetchRequest, FetchResult, PairScorer, Sender, Store, Tagger, Work
from monitor.store.codec import identity
from monitor.store.repository import open_store

CONSOLE = "console"
HOLD = timedelta(minutes=15)  # as long as the broker hides an unanswered message: only then send another


@dataclass
class App:
    """Everything that the stages need, built when it is first used: polling needs no language model."""

    config: Config
    store: Store
    clock: Clock = field(default_factory=SystemClock)

    @cached_property
    def tagger(self) -> Tagger:
        """The tagger, with its language model."""
        return build_tagger(self.config)

    @cached_property
    def engine(self) -> ConflictEngine:
        """The conflict engine, with its second opinion where one is configured."""
        return ConflictEngine(build_scorer(self.config))

    @cached_property
    def senders(self) -> Mapping[str, Sender]:
        """A sender for each target."""
        return build_senders(self.config)

    @asynccontextmanager
    async def fetching(self) -> AsyncIterator[Fetcher]:
        """A fetcher for web addresses and for the files that the config names."""
        from monitor.adapters.files import FileFetcher
        from monitor.adapters.http import HttpFetcher

        folder = Path(self.config.path).resolve().parent if self.config.path else Path.cwd()
        files = FileFetcher(self.config.sources, folder, self.config.fetch.max_bytes)
        async with HttpFetcher(self.config.fetch) as http:
            yield _ByScheme(files, http)

    def sync(self) -> None:
        """Make the stored sources those of the config."""
        self.store.sync_sources(self.config.sources, self.clock.now())

    def due(self, work: Work, limit: int = 1000, ahead: timedelta = timedelta()) -> list[str]:
        """Return the ids of rows that want attention, each at most once in HOLD."""
        return self.store.take_due(work, self.clock.now() + ahead, limit, HOLD)

    async def poll(self, id: str, fetcher: Fetcher, *, force: bool = False) -> pipeline.Polled:
        """Poll a source."""
        now, after = self.clock.now(), self.config.fetch.failing_after
        return await pipeline.poll_source(self.store, fetcher, id, now, failing_after=after, force=force)

    async def fetch(self, id: str, fetcher: Fetcher) -> pipeline.Fetched:
        """Fetch an entry's article."""
        return await pipeline.fetch_article(self.store, fetcher, id, self.clock.now())

    def take_in(self, article: Article, kind: SourceKind) -> str | None:
        """Store an article that is at hand; return its id when there is something to tag."""
        return pipeline.take_in(self.store, article, kind, self.clock.now())

    def tag(self, id: str) -> pipeline.Tagged:
        """Read an article's claims."""
        return pipeline.tag_article(self.store, self.tagger, id, self.clock.now())

    def compare(self, id: str) -> pipeline.Compared:
        """Compare an article's claims with earlier ones."""
        return pipeline.compare_claims(self.store, self.engine, self.plan, id, self.clock.now())

    def dispatch(self, id: str, ahead: timedelta = timedelta()) -> pipeline.Dispatched:
        """Send an alert; `ahead` sends one that is due only then."""
        now = self.clock.now() + ahead
        return pipeline.dispatch_alert(self.store, self.senders, plain_message, id, now)

    def plan(self, change: ConflictChange, view: ConflictView, now: datetime) -> Sequence[Alert]:
        """Return the alerts that a change of a conflict gives: one for each target it concerns."""
        conflict = change.conflict
        policy = self.config.alerts
        if conflict.confidence < policy.min_confidence:
            return ()
        sample = all(article.sample for article in view.articles.values())
        at = now if sample else now + policy.group_wait
        names = [target.name for target in policy.targets if not target.ops] or [CONSOLE]
        routes = next((r.alerts for r in self.config.regions if r.name == conflict.region), None)
        wanted = [name for name in names if routes is None or name in routes or name == CONSOLE]
        return [
            Alert(identity(conflict.id, conflict.revision, n), conflict.id, conflict.revision, n, change.cause, now, at)
            for n in wanted
        ]

    def close(self) -> None:
        """Release what is held open."""
        self.store.close()


@dataclass(frozen=True)
class _ByScheme:
    files: Fetcher
    http: Fetcher

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Read a `file:` address from disk, any other over the network."""
        chosen = self.files if request.url.startswith("file:") else self.http
        return await chosen.fetch(request)


def open_app(config: Config, clock: Clock | None = None, storage: str | None = None) -> App:
    """Open the app of a config; `storage` overrides where it keeps its rows. Raises StoreError."""
    return App(config, open_store(storage or storage_url(config)), clock or SystemClock())


def storage_url(config: Config) -> str:
    """Return the database's URL, a relative SQLite path made to start from the config's folder."""
    url = config.storage
    prefix = "sqlite:///"
    path = url.removeprefix(prefix)
    if not url.startswith(prefix) or path.startswith("/") or path == ":memory:" or config.path is None:
        return url
    return f"{prefix}{Path(config.path).resolve().parent / path}"


def build_tagger(config: Config) -> Tagger:
    """Return the tagger for English: one that another package registers, else the bundled one."""
    found = [entry for entry in entry_points(group="counterclaim.taggers") if entry.name == "en"]
    others = [entry for entry in found if entry.dist is None or entry.dist.name != "counterclaim"]
    if others:  # a tagger that was installed beside ours was installed to be used
        factory: Callable[[Config], Tagger] = others[0].load()
        return factory(config)
    from monitor.claims.tagger import build_tagger as bundled

    return bundled(config)


def build_scorer(config: Config) -> PairScorer | None:
    """Return the second opinion on pairs, None when the config wants rules alone."""
    if config.judge.model == "none":
        return None
    from monitor.adapters.judge import OnnxScorer

    return OnnxScorer(Path(config.judge.model) if config.judge.model else None)


def build_senders(config: Config) -> Mapping[str, Sender]:
    """Return a sender for each target, and one for the terminal when there is no target."""
    from monitor.adapters.notify import AppriseSender, ConsoleSender

    urls = {target.name: target.apprise for target in config.alerts.targets if target.apprise}
    missing = [t.name for t in config.alerts.targets if not t.apprise]
    if missing:
        raise ConfigError([f"alerts.targets: no sender for {name}" for name in missing], config.path or "")
    sender = AppriseSender(urls)
    return dict.fromkeys(urls, sender) or {CONSOLE: ConsoleSender()}
