"""`RawFeed` → `Feed`: plain titles, absolute links, UTC dates, keys that tell entries apart."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from monitor.model import Entry, Feed
from monitor.poll.raw import RawEntry, RawFeed
from monitor.text.timestamps import parse_date
from monitor.text.urls import entry_key, short_hash

MAX_ENTRIES = 10_000
_MAX_TITLE, _MAX_SUMMARY, _MAX_ID = 1_000, 20_000, 2_000
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z!?][^<>]*>", re.DOTALL)
_BLOCK = re.compile(
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|hr|figure|figcaption)\b[^<>]*>", re.IGNORECASE
)
_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"&(#\d|#x[0-9a-f]|[a-z])", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 24 * 7, "monthly": 24 * 30, "yearly": 24 * 365}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MAX_SPAN = timedelta(days=31)


def build_feed(raw: RawFeed, url: str) -> Feed:
    """Make a Feed; more than MAX_ENTRIES entries are cut with a note, since feeds list the newest first."""
    notes = list(raw.notes)
    if len(raw.entries) > MAX_ENTRIES:
        notes.append(f"too-many-entries: {len(raw.entries)}, the first {MAX_ENTRIES} taken")
    base = urljoin(url, raw.base) if raw.base else url
    link = web_link(raw.link, base)
    entries = (_entry(item, base) for item in raw.entries[:MAX_ENTRIES] if not _is_blank(item))
    return Feed(
        title=plain_text(raw.title)[:_MAX_TITLE],
        link=link,
        entries=tuple(_told_apart(entries, notes)),
        kind=raw.kind,
        ttl=_minutes(raw.ttl),
        skip_hours=frozenset(_numbers(raw.skip_hours)),
        skip_days=frozenset(_DAYS.index(day.strip().lower()) for day in raw.skip_days if day.strip().lower() in _DAYS),
        update_period=_period(raw.update_period, raw.update_frequency),
        hub=web_link(raw.hub, base),
        self_link=web_link(raw.self_link, base),
        notes=tuple(notes),
    )


def plain_text(text: str, is_plain: bool = False) -> str:
    """Strip markup and entities; one line, no control or bidirectional characters."""
    if not is_plain:
        if "<" in text:
            text = _TAG.sub("", _BLOCK.sub(" ", _SCRIPT.sub("", text)))
        if "&" in text:
            text = html.unescape(text)
            if _ENTITY.search(text):
                text = html.unescape(text)  # doubly escaped titles are common
    return " ".join(_UNSEEN.sub(" " if "\x0b" in text else "", text).split())


def web_link(link: str, base: str) -> str | None:
    """Return an absolute http(s) address, or a file: one inside a file: feed; None for anything else."""
    clean = _UNSEEN.sub("", html.unescape(link) if "&" in link else link).strip()
    if not clean:
        return None
    try:
        absolute = clean if clean.startswith(("http://", "https://")) else _join(base, clean)
        parts = urlsplit(absolute)
    except ValueError:
        return None
    if parts.scheme in {"http", "https"}:
        return absolute.replace(" ", "%20") if parts.hostname else None
    return absolute if parts.scheme == "file" and base.startswith("file:") else None


def _join(base: str, link: str) -> str:
    """Resolve a link; a `file:` address of the config may be relative, which RFC 3986 joining would make absolute."""
    if base.startswith("file:") and urlsplit(link).scheme in {"", "file"}:
        return "file:" + urljoin(base.removeprefix("file:"), link.removeprefix("file:"))
    return urljoin(base, link)


def _is_blank(raw: RawEntry) -> bool:
    return not (raw.id or raw.title or raw.link or raw.summary or raw.content)


def _entry(raw: RawEntry, base: str) -> Entry:
    title = plain_text(raw.title, raw.title_plain)[:_MAX_TITLE]
    # An id that is no address must not become one just because isPermaLink was forgotten.
    link = None if raw.link == raw.id and "/" not in raw.id else web_link(raw.link, base)
    if link is None and raw.id.startswith(("http://", "https://")):
        link = web_link(raw.id, base)
    published, updated = parse_date(raw.published), parse_date(raw.updated)
    return Entry(
        key=_UNSEEN.sub("", entry_key(raw.id, link, title, raw.content or raw.summary))[:_MAX_ID],
        title=title,
        link=link,
        published=published or updated,
        updated=updated,
        summary=plain_text(raw.summary)[:_MAX_SUMMARY],
        content_html=raw.content or (raw.summary if "<" in raw.summary else ""),
        author=plain_text(raw.author)[:_MAX_TITLE] or None,
    )


def _told_apart(entries: Iterable[Entry], notes: list[str]) -> list[Entry]:
    """Drop exact repeats; give entries that share a key with another article a key of their own."""
    seen: dict[str, Entry] = {}
    repeated = 0
    for entry in entries:
        first = seen.get(entry.key)
        if first is None:
            seen[entry.key] = entry
            continue
        repeated += 1
        if (entry.link or entry.title) == (first.link or first.title):
            continue
        key = f"{entry.key}#{short_hash(entry.link or '', '' if entry.link else entry.title)}"
        seen.setdefault(key, _with_key(entry, key))
    if repeated:
        notes.append(f"repeated-ids: {repeated}")
    return list(seen.values())


def _with_key(entry: Entry, key: str) -> Entry:
    return Entry(
        key, entry.title, entry.link, entry.published, entry.updated, entry.summary, entry.content_html, entry.author
    )


def _numbers(values: Iterable[str]) -> Iterable[int]:
    for value in values:
        if value.strip().isascii() and value.strip().isdigit() and len(value.strip()) <= 2:
            yield int(value) % 24  # RSS 0.91 counts to 24, RSS 2.0 from 0 to 23


def _minutes(text: str) -> timedelta | None:
    clean = text.strip()
    if not (clean.isascii() and clean.isdigit()) or len(clean) > 6 or int(clean) == 0:
        return None
    return min(timedelta(minutes=int(clean)), _MAX_SPAN)


def _period(period: str, frequency: str) -> timedelta | None:
    """RSS 1.0 syndication module: the feed is updated `frequency` (default 1) times in each `period`."""
    hours = _PERIODS.get(period.strip().lower())
    if hours is None:
        return None
    clean = frequency.strip() or "1"
    times = int(clean) if clean.isascii() and clean.isdigit() and len(clean) <= 5 else 1
    return min(timedelta(hours=hours) / max(times, 1), _MAX_SPAN)
