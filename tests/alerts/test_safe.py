"""Text and links from articles, made harmless."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.render.safe import host_of, mrkdwn, one_line, shorten, web_link
from tests.fakes.hostile import HOSTILE, HOSTILE_URLS, ODD_URLS


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_what_is_no_plain_web_address_is_never_linked(url: str) -> None:
    assert web_link(url) is None


@pytest.mark.parametrize(("url", "link"), ODD_URLS.items())
def test_odd_addresses_are_encoded(url: str, link: str) -> None:
    assert web_link(url) == link


def test_a_link_is_shown_under_its_own_host() -> None:
    assert host_of("https://www.bbc.co.uk/news/1") == "bbc.co.uk"


@given(st.text())
def test_a_line_is_one_line_without_controls(text: str) -> None:
    line = one_line(text)

    assert line == one_line(line)
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in line)
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_shortened_text_keeps_its_limit_and_its_beginning(text: str, limit: int) -> None:
    short = shorten(text, limit)

    assert len(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@given(st.text())
def test_nothing_of_slack_comes_out_of_escaped_text(text: str) -> None:
    escaped = mrkdwn(text)

    assert "<" not in escaped and ">" not in escaped
    assert all(escaped[: i + 1].endswith("\u200b" + char) for i, char in enumerate(escaped) if char in "*_~`@#:")


@given(st.text())
def test_any_address_becomes_a_link_that_is_stable_or_none(url: str) -> None:
    link = web_link("https://example.org/" + url)

    assert link is None or (link.isascii() and web_link(link) == link and not set(link) & set(' <>"|\\^`{}'))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_escaping_keeps_the_words(text: str) -> None:
    kept = mrkdwn(one_line(text)).replace("\u200b", "")

    assert kept.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == one_line(text)
