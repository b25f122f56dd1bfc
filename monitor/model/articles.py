"""Articles as read from their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Quality(StrEnum):
    """How much of an article its page gave."""

    FULL = "full"
    THIN = "thin"
    PAYWALLED = "paywalled"
    BOILERPLATE = "boilerplate"
    EMPTY = "empty"
    NOT_HTML = "not-html"
    FOREIGN = "foreign-language"


@dataclass(frozen=True, slots=True)
class Document:
    """The readable part of a page. `text` is plain, with blank lines between paragraphs."""

    title: str
    text: str
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    canonical_url: str | None = None
    quality: Quality = Quality.FULL
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """A document with its origin: the unit that is tagged. `copy_of` names the original of a syndicated copy."""

    id: str
    source: str
    url: str
    published: datetime
    title: str
    text: str
    fetched: datetime | None = None
    author: str | None = None
    language: str | None = None
    quality: Quality = Quality.FULL
    copy_of: str | None = None
    revision: int = 1
    sample: bool = False
