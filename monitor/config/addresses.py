"""Addresses that hold secrets: what may be shown and stored of them, and what may not."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

_SPEAKS_OF_SECRETS = re.compile(
    r"(?:.*[_.-])?(?:access|api|auth|feed|private|secret|user)?[_-]?"
    r"(?:tokens?|keys?|passwords?|passwd|pwd|pass|secrets?|sig|signature|auth|credentials?)",
    re.IGNORECASE,
)


def public_address(url: str) -> str:
    """Return an address without its login, and with a mark in the place of each secret in its query.

    The mark depends on the secret, so that two addresses that differ in it alone stay two. Idempotent.
    """
    parts = _split(url)
    if parts is None or not secrets_of(url):
        return url
    host = parts.netloc.rpartition("@")[2]
    pairs = [(name, _mark(value) if _is_secret(name, value) else value) for name, value in _pairs(parts)]
    query = urlencode(pairs, safe="~:/,") if any(_is_secret(*pair) for pair in _pairs(parts)) else parts.query
    return urlunsplit((parts.scheme, host, parts.path, query, parts.fragment))


def secrets_of(url: str) -> list[str]:
    """Return the secrets in an address as they are written and as they are meant, longest first."""
    parts = _split(url)
    if parts is None:
        return []
    found = {value for name, value in _pairs(parts) if _is_secret(name, value)}
    login = parts.netloc.rpartition("@")[0]
    if login:
        user, _, password = login.partition(":")
        found |= {login, password or user}
    found |= {unquote(one) for one in found}
    return sorted(found - {""}, key=lambda one: (-len(one), one))


def login_of(url: str) -> tuple[str, str] | None:
    """Return the user and the password of an address."""
    parts = _split(url)
    login = parts.netloc.rpartition("@")[0] if parts is not None else ""
    if not login:
        return None
    user, _, password = login.partition(":")
    return unquote(user), unquote(password)


def without_login(url: str) -> str:
    """Return an address without its login, everything else as it was."""
    parts = _split(url)
    return url if parts is None else urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} else None


def _pairs(parts: SplitResult) -> list[tuple[str, str]]:
    return parse_qsl(parts.query, keep_blank_values=True)


def _is_secret(name: str, value: str) -> bool:
    return bool(value) and not value.startswith("~") and bool(_SPEAKS_OF_SECRETS.fullmatch(name))


def _mark(secret: str) -> str:
    return f"~{hashlib.sha256(secret.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
