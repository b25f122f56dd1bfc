"""What makes two addresses, entries or articles the same one."""

from __future__ import annotations

from monitor.text.urls import canonical_url, entry_key, short_hash

__all__ = ["article_id", "canonical_url", "content_hash", "entry_key"]


def article_id(source: str, url: str) -> str:
    """Return the stable id of a source's article: `a` and 16 hex digits; `url` may be any address of it."""
    return f"a{short_hash(source, canonical_url(url))}"


def content_hash(title: str, text: str) -> str:
    """Return a hash that changes when the words change, and not when only spaces or case do."""
    return short_hash(" ".join(title.casefold().split()), " ".join(text.casefold().split()))
