"""What is fuzzed: each target takes bytes, and may raise only what its public function promises."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from monitor.config import Config, Region, WebPolicy, parse_config
from monitor.config.opml import read_opml
from monitor.errors import ConfigError, ExtractError, FeedError, InputError
from monitor.model import Article

DATA = Path(__file__).parents[1] / "data"
SEEDS = Path(__file__).parents[2] / "seeds"
URL = "https://wire.example/feed.xml"
NOW = datetime(2025, 1, 8, 12, tzinfo=UTC)
TEXT = (
    "KYIV, Jan 7 (Agency) — Russian troops have entered Makhnovka, the Defence Ministry said on Tuesday.\n\n"
    "“At least 12 people were killed and some 3,500 fled,” Governor A. Petrov told reporters at 09:30. "
    "Ukraine's General Staff denied it: its troops “hold the village”. Nobody has claimed responsibility.\n\n"
    "The vote stood at 52.4% to 47.6 per cent, up from 1.2 million; the ceasefire may begin on 3 March."
)
PAGE = (
    '<!doctype html><html lang="en"><head><title>A &amp; B</title><meta property="og:title" content="A"><script '
    'type="application/ld+json">{"@type":"NewsArticle","datePublished":"2025-01-07"}</script></head><body><article>'
    f"<h1>A</h1><time datetime='2025-01-07T09:30Z'></time><p>{TEXT}</p><table><tr><td>1</td></tr></table></article>"
    "</body></html>"
)
CONFIG = (SEEDS / "starter.yaml").read_bytes()
OPML = b'<?xml version="1.0"?><opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>'
LINE = {"id": "a1", "source": "Wire", "url": URL, "published": "2025-01-07T09:30:00Z", "title": "A", "text": TEXT}


@dataclass(frozen=True)
class Target:
    """A function of bytes, what it may raise, what to begin with, and what to put in."""

    run: Callable[[bytes], object]
    allowed: tuple[type[Exception], ...] = ()
    corpus: tuple[bytes, ...] = ()
    words: tuple[bytes, ...] = ()
    short: int = 200  # executions in the short form


def feed(data: bytes) -> None:
    """Parse bytes as a feed, with a header that they choose."""
    from monitor.poll.feed import parse_feed

    headers = (None, "application/rss+xml; charset=utf-16", "text/xml; charset=\u00ff", "application/feed+json")
    for entry in parse_feed(data, headers[len(data) % 4], URL).entries:
        assert entry.key
        json.dumps([entry.title, entry.summary], ensure_ascii=False).encode("utf-8", "surrogatepass")


def page(data: bytes) -> None:
    """Extract an article, and look for feeds in the same page."""
    from monitor.extract.page import extract_page
    from monitor.poll.discover import linked_feeds

    linked_feeds(data, URL)
    document = extract_page(data, URL, None)
    (document.title + document.text).encode()  # what cannot be written cannot be stored


@lru_cache
def _tagger() -> Any:
    from monitor.claims.tagger import EnglishTagger

    return EnglishTagger(Config((Region("Kursk region", ("Kursk", "Makhnovka")), Region("Ukraine"))))


def tagging(data: bytes) -> None:
    """Read the claims of a text; each quote must stand where it says."""
    text = f"Makhnovka: {data.decode('utf-8', 'replace')}"
    article = Article("a1", "Wire", URL, NOW, text[:80], text)
    for claim in _tagger().tag(article):
        assert claim.quote == getattr(article, claim.field)[claim.start : claim.end]


def config(data: bytes) -> None:
    """Read a config; nothing of it may name a file that is there."""
    parse_config(data.decode("utf-8", "replace"), "/nonexistent/counterclaim.yaml", {"A": "b"})


def opml(data: bytes) -> None:
    """Read a subscription list."""
    assert all(url.startswith("http") for _, url in read_opml(data))


def articles(data: bytes) -> None:
    """Read articles as JSON Lines."""
    from monitor.cli.articles import _parse

    _parse(data.decode("utf-8", "replace"), "a.jsonl")


@lru_cache
def _desk() -> tuple[Any, Any, str]:
    """The desk over a store with one live subscription, and the subscription's secret."""
    from fastapi.testclient import TestClient
    from sqlalchemy import insert

    from monitor.adapters.clock import SetClock
    from monitor.model import Source
    from monitor.store.repository import open_store
    from monitor.store.tables import subscriptions
    from monitor.web.application import build_desk

    store, source = open_store("sqlite://"), Source("Wire", URL)
    store.sync_sources([source], NOW)
    row = {"id": "s1", "source": store.sources()[0].id, "hub": "https://hub.example/", "topic": URL, "secret": "key"}
    with store.engine.begin() as connection:
        live = {"state": "live", "lease_until": NOW + timedelta(days=1), "created_at": NOW}
        connection.execute(insert(subscriptions).values(**row, **live))
    settings = Config((Region("Kursk region"),), (source,), web=WebPolicy(public_url="https://desk.example"))
    desk = TestClient(build_desk(settings, store, SetClock(NOW)), base_url="https://desk.example")
    return desk, store, "key"


