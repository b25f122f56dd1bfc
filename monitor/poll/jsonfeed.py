"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import html
import json
from typing import Any

from monitor.errors import FeedError
from monitor.poll.raw import RawEntry, RawFeed


def read_json_feed(text: str, url: str) -> RawFeed:
    """Read a JSON Feed; raise FeedError for JSON that is none."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FeedError("malformed-json", str(error)[:200], url) from error
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise FeedError("not-a-feed", "JSON without a list of items", url)
    version = _text(data, "version")
    feed = RawFeed(
        "json", _text(data, "title"), _text(data, "home_page_url"), self_link=_text(data, "feed_url"), hub=_hub(data)
    )
    if "jsonfeed.org" not in version:
        feed.notes.append("no-version")
    feed.entries = [_item(item) for item in data["items"] if isinstance(item, dict)]
    return feed


def _item(item: dict[str, Any]) -> RawEntry:
    content = _text(item, "content_html")
    plain = _text(item, "content_text")
    return RawEntry(
        id=_text(item, "id"),
        title=_text(item, "title"),
        title_plain=True,
        link=_text(item, "url") or _text(item, "external_url"),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        summary=html.escape(_text(item, "summary") or plain, quote=False),
        content=content or _paragraphs(plain),
        author=_author(item),
    )


def _paragraphs(plain: str) -> str:
    parts = (part.strip() for part in plain.split("\n\n"))
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts if part)


def _author(item: dict[str, Any]) -> str:
    listed = item.get("authors")
    people = listed if isinstance(listed, list) else [item.get("author")]
    return ", ".join(name for name in (_text(one, "name") for one in people if isinstance(one, dict)) if name)


def _hub(data: dict[str, Any]) -> str:
    hubs = data.get("hubs")
    for hub in hubs if isinstance(hubs, list) else []:
        if isinstance(hub, dict) and _text(hub, "type").lower() == "websub":
            return _text(hub, "url")
    return ""


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    if isinstance(value, str):
        return value
    # ids that are numbers break the specification and are common
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
