"""Pages → documents: clean paragraphs, metadata, and pages that are no article named as such."""

from __future__ import annotations

import html
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ExtractError
from monitor.extract.page import MAX_BYTES, extract_fragment, extract_page
from monitor.model import Document, Quality
from tests.fakes.loopback import article_page

URL = "https://vestnik.example/news/1"
PARAGRAPHS = [
    "Russian troops have entered the village of Makhnovka in the Kursk region, the defence ministry said on Tuesday.",
    'Ukrainian officials denied the report. "The village is ours," a spokesman for the General Staff told reporters.',
    "Residents of nearby Sudzha said that they had heard shelling through the night. Neither claim could be verified.",
]


def page(inside: str, head: str = "", lang: str = "en") -> bytes:
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{inside}</body></html>'.encode()


def prose(paragraphs: list[str] = PARAGRAPHS) -> str:
    return "".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)


def extract(body: bytes, content_type: str | None = "text/html; charset=utf-8") -> Document:
    return extract_page(body, URL, content_type)


def test_a_news_page_gives_exactly_its_paragraphs_and_its_metadata() -> None:
    when = datetime(2025, 1, 7, 10, 0, tzinfo=UTC)
    found = extract(article_page("Army enters Makhnovka", PARAGRAPHS, when, author="By Ivan Petrov"))
    assert found.text == "\n\n".join(PARAGRAPHS)
    assert (found.title, found.author, found.published) == ("Army enters Makhnovka", "Ivan Petrov", when)
    assert (found.language, found.quality, found.reason) == ("en", Quality.FULL, "")


def test_linked_data_comes_before_meta_tags() -> None:
    head = """<title>x</title><meta property="og:title" content="Social title">
      <script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebSite"},
      {"@type": ["NewsArticle"], "headline": "Army enters &amp; leaves", "datePublished": "2025-01-07T13:00:00+03:00",
       "dateModified": "2025-01-07T15:30:00+03:00", "inLanguage": "en-GB",
       "author": [{"@type": "Person", "name": "Ana Ilić"}, {"name": "Ivan Petrov"}]}]}</script>
      <link rel="canonical" href="/canonical/1">"""
    found = extract(page(f"<article><h1>Army</h1>{prose()}</article>", head))
    assert found.author == "Ana Ilić, Ivan Petrov"
    assert found.published == datetime(2025, 1, 7, 10, 0, tzinfo=UTC)
    assert found.updated == datetime(2025, 1, 7, 12, 30, tzinfo=UTC)
    assert found.canonical_url == "https://vestnik.example/canonical/1"


@pytest.mark.parametrize(
    "furniture",
    [
        '<p><a href="/x">Read more: Kyiv says offensive continues</a></p>',
        "<p>Read more</p>",
        "<p>ALSO READ: Ten drones shot down</p>",
        '<div class="share-buttons"><a>Facebook</a> <a>Twitter</a> <a>WhatsApp</a></div>',
        "<p>Share this article</p>",
        "<p>Advertisement</p>",
        "<p>Sign up for our newsletter to get the news in your inbox.</p>",
        "<p>Follow us on Telegram</p>",
        "<p>Related stories</p>",
        "<p>Image source: Getty Images</p>",
        "<p>© 2025 Vestnik. All rights reserved.</p>",
        "<p>3 min read</p>",
        "<p>Story continues below</p>",
    ],
)
@pytest.mark.parametrize("place", [1, 3])
def test_what_sites_put_between_the_sentences_is_left_out(furniture: str, place: int) -> None:
    parts = [f"<p>{html.escape(text)}</p>" for text in PARAGRAPHS]
    parts.insert(place, furniture)
    assert extract(page(f"<main><article><h1>Army</h1>{''.join(parts)}</article></main>")).text == "\n\n".join(
        PARAGRAPHS
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Related costs rose to five million euros over the year, the ministry said in a statement on Monday.",
        "Read more slowly, the teacher told the children, and they did so until the sirens began again.",
        "Share prices fell by a tenth.",
        "Follow-up strikes killed two medics who had come to help the wounded, according to the hospital.",
        "Most read the order as a threat, and nobody in the town wanted to be the first to leave it.",
    ],
)
def test_sentences_that_only_begin_like_furniture_are_kept(sentence: str) -> None:
    assert (
        sentence
        in extract(
            page(f"<article><h1>Army</h1>{prose([*PARAGRAPHS, sentence, PARAGRAPHS[0] + ' Again.'])}</article>")
        ).text
    )


