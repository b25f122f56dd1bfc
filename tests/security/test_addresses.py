"""Addresses with secrets: what is shown of them, that two stay two, and that the publisher still gets them."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.credentials import CredentialedFetcher
from monitor.adapters.http import HttpFetcher
from monitor.config import FetchPolicy
from monitor.config.addresses import public_address, secrets_of
from monitor.errors import FetchError
from monitor.ports import FetchRequest, FetchResult
from tests.fakes.loopback import Answer, Item, Loopback, rss
from tests.fakes.values import a_source

OPEN = FetchPolicy(allow_private=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://desk:hush-hush@example.org/feed",
        "https://hush-hush@example.org/feed",
        "https://example.org/feed?user=7&token=hush-hush",
        "https://example.org/feed?api_key=hush-hush&format=rss",
        "https://example.org/feed?auth=hush-hush",
        "https://example.org/feed?X-Amz-Signature=hush-hush",
        "https://example.org/feed?userToken=a&feedkey=hush-hush",
    ],
)
def test_no_secret_is_left_in_a_public_address(url: str) -> None:
    public = public_address(url)
    assert "hush" not in public and "example.org/feed" in public
    assert public_address(public) == public


@pytest.mark.parametrize(
    "url", ["https://example.org/feed?page=2&lang=de", "file:wire/a.xml", "https://[::1", "https://example.org/token/x"]
)
def test_an_address_without_a_secret_stays_as_it_is(url: str) -> None:
    assert public_address(url) == url and secrets_of(url) == []


@given(st.text(min_size=6, max_size=30), st.text(min_size=6, max_size=30))
def test_two_feeds_that_differ_in_their_secret_alone_stay_two(one: str, other: str) -> None:
    from urllib.parse import quote

    first, second = (public_address(f"https://example.org/feed?token={quote(t, '')}") for t in (one, other))
    assert (first == second) == (one == other) or one.startswith("~") or other.startswith("~")


def fetched(web: Loopback, address: str) -> FetchResult:
    """Fetch a feed as the daemon does: by its public address."""

    async def run() -> FetchResult:
        async with HttpFetcher(OPEN, pace=0) as http:
            fetcher = CredentialedFetcher(http, [a_source(feed=address)])
            return await fetcher.fetch(FetchRequest(public_address(address)))

    return asyncio.run(run())


def test_the_publisher_is_shown_the_login_and_the_token_and_nobody_else() -> None:
    with Loopback() as web, Loopback() as other:
        web.redirect("/feed", other.url("/moved"), 301)
        other.feed("/moved", [Item("One", "http://127.0.0.1/1")])
        address = web.url("/feed?token=hush-hush").replace("http://", "http://desk:pass-word@")
        result = fetched(web, address)
        first, last = web.seen("/feed")[0], other.seen("/moved")[0]
    assert first.query == "token=hush-hush" and first.headers["authorization"].startswith("Basic ")
    assert "authorization" not in last.headers
    assert "hush" not in repr(result) and result.url == result.final_url == public_address(address)


def test_what_a_server_repeats_of_a_secret_is_taken_out() -> None:
    with Loopback() as web:
        body = rss([Item("One", web.url("/1?token=hush-hush"))], link=web.url("/feed?token=hush-hush"))
        web.answer("/feed", Answer(200, body, {"Link": '</feed?token=hush-hush>; rel="self"'}))
        result = fetched(web, web.url("/feed?token=hush-hush"))
    assert b"hush" not in result.body and "hush" not in repr(result)


@pytest.mark.parametrize("path", ["/feed", "/" + "long/" * 45 + "feed"])
def test_an_error_names_no_secret_and_has_no_cause_that_does(path: str) -> None:
    with pytest.raises(FetchError) as caught, Loopback() as web:
        fetched(web, f"http://desk:pass-word@127.0.0.1:9{path}?token=hush-hush")
    assert "hush" not in str(caught.value) and "pass-word" not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
