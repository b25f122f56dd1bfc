"""Wiring: a Config becomes a running set of adapters, and the pipeline's steps become methods of an App."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from monitor import pipeline
from monitor.adapters.clock import SystemClock
from monitor.adapters.polling import START_WITHIN, Manners
from monitor.adapters.taggers import TaggerByLanguage, languages
from monitor.alerts import policy
from monitor.alerts.policy import CONSOLE
from monitor.alerts.render import Renderer
from monitor.config import Config
from monitor.config.addresses import public_address
from monitor.conflicts.engine import ConflictEngine
from monitor.conflicts.lifecycle import gone_quiet
from monitor.dispatch import Outbox, dispatch_alert
from monitor.model import Alert, Article, ConflictChange, ConflictView, SourceKind
from monitor.notices import Told, tell_operators
from monitor.poll.due import batches
from monitor.poll.scope import scope_of
from monitor.polling import Polled, PollRules, poll_sources
from monitor.ports import Clock, Fetcher, PairScorer, Sender, Store, Work
from monitor.pushing import Poster, Subscribed, subscribe
from monitor.rereading import Reread, RereadRules, reread_pages
from monitor.store.repository import open_store
from monitor.text.languages import DEFAULT

POLLED_WITHIN = 80.0  # seconds for a batch of polls: less than the soft limit of a task
HOLD = timedelta(minutes=15)  # as long as the broker hides an unanswered message: only then send another


@dataclass
class App:
    """Everything that the stages need, built when it is first used: polling needs no language model."""

    config: Config
    store: Store
    clock: Clock = field(default_factory=SystemClock)
    broker: str | None = None  # where several processes share what the judge said; None for one that is alone

    @cached_property
    def tagger(self) -> TaggerByLanguage:
        """The taggers of all languages; each loads its model with its first article."""
        return TaggerByLanguage(self.config)

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages that a tagger reads; others are stored unread."""
        return languages()

    @cached_property
    def engine(self) -> ConflictEngine:
        """The conflict engine, with its second opinion where one is configured."""
        return ConflictEngine(build_scorer(self.config, self.broker))

    @cached_property
    def senders(self) -> Mapping[str, Sender]:
        """A sender for each target."""
        return build_senders(self.config, self.renderer)

    @asynccontextmanager
    async def fetching(self) -> AsyncIterator[Fetcher]:
        """A fetcher for web addresses and for the files that the config names."""
        from monitor.adapters.credentials import CredentialedFetcher
        from monitor.adapters.files import FileFetcher, RoutingFetcher
        from monitor.adapters.http import HttpFetcher

        folder = Path(self.config.path).resolve().parent if self.config.path else Path.cwd()
        files = FileFetcher(self.config.sources, folder, self.config.fetch.max_bytes)
        async with HttpFetcher(self.config.fetch) as http:
            yield CredentialedFetcher(RoutingFetcher(http, files), self.config.sources)

    @asynccontextmanager
    async def posting(self) -> AsyncIterator[Poster]:
        """What sends forms to hubs."""
        from monitor.adapters.http import HttpFetcher

        async with HttpFetcher(self.config.fetch) as http:
            yield http

    def sync(self) -> None:
        """Make the stored sources those of the config."""
        # Secrets of addresses stay in the config: the fetcher adds them at the door.
        public = [replace(source, feed=public_address(source.feed)) for source in self.config.sources]
        self.store.sync_sources(public, self.clock.now())
        if not self.config.fetch.reread:
            self.store.forget_pages(self.clock.now())

    def due(self, work: Work, limit: int = 1000, ahead: timedelta = timedelta()) -> list[str]:
        """Return the ids of rows that want attention, each at most once in HOLD."""
        return self.store.take_due(work, self.clock.now() + ahead, limit, HOLD)

    def due_polls(self) -> list[list[str]]:
        """Return the ids of due sources in batches, those of one publisher in as few as can be."""
        ids = self.due(Work.SOURCE)
        feeds, scope = self.store.feeds_of(ids), self.config.fetch.scope
        return batches(ids, lambda id: scope_of(feeds.get(id, ""), scope))

    def poll(self, ids: Sequence[str], fetcher: Fetcher, *, force: bool = False) -> AsyncIterator[Polled]:
        """Poll a batch of sources."""
        fetch = self.config.fetch
        manners = Manners(fetch.scope, fetch.per_host, start_within=self._begin_within)
        rules = PollRules(fetch.failing_after, manners, self.pushes)
        return poll_sources(self.store, fetcher, ids, self.clock, rules, force=force)

    @property
    def _begin_within(self) -> float:
        """For how many seconds a batch may begin requests, so that its task ends in time."""
        return max(1.0, min(START_WITHIN, POLLED_WITHIN - self.config.fetch.timeout.total_seconds()))

    @property
    def pushes(self) -> bool:
        """Whether hubs may push: only when they have an address at which to reach us."""
        return self.config.fetch.push and self.config.web.public_url is not None

    async def subscribe(self, id: str, hub: Poster) -> Subscribed:
        """Ask a hub for a subscription that is due."""
        return await subscribe(self.store, hub, id, self.config.web.public_url or "", self.clock.now())

    def tell_operators(self, id: str) -> Told:
        """Send a notice about a source to the `ops` targets."""
        return tell_operators(self.outbox, id, self.clock.now())

    async def fetch(self, id: str, fetcher: Fetcher) -> pipeline.Fetched:
        """Fetch an entry's article."""
        spans = self.config.fetch.reread
        return await pipeline.fetch_article(self.store, fetcher, id, self.clock.now(), self.languages, spans)

    def due_pages(self) -> list[list[str]]:
        """Return the ids of articles whose pages are to be read again, in batches by publisher."""
        if not self.config.fetch.reread:
            return []
        ids = self.due(Work.PAGE)
        urls, scope = self.store.page_urls(ids), self.config.fetch.scope
        return batches(ids, lambda id: scope_of(urls.get(id, ""), scope))

    async def reread(self, ids: Sequence[str], fetcher: Fetcher) -> list[Reread]:
        """Read a batch of pages again."""
        fetch = self.config.fetch
        rules = RereadRules(fetch.reread, fetch.scope, self._begin_within, self.languages)
        return await reread_pages(self.store, fetcher, ids, self.clock, rules)

    def take_in(self, article: Article, kind: SourceKind) -> str | None:
        """Store an article that is at hand; return its id when there is something to tag."""
        return pipeline.take_in(self.store, article, kind, self.clock.now(), languages=self.languages)

    def tag(self, id: str) -> pipeline.Tagged:
        """Read an article's claims."""
        return pipeline.tag_article(self.store, self.tagger, id, self.clock.now())

    def compare(self, id: str) -> pipeline.Compared:
        """Compare an article's claims with earlier ones."""
        return pipeline.compare_claims(self.store, self.engine, self.plan, id, self.clock.now())

    def dispatch(self, id: str, ahead: timedelta = timedelta()) -> pipeline.Dispatched:
        """Send an alert; `ahead` sends one that is due only then."""
        return dispatch_alert(self.outbox, id, self.clock.now() + ahead)

    @cached_property
    def renderer(self) -> Renderer:
        """What turns alerts into messages, with the config's own templates where it has some."""
        return build_renderer(self.config)

    @cached_property
    def outbox(self) -> Outbox:
        """All that sending needs."""
        return Outbox(self.store, self.senders, self.config.alerts, self.renderer.message)

    def plan(self, change: ConflictChange, view: ConflictView, now: datetime) -> Sequence[Alert]:
        """Return the alerts that a change of a conflict gives: a row for each target, with the reason."""
        history = self.store.alerts(conflict=change.conflict.id)
        return policy.plan(view, self.config.alerts, self.config.regions, history, now)

    def warm_up(self) -> None:
        """Load the models now, so that the first article does not wait for them."""
        _ = self.tagger.of(DEFAULT), self.engine

    def quieten(self) -> Sequence[ConflictChange]:
        """Let open conflicts without news grow quiet, and return them."""
        now, after = self.clock.now(), self.config.quiet_after
        quiet = gone_quiet(self.store.open_conflicts(now - after), now, after)
        changes = [ConflictChange(conflict, conflict.revisions[-1].cause, False) for conflict in quiet]
        self.store.save_changes(changes, ())
        return changes

    def prune(self) -> bool:
        """Drop what is no longer needed; True when there is more to drop."""
        return self.store.prune(self.clock.now(), self.config.retention)

    def close(self) -> None:
        """Release what is held open."""
        self.store.close()


