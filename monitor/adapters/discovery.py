"""`feeds discover`: is the address a feed, does its page name feeds, are there any where feeds usually are."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.adapters.fetching import Fetcher, FetchKind, FetchRequest, FetchResult
from monitor.errors import FeedError, FetchError
from monitor.model import Feed
from monitor.poll.discover import FeedLink, linked_feeds, usual_places
from monitor.poll.feed import parse_feed

_ENOUGH = 10


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that was fetched and read."""

    url: str
    title: str
    kind: str
    entries: int


async def discover(fetcher: Fetcher, url: str) -> list[FoundFeed]:
    """Return the readable feeds of a site, the best first; raise FetchError when its address itself cannot be fetched.

    The usual places are tried only when the page names none, one after the other, and end with the first that answers.
    """
    address = url if "://" in url else f"https://{url}"
    page = (await fetcher.fetch(FetchRequest(address, kind=FetchKind.PAGE))).checked()
    if feed := _parsed(page):
        return [_found(page.final_url, feed)]
    found: dict[str, FoundFeed] = {}
    for link in linked_feeds(page.body, page.final_url, page.content_type)[:_ENOUGH]:
        if one := await _tried(fetcher, link):
            found.setdefault(one.url, one)
    for place in [] if found else usual_places(page.final_url):
        if one := await _tried(fetcher, FeedLink(place)):
            return [one]
    return list(found.values())


async def _tried(fetcher: Fetcher, link: FeedLink) -> FoundFeed | None:
    try:
        result = (await fetcher.fetch(FetchRequest(link.url))).checked()
    except FetchError:
        return None
    feed = _parsed(result)
    return _found(result.final_url, feed) if feed else None


def _parsed(result: FetchResult) -> Feed | None:
    try:
        return parse_feed(result.body, result.content_type, result.final_url)
    except FeedError:
        return None


def _found(url: str, feed: Feed) -> FoundFeed:
    return FoundFeed(url, feed.title, feed.kind, len(feed.entries))
