"""Google News sitemaps, for outlets without a feed.

https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

from lxml import etree

from monitor.errors import FeedError
from monitor.poll.raw import RawEntry, RawFeed


def read_sitemap(data: bytes, url: str) -> RawFeed:
    """Read a `urlset`; what is cut off or damaged gives the entries before the damage, with a note."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise FeedError("malformed-xml", str(error)[:200], url) from error
    if root is None:
        raise FeedError("malformed-xml", "no element can be read", url)
    if _name(root) == "sitemapindex":
        raise FeedError("sitemap-index", "an index of sitemaps lists no articles; name one of its sitemaps", url)
    feed = RawFeed("news-sitemap")
    if len(parser.error_log):
        feed.notes.append("malformed-xml")
    for item in root.iterchildren(tag=etree.Element):
        if _name(item) == "url":
            entry, outlet = _entry(item)
            feed.title = feed.title or outlet
            if entry.link:
                feed.entries.append(entry)
    return feed


def _entry(item: etree._Element) -> tuple[RawEntry, str]:
    found: dict[str, str] = {}
    for part in item.iterdescendants(tag=etree.Element):
        parent = part.getparent()
        if parent is not None and _name(parent) in {"image", "video"}:
            continue
        found.setdefault(_name(part), (part.text or "").strip())
    entry = RawEntry(
        title=found.get("title", ""),
        link=found.get("loc", ""),
        published=found.get("publication_date", "") or found.get("lastmod", ""),
        updated=found.get("lastmod", ""),
    )
    return entry, found.get("name", "")


def _name(element: etree._Element) -> str:
    # Of a prefix that was never declared the parser leaves `prefix:name`, which etree.QName refuses.
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()
