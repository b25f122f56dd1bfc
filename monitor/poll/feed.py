"""Bytes of a feed document → `Feed`, or FeedError with a named reason. Nothing else ever comes out."""

from __future__ import annotations

import re

from monitor.errors import FeedError
from monitor.model import Feed
from monitor.poll.entries import build_feed
from monitor.poll.fast import NotWellFormed, Unusual, read_fast
from monitor.poll.jsonfeed import read_json_feed
from monitor.poll.mend import mend_references
from monitor.poll.parser import read_any_feed
from monitor.poll.raw import RawFeed
from monitor.poll.sitemap import read_sitemap
from monitor.text.charset import Decoded, decode

MAX_BYTES = 64 * 1024 * 1024
_MAX_LOOSE = 4 * 1024 * 1024  # feedparser's loose parser takes minutes for more
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
_PROLOG = re.compile(r"\s*(?:<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml[^>]*\?>", re.IGNORECASE)
_ROOT = re.compile(r"\s*<\s*(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_FEED_ROOTS = {"rss", "rdf", "feed", "channel", "redirect"}


def parse_feed(body: bytes, content_type: str | None, url: str) -> Feed:
    """Parse RSS 0.9–2.0, RDF, Atom, JSON Feed or a Google News sitemap.

    `content_type` is the HTTP header, `url` the address that relative links start from and that errors name.
    `Feed.notes` names what was odd without being fatal. Raises FeedError (`empty`, `too-large`, `html-page`,
    `not-a-feed`, `malformed-xml`, `malformed-json`, `truncated`, `sitemap-index`, `unreadable`, `entity-bomb`).
    """
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise FeedError("empty", "no bytes to read", url)
    if len(body) > MAX_BYTES:
        raise FeedError("too-large", f"{len(body)} bytes, at most {MAX_BYTES} are read", url)
    decoded = decode(body, content_type)
    text = decoded.text
    notes = [f"charset: {decoded.encoding} ({decoded.origin}) with damaged bytes"] if decoded.damaged else []
    if cleaned := _NOT_XML.search(text):
        notes.append("control-characters")
        text = _NOT_XML.sub("", text) if cleaned else text
    raw = _read(text.lstrip("\ufeff \t\r\n"), decoded, url)
    raw.notes[:0] = notes
    try:
        return build_feed(raw, url)
    except (ValueError, RecursionError) as error:
        raise FeedError("unreadable", f"{type(error).__name__}: {error}"[:200], url) from error


def _read(text: str, decoded: Decoded, url: str) -> RawFeed:
    if text[:1] in {"{", "["}:
        return read_json_feed(text, url)
    start = text.find("<")
    if start < 0:
        raise FeedError("not-a-feed", f"neither XML nor JSON ({decoded.encoding})", url)
    text = text[start:]
    root = _root(text)
    if root in {"urlset", "sitemapindex"}:
        return read_sitemap(_utf8(text), url)
    if root in {"html", "body", "head"} or re.match(r"<!doctype\s+html", text, re.IGNORECASE):
        raise FeedError("html-page", "a web page, not a feed", url)
    if root == "opml":
        raise FeedError("not-a-feed", "an OPML list of feeds", url)
    if text.count("<!ENTITY", 0, 200_000) > 300:
        raise FeedError("entity-bomb", "hundreds of entity declarations", url)
    raw = _read_xml(text, url)
    if start:
        raw.notes.append("text-before-xml")
    if root not in _FEED_ROOTS and not raw.entries:
        raise FeedError("not-a-feed", f"its root is <{root}>", url)
    return raw


def _read_xml(text: str, url: str) -> RawFeed:
    data = _utf8(text)
    try:
        return read_fast(data)
    except NotWellFormed:
        mended = _utf8(mend_references(text))
        if mended != data:
            return _noted(_read_mended(mended, url))
    except Unusual:
        pass
    return _read_slowly(data, url)


def _read_mended(data: bytes, url: str) -> RawFeed:
    try:
        return read_fast(data)
    except Unusual:
        return _read_slowly(data, url)


def _read_slowly(data: bytes, url: str) -> RawFeed:
    if len(data) <= _MAX_LOOSE:
        return read_any_feed(data, url)
    try:
        raw = read_fast(data, lenient=True)
    except Unusual as error:
        raise FeedError("malformed-xml", str(error), url) from error
    return _noted(raw)


def _noted(raw: RawFeed) -> RawFeed:
    if "malformed-xml" not in raw.notes:
        raw.notes.append("malformed-xml")
    return raw


def _root(text: str) -> str:
    position, head = 0, text[:20_000]
    while found := _PROLOG.match(head, position):
        position = found.end()
    root = _ROOT.match(head, position)
    return root[1].lower() if root else ""


def _utf8(text: str) -> bytes:
    return _DECLARATION.sub("", text, count=1).lstrip().encode("utf-8", "replace")
