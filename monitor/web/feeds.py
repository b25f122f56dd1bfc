"""Conflicts as feeds for other tools: Atom (RFC 4287) and JSON Feed 1.1, for all regions or one."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response

from monitor.cli.shapes import timestamp
from monitor.store.desk.values import ConflictFilter, ConflictLine
from monitor.web.desk import Desk, TheDesk
from monitor.web.forms import Text
from monitor.web.shapes import REFUSALS, Problem

feeds = APIRouter(tags=["feeds"], responses=REFUSALS)
ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50
# XML 1.0 has no way to write these characters, not even escaped.
_UNWRITABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "This region is not watched"}}


def _is(media: str, kind: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media: {"schema": {"type": kind}}}}}


Region = Annotated[str, Query(max_length=200, description="A watched region; all when left out")]


@dataclass(frozen=True, slots=True)
class Item:
    """One conflict in a feed. `link` is its permalink, `id` stays when the desk moves to another address."""

    id: str
    link: str
    title: str
    region: str
    frame: str
    published: datetime
    updated: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed and where it is."""

    title: str
    home: str
    self: str
    updated: datetime
    items: tuple[Item, ...]


@feeds.get("/feeds/atom.xml", responses=_MISSING | _is("application/atom+xml", "string"), response_class=Response)
def atom(request: Request, desk: TheDesk, region: Region = "", token: Text = "") -> Response:
    """Return the latest conflicts as an Atom feed."""
    body = ET.tostring(_atom(_channel(request, desk, region)), encoding="utf-8", xml_declaration=True)
    return _conditional(request, Response(body, media_type="application/atom+xml"))


@feeds.get("/feeds/feed.json", responses=_MISSING | _is("application/feed+json", "object"), response_class=Response)
def json_feed(request: Request, desk: TheDesk, region: Region = "", token: Text = "") -> Response:
    """Return the latest conflicts as a JSON Feed."""
    answer = JSONResponse(_json(_channel(request, desk, region)), media_type="application/feed+json")
    return _conditional(request, answer)


def _channel(request: Request, desk: Desk, region: str) -> Channel:
    if region and region not in desk.regions:
        raise HTTPException(404, "This region is not watched.")
    root = base_url(request, desk)
    page = desk.rows.conflicts(ConflictFilter(region=region or None), desk.now(), limit=ENTRIES)
    items = tuple(_item(line, root) for line in page.items)
    where = f"?region={quote(region)}" if region else ""
    title = f"Conflicts in {region}" if region else "Conflicts"
    updated = max((item.updated for item in items), default=desk.now())
    return Channel(
        f"{title} (Counterclaim)", f"{root}/conflicts{where}", f"{root}{request.url.path}{where}", updated, items
    )


def base_url(request: Request, desk: Desk) -> str:
    """Return the desk's address as others know it."""
    return (desk.config.web.public_url or str(request.base_url)).rstrip("/")


def _item(line: ConflictLine, root: str) -> Item:
    sides = (f"{s.answer} ({', '.join(s.sources)})" for s in line.sides)
    text = "\n".join([f"{line.state.value}, confidence {line.confidence:.0%}", *sides])
    link = f"{root}/conflicts/{quote(line.id, safe='')}"
    return Item(
        f"urn:counterclaim:{quote(line.id, safe='')}", link, line.question, line.region, line.frame.value,
        line.opened_at, line.updated_at, text,
    )  # fmt: skip


def _atom(channel: Channel) -> ET.Element:
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    _add(feed, "title", channel.title)
    _add(feed, "id", f"urn:counterclaim:feed:{quote(urlsplit(channel.self).query) or 'all'}")
    _add(feed, "updated", timestamp(channel.updated))
    _add(feed, "link", href=channel.home, rel="alternate", type="text/html")
    _add(feed, "link", href=channel.self, rel="self", type="application/atom+xml")
    _add(_add(feed, "author"), "name", "Counterclaim")
    for item in channel.items:
        entry = _add(feed, "entry")
        for name, value in _entry(item):
            _add(entry, name, value)
        _add(entry, "link", href=item.link, rel="alternate", type="text/html")
        _add(entry, "category", term=item.region)
        _add(entry, "category", term=item.frame)
    return feed


def _entry(item: Item) -> Iterator[tuple[str, str]]:
    yield "title", f"{item.region}: {item.title}"
    yield "id", item.id
    yield "published", timestamp(item.published)
    yield "updated", timestamp(item.updated)
    yield "summary", item.text


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    clean = {key: value.translate(_UNWRITABLE) for key, value in attributes.items()}
    child = ET.SubElement(parent, f"{{{ATOM}}}{name}", clean)
    child.text = text.translate(_UNWRITABLE) or None
    return child


def _json(channel: Channel) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.home,
        "feed_url": channel.self,
        "items": [
            {
                "id": item.id,
                "url": item.link,
                "title": f"{item.region}: {item.title}",
                "content_text": item.text,
                "date_published": timestamp(item.published),
                "date_modified": timestamp(item.updated),
                "tags": [item.region, item.frame],
            }
            for item in channel.items
        ],
    }


def _conditional(request: Request, answer: Response) -> Response:
    """Answer 304 to a reader that has this very body: feeds are asked for again and again."""
    etag = f'"{sha256(bytes(answer.body)).hexdigest()[:20]}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag, "Cache-Control": "private, no-cache"})
    answer.headers.update({"ETag": etag, "Cache-Control": "private, no-cache"})
    return answer
