"""The commonest fault of feeds, undone: ampersands and HTML entities that XML does not know."""

from __future__ import annotations

import re
from html.entities import html5

_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>|<!--.*?-->)", re.DOTALL)
_REFERENCE = re.compile(r"&(?:(#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)?")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


def mend_references(text: str) -> str:
    """Escape bare ampersands and write HTML's named entities as characters, outside CDATA and comments."""
    if "<!ENTITY" in text[:200_000]:
        return text
    parts = _CDATA.split(text)
    parts[::2] = [_REFERENCE.sub(_mended, part) if "&" in part else part for part in parts[::2]]
    return "".join(parts)


def _mended(found: re.Match[str]) -> str:
    name = found[1]
    if not name:
        return "&amp;"
    if name.startswith("#") or name in _OF_XML:
        return found[0]
    known = html5.get(f"{name};")
    if known is None:
        return f"&amp;{name};"
    return "".join(f"&#{ord(char)};" for char in known)
