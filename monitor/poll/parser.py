"""RSS 0.9 to 2.0, RDF and Atom through feedparser: the reader that copes with everything."""

from __future__ import annotations

import io
import re
import warnings
from typing import Any

import feedparser

from monitor.errors import FeedError
from monitor.poll.raw import RawEntry, RawFeed, is_web
from monitor.poll.skips import skipped

_BLANK = RawEntry()
_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_ITEM = re.compile(rb"<(?:[A-Za-z0-9]+:)?(?:item|entry)[\s>/]")
_CUT = re.compile(rb"</(?:[A-Za-z0-9]+:)?(?:rss|rdf|feed|channel)\s*>\s*(?:<!--.*)?\Z", re.IGNORECASE | re.DOTALL)


def read_any_feed(data: bytes, url: str) -> RawFeed:
    """Read UTF-8 XML of any RSS or Atom; raise FeedError when nothing in it is a feed."""
    parsed = _parse(data, url)
    if not parsed.get("version") and not parsed["entries"]:
        raise FeedError("not-a-feed", "neither RSS, Atom nor RDF", url)
    feed = _channel(parsed["feed"], str(parsed.get("version") or "unknown"))
    feed.skip_hours, feed.skip_days = skipped(data)
    if parsed.get("bozo"):
        feed.notes.append("malformed-xml")
    if not _CUT.search(data[-2000:].rstrip()):
        feed.notes.append("truncated")
    feed.entries = [entry for entry in map(_entry, parsed["entries"]) if entry != _BLANK]
    if not feed.entries and parsed.get("bozo") and _ITEM.search(data):
        raise FeedError("malformed-xml", "items that cannot be read", url)
    if not feed.entries and "truncated" in feed.notes:
        raise FeedError("truncated", "cut off before its first item", url)
    return feed


def _parse(data: bytes, url: str) -> Any:
    # BytesIO, since feedparser would try bare bytes as the name of a file. It is not told the address either: it would
    # resolve ids like links, and `<guid>123</guid>` is an id.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return feedparser.parse(
                io.BytesIO(data), response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False
            )
        except Exception as error:
            raise FeedError("unreadable", f"{type(error).__name__}: {error}"[:200], url) from error


def _channel(feed: Any, kind: str) -> RawFeed:
    links = [link for link in feed.get("links", ()) if isinstance(link, dict)]
    return RawFeed(
        kind=kind,
        title=_text(feed, "title"),
        link=_text(feed, "link"),
        ttl=_text(feed, "ttl"),
        update_period=_text(feed, "sy_updateperiod"),
        update_frequency=_text(feed, "sy_updatefrequency"),
        hub=next((_text(link, "href") for link in links if link.get("rel") == "hub"), ""),
        self_link=next((_text(link, "href") for link in links if link.get("rel") == "self"), ""),
    )


def _entry(item: Any) -> RawEntry:
    detail = item.get("title_detail") or {}
    contents = [part for part in item.get("content", ()) if isinstance(part, dict)]
    content = max((_text(part, "value") for part in contents), key=len, default="")
    summary = _text(item, "summary")
    id = _text(item, "id")
    return RawEntry(
        id=id,
        title=_text(item, "title"),
        title_plain=False if not detail else _text(detail, "type") == "text/plain" and "&" not in _text(item, "title"),
        link=_text(item, "feedburner_origlink") or _text(item, "link") or (id if is_web(id) else ""),
        published=_text(item, "published") or _text(item, "created"),
        updated=str(dict.get(item, "updated") or ""),
        summary=summary,
        content=content if content != summary or "<" in content else "",
        author=_text(item, "author"),
    )


def _text(data: Any, key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""
