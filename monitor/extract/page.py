"""A page's bytes → `Document`: the article in plain paragraphs, its metadata, and how whole it is."""

from __future__ import annotations

import re
from typing import Any

import trafilatura
from lxml import etree
from lxml import html as lxml_html
from trafilatura.settings import use_config

from monitor.errors import ExtractError
from monitor.extract.clean import paragraphs
from monitor.extract.metadata import Metadata, read_metadata
from monitor.extract.quality import judge
from monitor.model import Document, Quality
from monitor.text.charset import decode

MAX_BYTES = 8 * 1024 * 1024
_BINARY_TYPES = (
    "image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/octet-stream",
    "application/msword", "application/vnd.",
)  # fmt: skip
_MAGIC = (
    (b"%PDF-", "a PDF"), (b"\x89PNG", "an image"), (b"\xff\xd8\xff", "an image"), (b"GIF8", "an image"),
    (b"PK\x03\x04", "an archive or office file"), (b"\x1f\x8b", "compressed data"), (b"RIFF", "media"),
    (b"\xd0\xcf\x11\xe0", "an office file"), (b"ID3", "audio"), (b"\x00\x00\x00\x18ftyp", "video"),
    (b"\x7fELF", "a program"), (b"MZ", "a program"),
)  # fmt: skip
_TAG = re.compile(rb"<\s*(?:!doctype|html|head|body|article|main|div|p|h1|meta|section|span|title|script|a|br)\b", re.I)
_CONFIG = use_config()


def extract_page(html: bytes, url: str, content_type: str | None) -> Document:
    """Extract the article of a page; `Document.quality` and `.reason` say how much of one there was.

    Raises ExtractError (`too-large`, `unreadable`) for what trafilatura cannot take at all.
    """
    if found := _not_html(html, content_type):
        return Document("", "", quality=Quality.NOT_HTML, reason=found)
    if not html.strip():
        return Document("", "", quality=Quality.EMPTY, reason="no bytes")
    if len(html) > MAX_BYTES:
        raise ExtractError("too-large", f"{len(html)} bytes, at most {MAX_BYTES} are read", url)
    text = decode(html, content_type).text.replace("\0", "")
    try:
        tree = lxml_html.fromstring(_without_declaration(text), parser=_parser())
        meta = read_metadata(tree, url)
        found = _extract(tree, url)
    except (etree.LxmlError, ValueError, AssertionError, TypeError, RecursionError) as error:
        return _unread(html, url, error)
    return _document(found, meta, html)


def extract_fragment(html: str, url: str, title: str = "") -> Document:
    """Extract an article that a feed carries whole (`content:encoded`); no page around it, so no page metadata."""
    page = f"<html><head><title></title></head><body><article>{html}</article></body></html>"
    document = extract_page(page.encode(), url, "text/html; charset=utf-8")
    text = paragraphs(document.text, title)
    return Document(title, text, language=document.language, quality=document.quality, reason=document.reason)


def _unread(html: bytes, url: str, error: Exception) -> Document:
    if not _TAG.search(html[:65536]):
        return Document("", "", quality=Quality.NOT_HTML, reason="no HTML in it")
    raise ExtractError("unreadable", f"{type(error).__name__}: {error}"[:200], url) from error


def _not_html(html: bytes, content_type: str | None) -> str:
    for magic, name in _MAGIC:
        if html.startswith(magic):
            return name
    declared = (content_type or "").split(";")[0].strip().lower()
    if declared.startswith(_BINARY_TYPES) and not _TAG.search(html[:2048]):
        return declared
    head = html[:4096]
    if head.count(b"\0") > len(head) // 3 and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "binary data"
    odd = sum(1 for byte in head if byte < 9 or 13 < byte < 32)
    return "binary data" if odd * 10 > len(head) and not head.startswith((b"\xff\xfe", b"\xfe\xff")) else ""


def _without_declaration(text: str) -> str:
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1)


def _parser() -> lxml_html.HTMLParser:
    return lxml_html.HTMLParser(remove_comments=True, remove_pis=True, collect_ids=False, encoding=None)


def _extract(tree: Any, url: str) -> Any:
    return trafilatura.bare_extraction(
        tree,
        url=url,
        include_comments=False,
        include_tables=False,
        include_links=False,
        include_images=False,
        favor_precision=False,
        with_metadata=False,
        config=_CONFIG,
    )


def _document(found: Any, meta: Metadata, html: bytes) -> Document:
    text = paragraphs(found.text if found is not None and found.text else "", meta.title)
    quality, reason = judge(text, html, meta.language)
    return Document(
        title=meta.title,
        text=text,
        author=meta.author,
        published=meta.published,
        updated=meta.updated,
        language=meta.language,
        canonical_url=meta.canonical_url,
        quality=quality,
        reason=reason,
    )
