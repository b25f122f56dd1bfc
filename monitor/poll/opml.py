"""Writes OPML 2.0 subscription lists (http://opml.org/spec2.opml); `monitor.config.opml` reads them."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from monitor.model import Source


def write_opml(sources: Iterable[Source], title: str = "Counterclaim sources") -> bytes:
    """Return a list that other readers can open; `file:` sources mean nothing elsewhere and are left out."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = title
    body = ElementTree.SubElement(root, "body")
    for source in sources:
        if source.feed.startswith(("http://", "https://")):
            name = "".join(char for char in source.name if char.isprintable())
            ElementTree.SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=source.feed)
    ElementTree.indent(root, " ")
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
