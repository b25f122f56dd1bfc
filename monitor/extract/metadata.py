"""What a page says of itself: schema.org JSON-LD first, then Open Graph and meta tags, `<time>`, then trafilatura."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from trafilatura.metadata import extract_metadata

from monitor.text.timestamps import parse_date

_ARTICLE = re.compile(r"(article|posting|report|newsarticle|liveblogposting|webpage)$", re.IGNORECASE)
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "date.published", "dc.date.issued",
    "dcterms.created", "dcterms.date", "dc.date", "parsely-pub-date", "sailthru.date", "publication_date", "pubdate",
    "publishdate", "publish-date", "publish_date", "article.published", "cxenseparse:recs:publishtime", "date",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "og:updated_time", "datemodified", "date.modified", "dcterms.modified", "lastmod",
    "last-modified", "article.updated", "revised",
)  # fmt: skip
_AUTHOR = ("author", "article:author", "byl", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author")
_TITLE = ("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title")
_BYLINE = re.compile(r"^(by|from|von|par|por)\s+(?=\S)", re.IGNORECASE)
_MAX = 500


@dataclass(slots=True)
class Metadata:
    """A page's metadata; times are UTC."""

    title: str = ""
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    canonical_url: str | None = None


@dataclass(slots=True)
class _Linked:
    headline: str = ""
    authors: list[str] = field(default_factory=list)
    published: str = ""
    modified: str = ""
    language: str = ""


def read_metadata(tree: Any, url: str) -> Metadata:
    """Read a parsed page's metadata; what is missing or nonsense is left out."""
    linked, metas = _linked(tree), _metas(tree)
    published = _first_date([linked.published, *_values(metas, _PUBLISHED), *_times(tree)])
    updated = _first_date([linked.modified, *_values(metas, _UPDATED)])
    site = next(iter(_values(metas, ("og:site_name",))), "")
    title = next((text for text in (linked.headline, *_values(metas, _TITLE), _title(tree)) if text), "")
    author = next((name for name in (", ".join(linked.authors), *_values(metas, _AUTHOR)) if _is_name(name)), None)
    if not (title and author and published):
        spare = extract_metadata(tree, default_url=url)
        title = title or (spare.title or "")
        author = author or (spare.author if _is_name(spare.author or "") else None)
        published = published or _first_date([spare.date or ""])
    return Metadata(
        title=_without_site(" ".join(title.split())[:_MAX], site),
        author=_BYLINE.sub("", " ".join(author.split()))[:_MAX] if author else None,
        published=published,
        updated=updated if updated and (published is None or updated >= published) else None,
        language=_language(tree, linked, metas),
        canonical_url=_canonical(tree, metas, url),
    )


def _linked(tree: Any) -> _Linked:
    found = _Linked()
    for script in tree.iterfind('.//script[@type="application/ld+json"]'):
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(data, 0):
            if any(_ARTICLE.search(str(kind)) for kind in _listed(node.get("@type"))):
                _take(found, node)
    return found


def _nodes(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    if isinstance(data, list):
        for item in data[:200]:
            yield from _nodes(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(data.get(key), depth + 1)


def _take(found: _Linked, node: dict[str, Any]) -> None:
    found.headline = found.headline or _string(node.get("headline"))
    found.published = found.published or _string(node.get("datePublished"))
    found.modified = found.modified or _string(node.get("dateModified"))
    found.language = found.language or _string(node.get("inLanguage"))
    if not found.authors:
        names = (_string(one.get("name") if isinstance(one, dict) else one) for one in _listed(node.get("author")))
        found.authors = [name for name in names if _is_name(name)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _string(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name") or value.get("alternateName") or ""
    return value.strip() if isinstance(value, str) else ""


def _metas(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iterfind(".//meta"):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := meta.get(attribute):
                found.setdefault(name.strip().lower(), (meta.get("content") or "").strip())
    return found


def _values(metas: dict[str, str], names: Iterable[str]) -> list[str]:
    return [metas[name] for name in names if metas.get(name)]


def _times(tree: Any) -> list[str]:
    marked = [time.get("datetime") or "" for time in tree.iterfind(".//time") if _is_publication(time)]
    return [text for text in marked if text][:3]


def _is_publication(time: Any) -> bool:
    hints = (
        f"{time.get('itemprop') or ''} {time.get('class') or ''} {'pubdate' if time.get('pubdate') is not None else ''}"
    )
    return bool(re.search(r"publish|pubdate|posted|entry-date|dateline", hints, re.IGNORECASE))


def _first_date(texts: Iterable[str]) -> datetime | None:
    dates = (parse_date(text.strip()) for text in texts if text.strip())
    return next((date for date in dates if date is not None and date.year > 1990), None)


def _title(tree: Any) -> str:
    headings = [" ".join(heading.text_content().split()) for heading in tree.iterfind(".//h1")]
    headings = [text for text in headings if text]
    return headings[0] if len(headings) == 1 else ""


def _is_name(text: str) -> bool:
    return bool(text) and "//" not in text and not text.startswith("@") and len(text) < 200


def _without_site(title: str, site: str) -> str:
    for mark in (" | ", " - ", " – ", " — ", " :: "):
        head, found, tail = title.rpartition(mark)
        if found and site and tail.casefold() == site.casefold() and head:
            return head.strip()
    return title


def _language(tree: Any, linked: _Linked, metas: dict[str, str]) -> str | None:
    root = tree.getroottree().getroot()
    for text in (root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"), linked.language,
                 metas.get("content-language"), metas.get("og:locale")):  # fmt: skip
        if text and re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", text.strip()):
            return str(text.strip().replace("_", "-"))
    return None


def _canonical(tree: Any, metas: dict[str, str], url: str) -> str | None:
    links = [link.get("href") for link in tree.iterfind(".//link") if (link.get("rel") or "").lower() == "canonical"]
    for text in (*links, metas.get("og:url")):
        if not text or not text.strip():
            continue
        try:
            absolute = urljoin(url, text.strip())
            parts = urlsplit(absolute)
        except ValueError:
            continue
        # A canonical that is the site's front page is a template's mistake.
        if parts.scheme in {"http", "https"} and parts.hostname and (parts.path.strip("/") or parts.query):
            return str(absolute)
    return None
