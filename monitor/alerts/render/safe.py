"""Making hostile text harmless: what an article says may be anything, and goes into headers, links and markup.

Controls, bidirectional overrides (Unicode TR36, "Trojan Source") and invisible joiners of tags are dropped, line breaks
become spaces, and only plain http(s) addresses are ever linked, under their own host's name.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNSEEN = "\u200b\u2060\ufeff\u00ad\u180e" + "".join(chr(code) for code in range(0xE0000, 0xE0080))
_DROPPED = re.compile(f"[{_BIDI}{_UNSEEN}\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffc\ud800-\udfff]")
_BREAKS = re.compile(r"[\s\x85\u2028\u2029]+")
_URL_SAFE = "/:@!$&'()*+,;=-._~%"


def one_line(text: str, limit: int | None = None) -> str:
    """Return text as one line without controls, at most `limit` characters with an ellipsis."""
    line = _BREAKS.sub(" ", _DROPPED.sub("", text)).strip()
    return line if limit is None else shorten(line, limit)


def shorten(text: str, limit: int) -> str:
    """Cut text to `limit` characters, at a word where one is near, never inside a combined character."""
    if len(text) <= limit:
        return text
    cut = text[: max(limit - 1, 0)]
    while cut and (unicodedata.combining(text[len(cut)]) or text[len(cut)] in "\u200d\ufe0f" or cut[-1] == "\u200d"):
        cut = cut[:-1]
    head = cut.rsplit(" ", 1)[0]
    return (head if len(head) > limit * 0.6 else cut).rstrip() + "…"


def web_link(url: str) -> str | None:
    """Return an address that can be linked, percent-encoded; None for anything but http(s) with a host.

    User names and passwords are refused: `https://bbc.co.uk@evil.example/` reads like another site.
    """
    try:
        parts = urlsplit(_DROPPED.sub("", url).strip())
        port = f":{parts.port}" if parts.port else ""
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host or "@" in parts.netloc:
        return None
    if not re.fullmatch(r"[a-z0-9.:_-]+", host):
        return None
    bare = f"[{host}]" if ":" in host else host
    path, query, fragment = (quote(part, safe=_URL_SAFE + "?") for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme.lower(), bare + port, path, query, fragment))


def host_of(link: str) -> str:
    """Return the name under which a link is shown: always its own host."""
    return (urlsplit(link).hostname or "").removeprefix("www.")


def mrkdwn(text: str) -> str:
    """Escape text for Slack's mrkdwn: no mention, link or formatting can come out of it.

    Slack asks for `& < >` as entities; a zero-width space before each formatting character keeps it from pairing.
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([*_~`@#:])", "\u200b\\1", escaped)


def mrkdwn_parts(text: str) -> list[dict[str, object]]:
    """Return the runs of our own mrkdwn (`*bold*`, `_italic_`) as plain text with their style, for a preview."""
    parts: list[dict[str, object]] = []
    for run in re.split(r"((?<!\u200b)\*.+?(?<!\u200b)\*|(?<!\u200b)_.+?(?<!\u200b)_)", text):
        bold, italic = run.startswith("*"), run.startswith("_")
        inner = (run[1:-1] if bold or italic else run).replace("\u200b", "")
        plain = inner.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        parts.append({"text": plain, "bold": bold, "italic": italic})
    return [part for part in parts if part["text"]]
