"""Articles in: JSON Lines → `Article`s, every fault with its line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.errors import ExtractError, InputError
from monitor.model import Article, Document, Quality

_TEXTS = ("id", "source", "url", "published", "title")


def load_articles(path: str | Path) -> list[Article]:
    """Read a file of articles, one JSON object a line. Raises InputError that lists every fault."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError([str(error.strerror or error)], str(path)) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError([f"line {line}: not UTF-8"], str(path)) from error
    return _parse(text, str(path))


def _parse(text: str, path: str) -> list[Article]:
    faults: list[str] = []
    articles: list[Article] = []
    seen: dict[str, int] = {}
    # Only the line feed ends a line of JSON Lines: splitlines() would also split at U+2028 inside a string.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        found = list(_faults(line))
        record = None if found else json.loads(line)
        if record is not None and record["id"] in seen:
            found.append(f"id {record['id']!r} was used on line {seen[record['id']]}")
        faults += [f"line {number}: {fault}" for fault in found]
        if record is not None and not found:
            seen[record["id"]] = number
            try:
                articles.append(_article(record))
            except ExtractError as error:
                faults.append(f"line {number}: html: {error}")
    if faults:
        raise InputError(faults, path)
    return articles


def _faults(line: str) -> Iterator[str]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        yield f"not JSON: {error}"
        return
    if not isinstance(record, dict):
        yield "not a JSON object"
        return
    for name in _TEXTS:
        yield from _text_faults(record, name, str.strip)
    if record.get("language") is not None:
        yield from _text_faults(record, "language", str.strip)
    body = "html" if "html" in record and "text" not in record else "text"
    yield from _text_faults(record, body, lambda value: value)
    published = record.get("published")
    if isinstance(published, str) and published.strip() and _moment(published) is None:
        yield f"published: {published!r} is not an RFC 3339 time with an offset, such as 2026-01-31T12:00:00Z"


def _text_faults(record: dict[str, Any], name: str, wanted: Callable[[str], str]) -> Iterator[str]:
    value = record.get(name)
    if name not in record:
        yield f"{name} is missing"
    elif not isinstance(value, str):
        yield f"{name} is not a string"
    elif not wanted(value) and name != "text":
        yield f"{name} is empty"
    elif any("\ud800" <= char <= "\udfff" for char in value):
        yield f"{name} holds half a surrogate pair"


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _article(record: dict[str, Any]) -> Article:
    published = _moment(record["published"])
    assert published is not None  # a fault otherwise
    document = _document(record)
    return Article(
        id=record["id"],
        source=record["source"],
        url=record["url"],
        published=published,
        title=record["title"],
        text=document.text,
        fetched=published,
        language=record.get("language") or document.language,
        quality=document.quality,
    )


def _document(record: dict[str, Any]) -> Document:
    if "text" in record:
        quality = Quality.FULL if record["text"].strip() else Quality.EMPTY
        return Document(record["title"], record["text"], quality=quality)
    from monitor.extract.page import extract_page

    return extract_page(record["html"].encode(), record["url"], "text/html; charset=utf-8")