def websub(data: bytes) -> None:
    """Call the callback as a hub, an impostor or a broken program would: the first byte says which."""
    desk, _, secret = _desk()
    kind, body = data[:1] or b"0", data[1:]
    text = body.decode("latin-1")
    if kind in b"0123":
        answer = desk.get("/websub/s1?" + "".join(char for char in text if " " < char < "\x7f" and char != "#"))
    else:
        right = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        wrong = "".join(char for char in text[:100] if " " < char < "\x7f")
        link = f'<{URL}>; rel="self"' if kind in b"4567" else wrong
        headers = {"X-Hub-Signature": right if kind in b"456789" else wrong, "Link": link}
        answer = desk.post("/websub/s1", content=body, headers=headers)
    assert answer.status_code in (200, 202, 403, 404, 410, 413, 400, 411, 421), answer.status_code


def _feeds() -> tuple[bytes, ...]:
    return tuple(file.read_bytes() for file in sorted((DATA / "feeds").iterdir()) if file.suffix != ".json")


_XML = (
    *(b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"<![CDATA[", b"]]>", b"<item>", b"</item>", b"<guid>", b"\xff\xfe"),
    *(b"<link href='", b"<pubDate>", b"xmlns:a='b'", b"&#x0;", b"<!--", b"<?xml encoding='utf-7'?>"),
)
_HTML = (
    *(b"<table>", b"<p>", b"<script>", b"<svg>", b"<template>", b"</html>", b"<base href='//x'>", b"&#55296;"),
    *(b"<a ", b'<link rel="alternate" type="application/rss+xml" href="', b"<meta charset=utf-16>", b"\0"),
)
_WORDS = (
    *("said", "denied", "killed", "at least", "Makhnovka", "—", "“", "”", "million", "%", "on Monday", "Jan 7"),
    *("\u202e", "not", "\n\n", "'s", "the", "(", "1,2,3", "\ud7ff", "é́", "½", "٣", "𝟗", "  ", "A", "at "),
)
_YAML = (
    *(b"{", b"}", b"[", b"]", b"&a ", b"*a", b"<<: ", b"!!python/object:x ", b"${A}", b"{file: x}", b": ", b"- "),
    *(b"\t", b"9", b"7d", b"| ", b"? ", b"---\n", b"null", b"0x", b"1e999", b"NO", b"2025-01-01"),
)
_QUERY = (
    *(b"hub.mode=subscribe", b"&hub.topic=https://wire.example/feed.xml", b"&hub.challenge=x", b"%00"),
    *(b"&hub.lease_seconds=", b"9" * 40, b"-1", b"hub.mode=denied", b"%ff", b"="),
)
_JSON = (b"{", b"[", b'"', b"\\ud800", b"null")
_GET = b"0hub.mode=subscribe&hub.topic=https://wire.example/feed.xml&hub.challenge=x&hub.lease_seconds=9"

TARGETS: dict[str, Target] = {
    "feed": Target(feed, (FeedError,), _feeds(), _XML, 300),
    "page": Target(page, (ExtractError,), (PAGE.encode(), TEXT.encode()), _HTML, 120),
    "tagging": Target(tagging, (), (TEXT.encode(),), tuple(w.encode("utf-8", "replace") for w in _WORDS), 40),
    "config": Target(config, (ConfigError,), (CONFIG, b"regions: [{name: A}]"), _YAML, 100),
    "opml": Target(opml, (ValueError,), (OPML,), _XML, 300),
    "articles": Target(
        articles, (InputError,), (json.dumps(LINE).encode(),), (b"{", b"[", b'"', b"\\ud800", b"null"), 300
    ),
    "websub": Target(websub, (), (_GET, *(b"4" + one for one in _feeds()[:8])), (*_QUERY, *_XML), 120),
}