@pytest.mark.parametrize(
    ("body", "content_type", "quality"),
    [
        (b"%PDF-1.7 \xe2\xe3", "application/pdf", Quality.NOT_HTML),
        (b"\x89PNG\r\n\x1a\n", None, Quality.NOT_HTML),
        (bytes(range(256)) * 4, "text/html", Quality.NOT_HTML),
        (b"data", "image/jpeg", Quality.NOT_HTML),
        (b"", "text/html", Quality.EMPTY),
        (b" \n ", None, Quality.EMPTY),
        (page(""), "text/html", Quality.EMPTY),
        (page("<script>x()</script><div id=root></div>"), "text/html", Quality.EMPTY),
        (page("<p>Troops entered the village.</p>"), "text/html", Quality.THIN),
        (page("<h1>Just a moment</h1><p>Please enable JavaScript and cookies to continue.</p>"), None,
         Quality.BOILERPLATE),
        (page("<p>We use cookies. Accept all cookies or manage cookies. See our privacy policy and terms of use.</p>"),
         None, Quality.BOILERPLATE),
        (page(f"<article>{prose(PARAGRAPHS[:1])}<p>Subscribe to continue reading this article.</p></article>"), None,
         Quality.PAYWALLED),
        (page(f"<article>{prose(PARAGRAPHS[:1])}<div class='paywall'>Already a subscriber? Log in</div></article>"),
         None, Quality.PAYWALLED),
        (page("<article>" + prose(["Российские войска вошли в село Махновка, сообщило министерство обороны. " * 5])
              + "</article>", lang="ru"), None, Quality.FOREIGN),
        (page("<article>" + prose(["Die Armee hat das Dorf am Dienstag zurückerobert, teilte das Ministerium mit. Die "
              "Bewohner berichteten, dass in der Nacht noch geschossen wurde und niemand schlafen konnte. "] * 3)
              + "</article>", lang="de"), None, Quality.FOREIGN),
    ],
)  # fmt: skip
def test_pages_that_are_no_whole_article_are_named_with_a_reason(
    body: bytes, content_type: str | None, quality: Quality
) -> None:
    found = extract(body, content_type)
    assert found.quality is quality, found
    assert found.reason


def test_a_declared_charset_is_obeyed() -> None:
    text = page(f"<article><h1>Café</h1>{prose([PARAGRAPHS[0] + ' – “Café”', *PARAGRAPHS])}</article>").decode()
    assert "– “Café”" in extract(text.encode("cp1252"), "text/html; charset=iso-8859-1").text
    assert (
        "– “Café”" in extract(text.replace("<head>", "<head><meta charset=windows-1252>").encode("cp1252"), None).text
    )


def test_an_article_carried_whole_by_a_feed_is_read_too() -> None:
    found = extract_fragment(
        prose() + "<p>The post <a>Army</a> appeared first on Vestnik.</p>", URL, "Army enters Makhnovka"
    )
    assert found.text.startswith("\n\n".join(PARAGRAPHS))
    assert (found.title, found.quality) == ("Army enters Makhnovka", Quality.FULL)


def test_an_enormous_page_is_refused_by_name() -> None:
    with pytest.raises(ExtractError, match="too-large"):
        extract(b"<p>" + b"x" * MAX_BYTES)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode), st.none() | st.text(max_size=30))
def test_no_bytes_raise_anything_but_our_errors(body: bytes, content_type: str | None) -> None:
    for inside in (body, b"<html><body><p>" + body):
        try:
            found = extract_page(inside, URL, content_type)
        except ExtractError:
            continue
        assert "\n\n\n" not in found.text
        assert found.text == found.text.strip()
