"""Articles at hand through the stages, each at its own time: what `replay` and `explain` do."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.adapters.clock import SetClock
from monitor.app import App, open_app
from monitor.config import Config
from monitor.model import Article, SourceKind


def rerun(config: Config, articles: Iterable[Article]) -> App:
    """Take articles, oldest first, through tagging and comparing in memory; return the app that holds the result."""
    clock: SetClock | None = None
    app: App | None = None
    for article in articles:
        if app is None or clock is None:
            clock = SetClock(article.published)
            app = open_app(config, clock, "sqlite://")
        clock.set(article.published)
        app.take_in(article, SourceKind.OTHER)
        app.tag(article.id)
        app.compare(article.id)
    return app or open_app(config, storage="sqlite://")
