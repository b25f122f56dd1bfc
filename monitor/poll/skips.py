"""skipHours and skipDays of RSS 0.91 and 2.0 (https://www.rssboard.org/skip-hours-days), which feedparser drops."""

from __future__ import annotations

import re

_SKIP = re.compile(rb"<skip(Hours|Days)\b[^>]*>(.{0,4000}?)</skip\1", re.IGNORECASE | re.DOTALL)
_SKIPPED = re.compile(rb"<(?:hour|day)\b[^>]*>([^<]{1,12})<", re.IGNORECASE)


def skipped(data: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the hours and days as written."""
    found: dict[bytes, tuple[str, ...]] = {}
    for kind, inside in _SKIP.findall(data[:200_000]):
        found[kind.lower()] = tuple(value.decode("utf-8", "replace") for value in _SKIPPED.findall(inside))
    return found.get(b"hours", ()), found.get(b"days", ())
