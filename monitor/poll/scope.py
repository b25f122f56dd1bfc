"""What counts as one publisher when it comes to being polite: a host, a whole domain, or each feed for itself."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from courlan import extract_domain

from monitor.config import Scope


@lru_cache(maxsize=20_000)
def scope_of(url: str, scope: Scope) -> str:
    """Return the name that all addresses of one publisher share; empty for a file or what is no address.

    >>> scope_of("https://a.news.example.co.uk/rss", Scope.DOMAIN)
    'example.co.uk'
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    if scope is Scope.HOST or not host:
        return host
    return url if scope is Scope.FEED else extract_domain(url) or host
