"""The fast reader gives exactly feedparser's entries, or leaves the document to it."""

from __future__ import annotations

import html

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.poll.entries import build_feed
from monitor.poll.fast import Unusual, read_fast
from monitor.poll.parser import read_any_feed

URL = "https://wire.example/feed.xml"
_SPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/DTDs/PodCast-1.0.dtd" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:x="http://x.example/ns"'
)
_words = st.text(
    st.sampled_from(list("abc DEF.1é’“ñ中й&<>\"'/ \n\t")) | st.characters(min_codepoint=32, max_codepoint=0x2FF),
    max_size=30,
)
_markup = st.sampled_from(
    [
        "<p>One &amp; two</p>",
        "<b>bold</b> text",
        "a < b",
        "AT&T",
        "&amp;lt;b&amp;gt;",
        "Caf&eacute;",
        "<br/>",
        "x &#8217; y",
    ]
)
_text = (_words | _markup).map(lambda text: "".join(char for char in text if char.isprintable() or char in "\n\t"))
_links = st.sampled_from(
    ["https://wire.example/1?a=1&b=2", "/news/2", "http://wire.example/a b", " https://wire.example/3#x ", "4", "",
     "javascript:alert(1)", "https://wire.example/ü", "//other.example/5", "mailto:a@b.example", "http://[bad"]
)  # fmt: skip
_dates = st.sampled_from(
    ["Wed, 08 Jan 2025 10:00:00 +0300", "2025-01-08T10:00:00Z", "08 Jan 25 10:00 GMT", "yesterday", "", "2025-01-08"]
)


def _element(name: str, value: str, attributes: str = "", cdata: bool = False) -> str:
    inside = f"<![CDATA[{value}]]>" if cdata and "]]>" not in value else html.escape(value, quote=False)
    return f"<{name}{attributes}>{inside}</{name}>"


@st.composite
def _rss_child(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["text", "text", "link", "date", "guid", "odd"]))
    if kind == "text":
        name = draw(st.sampled_from(["title", "description", "content:encoded", "author", "dc:creator", "category"]))
        return _element(name, draw(_text), cdata=draw(st.booleans()))
    if kind == "link":
        return _element("link", draw(_links))
    if kind == "date":
        return _element(draw(st.sampled_from(["pubDate", "dc:date", "atom:updated"])), draw(_dates))
    if kind == "guid":
        return _element("guid", draw(_links | _words), draw(st.sampled_from(["", ' isPermaLink="false"'])))
    return draw(
        st.sampled_from(
            [
                '<media:content url="https://x/1.jpg"><media:title>A picture</media:title></media:content>',
                "<media:title>A picture</media:title>", "<media:description>seen</media:description>",
                '<media:thumbnail url="x"/>', "<itunes:summary>s</itunes:summary>", "<itunes:author>i</itunes:author>",
                '<enclosure url="x" type="audio/mpeg"/>', '<source url="https://s.example/">S</source>',
                '<atom:link rel="alternate" href="https://a.example/"/>', '<atom:link rel="self" href="/self"/>',
                "<feedburner:origLink>https://orig.example/1</feedburner:origLink>", "<x:title>mine</x:title>",
                "<x:y><title>inner</title></x:y>",
                "<image><title>t</title><url>u</url></image>", "<title><b>x</b></title>",
                "<dc:title>dc</dc:title>", "<summary>s</summary>", "<comments>https://c.example</comments>",
                "<id>7</id>",
                "<dc:subject>s</dc:subject>", "<body>b</body>", "<dc:description>d</dc:description>", "<url>u</url>",
            ]
        )
    )  # fmt: skip


_rss = st.lists(st.lists(_rss_child(), max_size=7).map(lambda parts: f"<item>{''.join(parts)}</item>"), max_size=3).map(
    lambda items: (
        f'<rss version="2.0" {_SPACES}><channel><title>W</title><link>https://wire.example/</link>'
        f"<ttl>30</ttl>{''.join(items)}</channel></rss>"
    )
)


@st.composite
def _atom_child(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["text", "text", "link", "date", "id", "author"]))
    if kind == "text":
        types = st.sampled_from(["", ' type="text"', ' type="html"', ' type="xhtml"'])
        return _element(draw(st.sampled_from(["title", "summary", "content"])), draw(_text), draw(types))
    if kind == "link":
        rel = draw(
            st.sampled_from(["", ' rel="alternate"', ' rel="enclosure"', ' rel="alternate" type="application/json"'])
        )
        return f'<link{rel} href="{html.escape(draw(_links))}"/>'
    if kind == "date":
        return _element(draw(st.sampled_from(["updated", "published"])), draw(_dates))
    if kind == "id":
        return _element("id", draw(_links | st.just("tag:wire.example,2025:1")))
    return f"<author><name>{html.escape(draw(_words))}</name><email>a@b.example</email></author>"


_atom = st.lists(
    st.lists(_atom_child(), max_size=7).map(lambda parts: f"<entry>{''.join(parts)}</entry>"), max_size=3
).map(
    lambda entries: (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>W</title><link href="https://wire.example/"/>'
        f"{''.join(entries)}</feed>"
    )
)
_rdf = st.lists(st.lists(_rss_child(), max_size=6), max_size=3).map(
    lambda items: (
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        + _SPACES.replace('xmlns:atom="http://www.w3.org/2005/Atom" ', "")
        + "><channel><title>W</title><link>https://wire.example/</link></channel>"
        + "".join(
            f'<item rdf:about="https://wire.example/{number}">'
            f"{''.join(part for part in parts if 'atom:' not in part)}</item>"
            for number, parts in enumerate(items)
        )
        + "</rdf:RDF>"
    )
)


@settings(max_examples=400, deadline=None)
@given(_rss | _atom | _rdf)
@example('<rss version="2.0"><channel><item><link></link><guid>/news/2</guid></item></channel></rss>')
@example('<rss version="2.0"><channel><item><link/><guid>https://wire.example/2</guid></item></channel></rss>')
@example('<rss version="0.91"><channel><title>&amp;lt;b&amp;gt;</title></channel></rss>')
def test_what_the_fast_reader_takes_it_reads_as_feedparser_does(text: str) -> None:
    data = text.encode()
    try:
        fast = build_feed(read_fast(data), URL)
    except Unusual:
        return
    slow = build_feed(read_any_feed(data, URL), URL)
    assert fast.entries == slow.entries
    assert (fast.title, fast.link, fast.ttl, fast.kind) == (slow.title, slow.link, slow.ttl, slow.kind)


def test_ordinary_feeds_of_every_kind_take_the_fast_way() -> None:
    rss = f"""<rss version="2.0" {_SPACES}><channel><title>W</title><link>https://w.example/</link>
      <item><title>One</title><link>https://w.example/1</link><guid>https://w.example/1</guid><pubDate>Wed, 08 Jan 2025
      10:00:00 GMT</pubDate><description>d</description><dc:creator>A</dc:creator><category>c</category>
      <media:content url="https://w.example/1.jpg"/><content:encoded>c</content:encoded></item></channel></rss>"""
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>W</title><entry><title>One</title><id>1</id>
      <link href="https://w.example/1"/><updated>2025-01-08T10:00:00Z</updated><author><name>A</name></author>
      <summary>s</summary></entry></feed>"""
    for text in (rss, atom):
        assert len(read_fast(text.encode()).entries) == 1
