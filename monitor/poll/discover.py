"""Where a site keeps its feeds: what its page links, then the paths that feeds usually have. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html

from monitor.text.charset import decode

_TYPES = frozenset({
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
})  # fmt: skip
_VAGUE = frozenset({"application/json", "application/xml", "text/xml"})
_FEEDLIKE = re.compile(r"(^|[/._-])(rss|atom|feeds?|rdf|index\.xml|feed\.json)([/._?-]|\d|$)", re.IGNORECASE)
_PATHS = (
    "feed",
    "rss",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.xml",
    "feed.json",
    "feeds",
    "index.rdf",
    "rss/index.xml",
)
_SITEMAPS = ("news-sitemap.xml", "sitemap-news.xml", "sitemap_news.xml", "googlenews.xml")
_MAX_LINKS = 20


@dataclass(frozen=True, slots=True)
class FeedLink:
    """An address that may hold a feed; `declared` when the page itself names it as one."""

    url: str
    title: str = ""
    declared: bool = False


def linked_feeds(body: bytes, url: str, content_type: str | None = None) -> list[FeedLink]:
    """Return the feeds that a page names in `<link rel=alternate>`, then links that look like feeds, each once."""
    text = decode(body, content_type).text.replace("\0", "")
    try:
        tree = lxml_html.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1))
    except (etree.LxmlError, ValueError, AssertionError):
        return []
    base = urljoin(url, next((element.get("href") or "" for element in tree.iterfind(".//base")), ""))
    found: dict[str, FeedLink] = {}
    for link in (*_declared(tree), *_anchors(tree)):
        absolute = _absolute(base, link.url)
        if absolute and absolute not in found and len(found) < _MAX_LINKS:
            found[absolute] = FeedLink(absolute, link.title, link.declared)
    return list(found.values())


def usual_places(url: str) -> list[str]:
    """Return the addresses where feeds and news sitemaps usually are: beside the page, then at the site's root."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return []
    root = f"{parts.scheme}://{parts.netloc}/"
    here = urljoin(url, "./") if parts.path.strip("/") else root
    near = [urljoin(here, path) for path in _PATHS[:4]] if here != root else []
    return list(dict.fromkeys([*near, *(urljoin(root, path) for path in (*_PATHS, *_SITEMAPS))]))


def _declared(tree: Any) -> Iterator[FeedLink]:
    for link in tree.iterfind(".//link"):
        rel = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").split(";")[0].strip().lower()
        href = link.get("href") or ""
        vaguely = kind in _VAGUE and _FEEDLIKE.search(href) and "oembed" not in href and "wp-json" not in href
        if ("alternate" in rel or "feed" in rel) and (kind in _TYPES or vaguely or ("feed" in rel and not kind)):
            yield FeedLink(href, link.get("title") or "", True)


def _anchors(tree: Any) -> Iterator[FeedLink]:
    for anchor in tree.iterfind(".//a"):
        href = anchor.get("href") or ""
        if href and _FEEDLIKE.search(urlsplit_safe(href)):
            yield FeedLink(href, " ".join(anchor.text_content().split())[:100])


def urlsplit_safe(url: str) -> str:
    """Return a URL's path, empty for what is no URL."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _absolute(base: str, link: str) -> str | None:
    text = re.sub(r"^feed:(//)?", lambda found: "https://" if found[1] else "", link.strip())
    try:
        absolute = urljoin(base, text)
        parts = urlsplit(absolute)
    except ValueError:
        return None
    return absolute if parts.scheme in {"http", "https"} and parts.hostname else None
