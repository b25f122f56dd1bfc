"""OPML subscription lists (http://opml.org/spec2.opml), the interchange format of feed readers."""

from __future__ import annotations

from xml.etree import ElementTree

_MAX_BYTES = 8 * 1024 * 1024


def read_opml(data: bytes) -> list[tuple[str, str]]:
    """Return (name, feed URL) of every feed outline, in order, each URL once; raise ValueError for anything else."""
    if len(data) > _MAX_BYTES:
        raise ValueError("larger than 8 MiB")
    if b"<!ENTITY" in data:
        raise ValueError("declares entities, which no subscription list needs")
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise ValueError(f"not XML: {error}") from error
    if root.tag.lower() != "opml":
        raise ValueError(f"not OPML but <{root.tag}>")
    found: dict[str, str] = {}
    for outline in root.iter("outline"):
        url = (outline.get("xmlUrl") or outline.get("xmlurl") or "").strip()
        name = (outline.get("title") or outline.get("text") or url).strip()
        if url.startswith(("http://", "https://")):
            found.setdefault(url, name)
    return [(name, url) for url, name in found.items()]
