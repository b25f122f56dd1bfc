"""Addresses of one article become one identity, and of two articles never."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.article.identity import article_id, canonical_url, content_hash, entry_key

ONE = "https://example.com/news/2025/01/08/story"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/news/2025/01/08/story",
        "HTTPS://WWW.Example.COM:443/news/2025/01/08/story/",
        "https://m.example.com/news/2025/01/08/story#comments",
        "https://amp.example.com/news/2025/01/08/story",
        "https://example.com/news/2025/01/08/story/amp/",
        "https://example.com/news/2025/01/08/story.amp",
        "https://example.com/amp/news/2025/01/08/story",
        "https://example.com/news/2025/01/08/story?amp=1",
        "https://example.com/news/2025/01/08/story?outputType=amp",
        "https://www.google.com/amp/s/example.com/news/2025/01/08/story",
        "https://example-com.cdn.ampproject.org/c/s/example.com/news/2025/01/08/story",
        "https://example.com/news/2025/01/08/story?utm_source=rss&utm_medium=feed&fbclid=abc",
        "https://example.com/news/2025/01/08/story?at_medium=RSS&at_campaign=rss",
        "https://example.com/news/2025/01/08/story?CMP=share_btn_tw&ref=rss&traffic_source=rss",
        "https://user:secret@example.com//news/2025/01/08/story?gclid=1&mc_cid=2#x",
        "  https://example.com./news/2025/01/08/%73tory ",
    ],
)
def test_addresses_of_one_article_are_one(url: str) -> None:
    assert canonical_url(url) == ONE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://example.com/story?id=1", "https://example.com/story?id=2"),
        ("https://example.com/?p=1", "https://example.com/?p=2"),
        ("https://example.com:8080/a", "https://example.com/a"),
        ("https://en.example.com/a", "https://fr.example.com/a"),
        ("https://example.com/a?source=4711", "https://example.com/a?source=4712"),
        ("https://example.com/ampere", "https://example.com/ere"),
        ("https://example.com/camp", "https://example.com/c"),
        ("https://m.com/a", "https://com/a"),
    ],
)
def test_addresses_of_two_articles_stay_two(first: str, second: str) -> None:
    assert canonical_url(first) != canonical_url(second)


def test_the_order_of_parameters_and_the_case_of_escapes_do_not_matter() -> None:
    assert canonical_url("https://e.com/caf%c3%a9?b=2&a=1") == canonical_url("https://e.com/café?a=1&b=2")
    assert canonical_url("https://münchen.example/a") == canonical_url("https://xn--mnchen-3ya.example/a")


@given(
    st.text(max_size=60)
    | st.from_regex(r"https?://[a-z]{1,6}\.[a-z]{2,5}(:\d{1,5})?(/[ -~é]{0,12}){0,4}(\?[ -~]{0,20})?", fullmatch=True)
)
def test_canonical_urls_are_fixed_points(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


def test_ids_depend_on_source_and_article_alone() -> None:
    assert article_id("Wire", ONE) == article_id("Wire", ONE + "?utm_source=x")
    assert article_id("Wire", ONE) != article_id("Other", ONE)
    assert len(article_id("Wire", ONE)) == 17


def test_an_entry_is_known_by_guid_then_link_then_words() -> None:
    assert entry_key(" g ", ONE, "t", "c") == "g"
    assert entry_key("", ONE, "t", "c") == ONE
    assert entry_key(None, None, "t", "c") == entry_key(None, None, "t", "c") != entry_key(None, None, "tc", "")


def test_the_content_hash_sees_words_and_not_spaces() -> None:
    assert content_hash("A b", "c\n\nd") == content_hash("a  B", "c d")
    assert content_hash("A", "12 dead") != content_hash("A", "13 dead")
