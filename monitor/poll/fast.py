"""Well-formed RSS, RDF and Atom read straight off libxml2: many times faster than feedparser, with the same entries.

Only what nearly all feeds are made of is read here. Anything else (XHTML content, `xml:base`, repeated elements, other
namespaces' titles …) raises Unusual, and feedparser reads the document instead; a property test holds the two together.
In lenient mode, for damaged documents too large for feedparser's loose parser, nothing is unusual and libxml2 recovers
what it can.
"""

from __future__ import annotations

import contextlib
import re
from typing import Any

from lxml import etree

from monitor.poll.raw import RawEntry, RawFeed, is_web
from monitor.poll.skips import skipped

_ATOM = "{http://www.w3.org/2005/Atom}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_RSS1 = "{http://purl.org/rss/1.0/}"
_RSS090 = "{http://my.netscape.com/rdf/simple/0.9/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_SY = "{http://purl.org/rss/1.0/modules/syndication/}"
_ORIGINAL = "{http://rssnamespace.org/feedburner/ext/1.0}origLink"
_VERSIONS = {"0.91": "rss091u", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"}
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
_CARRIERS = frozenset({"", _ATOM, _RSS1, _RSS090, _DC, _DCTERMS})
# Elements that feedparser makes something of wherever they stand; unread here, so unusual.
_MEANINGFUL = frozenset(
    re.findall(
        r"\S+",
        "title link guid id description summary abstract content body fullitem info author managingeditor creator "
        "published issued pubdate updated modified lastbuilddate created date image textinput encoded subtitle item "
        "entry base",
    )
)
_HARMLESS = frozenset(
    re.findall(r"\S+", "category comments enclosure source keywords rights subject contributor expirationdate ttl")
)
_ENTITY_LIKE = re.compile("&([A-Za-z0-9_]+);")
_UNDEFINED = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
_CP1252 = {code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in _UNDEFINED}


class Unusual(Exception):
    """The document holds something that only feedparser reads rightly."""


class NotWellFormed(Unusual):
    """The document is no XML; mending its references may make it some."""


def read_fast(data: bytes, lenient: bool = False) -> RawFeed:
    """Read a UTF-8 document without declaration; raise Unusual for what is left to feedparser."""
    head = data[:2000]
    if not lenient and (b"<!DOCTYPE" in head or b"xml:base" in data or b"<!ENTITY" in head):
        raise Unusual("doctype or base")
    root = _parse(data, lenient)
    if root.tag == "rss":
        return _rss(root, data, lenient)
    if root.tag == f"{_ATOM}feed":
        return _atom(root, lenient)
    if root.tag == f"{_RDF}RDF" and (lenient or b"w3.org/2005/Atom" not in data):
        return _rdf(root, data, lenient)
    raise Unusual(str(root.tag)[:80])


def _parse(data: bytes, lenient: bool) -> Any:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True, huge_tree=True, recover=lenient,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotWellFormed(str(error)[:200]) from error
    if root is None:
        raise Unusual("no element")
    return root


def _rss(root: Any, data: bytes, lenient: bool) -> RawFeed:
    version = root.get("version", "")
    feed = RawFeed(_VERSIONS.get(version) or ("rss20" if version.startswith("2.") else "rss"))
    for channel in root.iterchildren("channel"):
        _channel(feed, channel, "", lenient)
        feed.entries += [_rss_item(item, "", lenient) for item in channel.iterchildren("item")]
    if not lenient and any(True for _ in root.iterchildren("item")):
        raise Unusual("items beside the channel")
    feed.skip_hours, feed.skip_days = skipped(data)
    return feed


def _rdf(root: Any, data: bytes, lenient: bool) -> RawFeed:
    space = _RSS1 if root.find(f"{_RSS1}channel") is not None else _RSS090
    feed = RawFeed("rss10" if space == _RSS1 else "rss090")
    for channel in root.iterchildren(f"{space}channel"):
        _channel(feed, channel, space, lenient)
    feed.entries = [_rss_item(item, space, lenient) for item in root.iterchildren(f"{space}item")]
    if not lenient and sum(1 for item in root.iter("{*}item")) != len(feed.entries):
        raise Unusual("items of another namespace")
    return feed


def _channel(feed: RawFeed, channel: Any, space: str, lenient: bool) -> None:
    taken: dict[str, str] = {}
    for child in channel.iterchildren("*"):
        tag = child.tag
        if tag in {f"{space}title", f"{space}link", f"{space}ttl"}:
            taken.setdefault(tag.removeprefix(space), _text(child, lenient))
        elif tag == f"{_ATOM}link":
            _channel_link(feed, child, lenient)
        elif tag in {f"{_SY}updatePeriod", f"{_SY}updateFrequency"}:
            taken[tag.removeprefix(_SY)] = _text(child, lenient)
        elif tag in {f"{_DC}title", f"{_ATOM}title"} and not lenient:
            raise Unusual(tag)
    feed.title, feed.link = taken.get("title", ""), _unescaped_query(taken.get("link", ""))
    feed.ttl = taken.get("ttl", "")
    feed.update_period, feed.update_frequency = taken.get("updatePeriod", ""), taken.get("updateFrequency", "")


def _channel_link(feed: RawFeed, link: Any, lenient: bool) -> None:
    rel = link.get("rel", "alternate").lower()
    if rel == "hub":
        feed.hub = feed.hub or link.get("href", "")
    elif rel == "self":
        feed.self_link = feed.self_link or link.get("href", "")
    elif rel == "alternate" and not lenient:
        raise Unusual("a second link of the channel")


def _rss_item(item: Any, space: str, lenient: bool) -> RawEntry:
    found: dict[str, str] = {}
    permalink = False
    for child in item.iterchildren("*"):
        tag = child.tag
        field = _RSS_FIELDS.get(tag.removeprefix(space) if space else tag)
        if field is None:
            if not lenient:
                _check_unread(child)
            continue
        if field in found and not lenient:
            raise Unusual(f"{tag} twice")
        found.setdefault(field, _text(child, lenient))
        if field == "id":
            permalink = child.get("isPermaLink", "true") == "true"
    if space:
        found.setdefault("id", item.get(f"{_RDF}about", ""))
    title, content = found.get("title", ""), found.get("content", "")
    if "<" in title and not lenient:
        raise Unusual("markup in a title")
    id = found.get("id", "")
    link = _unescaped_query(found.get("link", ""))
    if not link and ((permalink and "link" not in found) or is_web(id)):
        link = id
    summary = found.get("summary", content)
    return RawEntry(
        id=id,
        title=title,
        title_plain="&" not in title,
        link=found.get("original") or link,
        published=found.get("published", "") or found.get("created", ""),
        updated=found.get("updated", ""),
        summary=summary,
        content=content if content != summary or "<" in content else "",
        author=found.get("author", ""),
    )


_RSS_FIELDS = {
    "title": "title", "link": "link", "guid": "id", "description": "summary", _CONTENT: "content",
    "pubDate": "published", "pubdate": "published", "author": "author",
    f"{_DC}creator": "author", f"{_DC}date": "updated",
    f"{_ATOM}updated": "updated", f"{_DCTERMS}modified": "updated", f"{_DCTERMS}issued": "published",
    f"{_DCTERMS}created": "created", _ORIGINAL: "original",
}  # fmt: skip


def _check_unread(child: Any) -> None:
    """Pass over an element that carries nothing for us; raise Unusual where feedparser would take something from it."""
    tag = child.tag
    space, _, name = tag.rpartition("}")
    space = f"{space}}}" if space else ""
    if space == _ATOM and name == "link" and child.get("rel", "alternate").lower() != "alternate":
        return
    if (space in _CARRIERS and name in _HARMLESS) and not len(child):
        return
    for part in child.iter("*"):
        if etree.QName(part).localname.lower() in _MEANINGFUL and not (part is child and space not in _CARRIERS
                                                                       and name in {"content", "creator"}):  # fmt: skip
            raise Unusual(tag)


def _atom(root: Any, lenient: bool) -> RawFeed:
    feed = RawFeed("atom10")
    for child in root.iterchildren("*"):
        name = child.tag.removeprefix(_ATOM)
        if child.tag == f"{_ATOM}entry":
            feed.entries.append(_atom_entry(child, lenient))
        elif name == "title":
            if child.get("type", "text") not in {"text", "html"} and not lenient:
                raise Unusual("a title of another type")
            feed.title = feed.title or _text(child, lenient)
        elif name == "link":
            _atom_feed_link(feed, child)
        elif child.tag.startswith(_SY):
            value = _text(child, lenient)
            if name.endswith("updatePeriod"):
                feed.update_period = value
            elif name.endswith("updateFrequency"):
                feed.update_frequency = value
    return feed


def _atom_feed_link(feed: RawFeed, link: Any) -> None:
    rel, href = link.get("rel", "alternate").lower(), link.get("href", "")
    if rel == "hub":
        feed.hub = feed.hub or href
    elif rel == "self":
        feed.self_link = feed.self_link or href
    elif rel == "alternate" and link.get("type", "text/html").lower() in _HTML_TYPES and href:
        feed.link = href


def _atom_entry(entry: Any, lenient: bool) -> RawEntry:
    found: dict[str, str] = {}
    plain = False
    for child in entry.iterchildren("*"):
        name = child.tag.removeprefix(_ATOM) if child.tag.startswith(_ATOM) else ""
        if name == "link":
            if not child.get("href") and not lenient:
                raise Unusual("a link without an address")
            if href := _alternate(child):
                found["link"] = href
        elif name == "author":
            found["author"] = _person(child, lenient)
        elif field := _ATOM_FIELDS.get(name) or _RSS_FIELDS.get(child.tag if child.tag in _IN_ATOM else ""):
            if field in found and not lenient:
                raise Unusual(f"{name} twice")
            if field in {"title", "summary", "content"}:
                _check_type(child, lenient)
            found.setdefault(field, _text(child, lenient))
            plain = plain or (field == "title" and child.get("type", "text") == "text" and "&" not in found["title"])
        elif name not in {"category", "rights", "source", "contributor"} and not lenient:
            _check_unread(child)
    content = found.get("content", "")
    summary = found.get("summary", content)
    return RawEntry(
        id=found.get("id", ""),
        title=found.get("title", ""),
        title_plain=plain,
        link=found.get("original") or found.get("link") or found.get("id", ""),
        published=found.get("published", ""),
        updated=found.get("updated", ""),
        summary=summary,
        content=content if content != summary or "<" in content else "",
        author=found.get("author", ""),
    )


_ATOM_FIELDS = {
    "title": "title", "id": "id", "published": "published", "updated": "updated", "summary": "summary",
    "content": "content",
}  # fmt: skip
_IN_ATOM = frozenset({_ORIGINAL})


def _alternate(link: Any) -> str:
    is_page = link.get("type", "text/html").lower() in _HTML_TYPES
    return str(link.get("href", "")).strip() if link.get("rel", "alternate").lower() == "alternate" and is_page else ""


def _check_type(child: Any, lenient: bool) -> None:
    if not lenient and (child.get("type", "text") not in {"text", "html"} or child.get("src") or child.get("mode")):
        raise Unusual("content of another type")


def _person(author: Any, lenient: bool) -> str:
    name, email = "", ""
    for child in author.iterchildren("*"):
        if child.tag == f"{_ATOM}name":
            name = _as_written(child, lenient)
        elif child.tag == f"{_ATOM}email":
            email = _as_written(child, lenient)
    return f"{name} ({email})" if name and email else name or email


def _text(element: Any, lenient: bool) -> str:
    return _mended(_as_written(element, lenient))


def _as_written(element: Any, lenient: bool) -> str:
    if len(element):
        if lenient:
            return "".join(element.itertext()).strip()
        raise Unusual("markup inside an element")
    return (element.text or "").strip()


def _mended(text: str) -> str:
    """Undo UTF-8 that was read as Latin-1 and written again, and C1 controls that mean windows-1252; as feedparser."""
    if text.isascii():
        return text
    with contextlib.suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(_CP1252)


def _unescaped_query(link: str) -> str:
    return _ENTITY_LIKE.sub(r"&\1", link.replace("&amp;", "&")) if "&" in link else link