def open_app(config: Config, clock: Clock | None = None, storage: str | None = None, *, upgrade: bool = True) -> App:
    """Open the app of a config; `storage` overrides where it keeps its rows. Raises StoreError."""
    return App(config, open_store(storage or storage_url(config), upgrade=upgrade), clock or SystemClock())


def storage_url(config: Config) -> str:
    """Return the database's URL, a relative SQLite path made to start from the config's folder."""
    url = config.storage
    prefix = "sqlite:///"
    path = url.removeprefix(prefix)
    if not url.startswith(prefix) or path.startswith("/") or path == ":memory:" or config.path is None:
        return url
    return f"{prefix}{Path(config.path).resolve().parent / path}"


def has_database(config: Config) -> bool:
    """Say whether the database was made already; a server's always counts as made."""
    path = storage_url(config).removeprefix("sqlite:///")
    return "://" in path or path == ":memory:" or Path(path).exists()


def build_scorer(config: Config, broker: str | None = None) -> PairScorer | None:
    """Return the second opinion on pairs, None when the config wants rules alone; shared where there is a broker."""
    if config.judge.model == "none":
        return None
    from monitor.adapters.judge import OnnxScorer
    from monitor.adapters.shared import SharedScorer

    threads = 1 if broker else os.cpu_count() or 1  # a daemon's workers are one a core; a process alone has them all
    scorer = OnnxScorer(Path(config.judge.model) if config.judge.model else None, threads)
    return scorer if broker is None else SharedScorer(scorer, broker)


def build_renderer(config: Config) -> Renderer:
    """Return what turns alerts into messages."""
    own = config.alerts.templates
    folder = (Path(config.path).resolve().parent if config.path else Path.cwd()) / own if own else None
    zones = {target.name: target.zone for target in config.alerts.targets}
    return Renderer(zones, config.web.public_url, folder)


def build_senders(config: Config, renderer: Renderer | None = None) -> Mapping[str, Sender]:
    """Return a sender for each target, and one for the terminal when there is no target."""
    from monitor.adapters.console import ConsoleSender
    from monitor.adapters.discreet import DiscreetSender
    from monitor.adapters.email import EmailSender
    from monitor.adapters.notify import AppriseSender
    from monitor.adapters.slack import SlackSender

    renderer = renderer or build_renderer(config)
    senders: dict[str, Sender] = {}
    for target in config.alerts.targets:
        if target.slack is not None:
            senders[target.name] = DiscreetSender(SlackSender(target.slack, renderer), target)
        elif target.email is not None:
            senders[target.name] = DiscreetSender(EmailSender(target.email, renderer), target)
        elif target.apprise is not None:
            senders[target.name] = DiscreetSender(AppriseSender(target.apprise), target)
    return senders or {CONSOLE.name: ConsoleSender()}
