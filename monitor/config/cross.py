"""What the schema cannot say: rules between keys, over the raw values, so that they are reported beside its faults.

Every check takes the values as they were read, of whatever shape, and passes over what the schema refuses anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.config.addresses import public_address
from monitor.config.nodes import Location
from monitor.config.opml import read_opml

Fault = tuple[Location, str]
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed as the config lists it: where, under which name, at which address; `item` holds its other keys."""

    where: Location
    name: str
    feed: str
    item: int


def cross_check(value: object, feeds: Sequence[Listed]) -> Iterator[Fault]:
    """Yield every fault that lies between keys."""
    top = _mapping(value)
    targets = _items(_mapping(top.get("alerts")).get("targets"), ("alerts", "targets"))
    regions = _items(top.get("regions"), ("regions",))
    yield from _repeats(_names(regions), "is used twice; names are unique")
    yield from _repeats(_names(targets), "is used twice; names are unique")
    yield from _repeats(((one.where, "name", one.name) for one in feeds), "is used twice; names are unique")
    yield from _repeats(((one.where, "feed", public_address(one.feed)) for one in feeds), "is polled twice")
    yield from _routes(regions, targets)
    for where, source in _items(top.get("sources"), ("sources",)):
        yield from _source(where, source)
    for where, target in targets:
        yield from _target(where, target)
    yield from _web(_mapping(top.get("web")))


def listed_feeds(value: object, folder: Path, faults: list[Fault]) -> list[Listed]:
    """Return every feed that the config names, those of its OPML files too; add the files' faults to `faults`.

    An OPML file repeats names and feeds by habit: a feed that is listed already is left out, and a name that is taken
    is told apart by the feed's address.
    """
    sources = _items(_mapping(value).get("sources"), ("sources",))
    found = [
        Listed(where, source["name"], source["feed"], int(where[1]))
        for where, source in sources
        if isinstance(source.get("name"), str) and isinstance(source.get("feed"), str)
    ]
    names, addresses = {one.name.casefold() for one in found}, {one.feed for one in found}
    for where, source in sources:
        if not isinstance(source.get("opml"), str) or source.get("feed"):
            continue
        for name, feed in _outlines(folder, source["opml"], (*where, "opml"), faults):
            if feed not in addresses:
                own = f"{name} ({public_address(feed)})" if name.casefold() in names else name
                found.append(Listed((*where, "opml"), own, feed, int(where[1])))
                names.add(own.casefold())
                addresses.add(feed)
    return sorted(found, key=lambda one: one.item)


def _outlines(folder: Path, name: str, where: Location, faults: list[Fault]) -> list[tuple[str, str]]:
    try:
        return read_opml((folder / name).read_bytes())
    except OSError as error:
        faults.append((where, f"cannot read {name!r}: {error.strerror}"))
    except ValueError as error:
        faults.append((where, f"cannot read {name!r}: {error}"))
    return []


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: object, where: Location) -> list[tuple[Location, dict[str, Any]]]:
    items = value if isinstance(value, list) else []
    return [((*where, index), item) for index, item in enumerate(items) if isinstance(item, dict)]


def _names(items: Iterable[tuple[Location, dict[str, Any]]]) -> Iterator[tuple[Location, str, str]]:
    return ((where, "name", item["name"]) for where, item in items if isinstance(item.get("name"), str))


def _repeats(entries: Iterable[tuple[Location, str, str]], what: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for where, key, text in entries:
        if text.casefold() in seen:
            yield (*where, key), f"{text!r} {what}"
        seen.add(text.casefold())


def _routes(
    regions: Sequence[tuple[Location, dict[str, Any]]], targets: Sequence[tuple[Location, dict[str, Any]]]
) -> Iterator[Fault]:
    known_targets = {name for _, _, name in _names(targets)}
    known_regions = {name for _, _, name in _names(regions)}
    for where, region in regions:
        yield from _unknown((*where, "alerts"), region.get("alerts"), known_targets, "alert target")
    for where, target in targets:
        wanted = _mapping(target.get("only")).get("regions")
        yield from _unknown((*where, "only", "regions"), wanted, known_regions, "region")


def _unknown(where: Location, names: object, known: set[str], what: str) -> Iterator[Fault]:
    for index, name in enumerate(names if isinstance(names, list) else []):
        if isinstance(name, str) and name not in known:
            yield (*where, index), f"there is no {what} {name!r}"


def _source(where: Location, source: dict[str, Any]) -> Iterator[Fault]:
    if bool(source.get("feed")) == bool(source.get("opml")):
        yield where, "give either a feed or an opml file"
    elif source.get("feed") and source.get("name") is None:
        yield where, "a feed needs a name"


def _target(where: Location, target: dict[str, Any]) -> Iterator[Fault]:
    if sum(target.get(way) is not None for way in ("slack", "email", "apprise")) != 1:
        yield where, "give exactly one of slack, email, apprise"
    if not isinstance(target.get("slack"), dict):
        return
    slack = target["slack"]
    if bool(slack.get("webhook")) == bool(slack.get("token")):
        yield (*where, "slack"), "give either a token with a channel, or a webhook"
    elif slack.get("token") and not slack.get("channel"):
        yield (*where, "slack"), "a token needs a channel"


def _web(web: dict[str, Any]) -> Iterator[Fault]:
    listen = web.get("listen")
    if not isinstance(listen, str):
        return
    host = listen.rpartition(":")[0].strip("[]")
    if host and host not in _LOOPBACK and not (web.get("password") or web.get("tokens")):
        yield ("web", "listen"), f"listening on {host} lets others in: give a password or tokens"
