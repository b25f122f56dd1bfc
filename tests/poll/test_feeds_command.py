"""`counterclaim feeds`: parsing, discovery on a real server, OPML there and back, the health table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli import main
from monitor.config.opml import read_opml
from monitor.model import Source
from monitor.poll.discover import linked_feeds, usual_places
from monitor.poll.opml import write_opml
from tests.fakes.loopback import Answer, Item, Loopback, rss

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
REGION = "regions: [{name: Kursk Oblast}]\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["feeds", *arguments])


@pytest.fixture
def web() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "counterclaim.yaml"
    path.write_text(REGION + "fetch: {private_networks: allow}\n")
    return path


def test_parse_prints_the_shape_of_the_contract() -> None:
    result = run("parse", str(FEEDS / "rss20-plain.xml"), "--json")
    feed = json.loads(result.stdout)
    assert result.exit_code == 0
    assert feed["entries"] == [
        {
            "id": "w1",
            "title": "Ferry sinks off Bari",
            "link": "https://wire.example/1",
            "published": "2025-01-08T10:00:00Z",
            "summary": "",
        }
    ]


def test_parse_obeys_the_content_type_and_names_what_is_no_feed() -> None:
    koi8 = str(FEEDS / "charset-header-over-declaration.xml")
    read = json.loads(run("parse", koi8, "--content-type", "text/xml; charset=windows-1251", "--json").stdout)
    assert read["entries"][0]["title"] == "Взрыв в Судже"
    result = run("parse", str(FEEDS / "broken-html-page.xml"), "--json")
    assert (result.exit_code, "html-page" in result.stderr) == (1, True)
    assert run("parse", "no-such-file").exit_code == 2


def test_discover_finds_what_the_page_names(web: Loopback, config: Path) -> None:
    page = b"""<html><head><link rel="alternate" type="application/rss+xml" href="/news.rss" title="News">
        <link rel="alternate" type="application/rss+xml" href="/broken.rss">
        <link rel="alternate" hreflang="fr" href="/fr"></head><body><a href="/feeds/sport">Sport</a></body></html>"""
    site = web.answer("/", Answer(body=page, headers={"Content-Type": "text/html"}))
    web.feed("/news.rss", [Item("A", "/1"), Item("B", "/2")])
    web.answer("/broken.rss", Answer(body=b"<html>gone</html>"))
    web.feed("/feeds/sport", [Item("C", "/3")])
    result = run("--config", str(config), "discover", site, "--json")
    found = json.loads(result.stdout)["feeds"]
    assert [(one["url"], one["entries"]) for one in found] == [(web.url("/news.rss"), 2), (web.url("/feeds/sport"), 1)]


def test_discover_takes_the_address_of_a_feed_itself_and_looks_at_the_usual_places(web: Loopback, config: Path) -> None:
    site = web.answer("/", Answer(body=b"<html><p>no links</p></html>"))
    feed = web.feed("/rss.xml", [Item("A", "/1")])
    for address in (site, feed):
        assert run("--config", str(config), "discover", address).stdout.startswith(feed)


def test_discover_says_when_there_is_nothing(web: Loopback, config: Path) -> None:
    result = run("--config", str(config), "discover", web.answer("/", Answer(body=b"<p>nothing</p>")))
    assert (result.exit_code, "no feed" in result.stderr) == (1, True)
    missing = run("--config", str(config), "discover", web.url("/missing"))
    assert (missing.exit_code, "not-found" in missing.stderr) == (1, True)


def test_the_health_table_shows_sources_before_their_first_poll(tmp_path: Path) -> None:
    config = tmp_path / "counterclaim.yaml"
    config.write_text(REGION + "sources: [{name: Wire, feed: 'https://wire.example/feed'}]\n")
    result = run("--config", str(config), "--json")
    row = json.loads(result.stdout)["sources"][0]
    assert (row["name"], row["why"], row["last_success"], row["failures"]) == ("Wire", "new", None, 0)
    assert "Wire" in run("--config", str(config)).stdout


def test_export_and_import_are_inverse(tmp_path: Path) -> None:
    config = tmp_path / "counterclaim.yaml"
    config.write_text(
        REGION + "sources:\n- {name: 'A & B', feed: 'https://a.example/?x=1&y=2'}\n- {name: C, feed: 'file:c.xml'}\n"
    )
    opml = tmp_path / "out.opml"
    assert run("--config", str(config), "export", str(opml)).exit_code == 0
    imported = run("import", str(opml)).stdout
    assert "name: A & B" in imported and "https://a.example/?x=1&y=2" in imported and "c.xml" not in imported
    again = tmp_path / "again.yaml"
    again.write_text(REGION + imported)
    assert run("--config", str(again), "export").stdout == opml.read_text()


@given(st.lists(st.tuples(st.text(min_size=1, max_size=20), st.integers(0, 99)), unique_by=lambda pair: pair[1]))
def test_any_sources_survive_opml(pairs: list[tuple[str, int]]) -> None:
    sources = [Source(name, f"https://wire.example/{number}") for name, number in pairs]
    assert [url for _, url in read_opml(write_opml(sources))] == [source.feed for source in sources]


@given(st.binary(max_size=300), st.text(max_size=30))
def test_no_page_breaks_discovery(body: bytes, url: str) -> None:
    assert isinstance(linked_feeds(body, url), list)
    assert isinstance(linked_feeds(b'<link rel=alternate type=application/rss+xml href="' + body, url), list)


def test_the_usual_places_start_beside_the_page() -> None:
    places = usual_places("https://example.org/world/index.html")
    assert places[0] == "https://example.org/world/feed"
    assert "https://example.org/rss.xml" in places
    assert usual_places("ftp://x/") == []


def test_a_feed_with_an_opml_of_itself_is_not_mistaken(web: Loopback, config: Path) -> None:
    feed = web.answer("/x", Answer(body=rss([]), headers={"Content-Type": "text/plain"}))
    assert json.loads(run("--config", str(config), "discover", feed, "--json").stdout)["feeds"][0]["entries"] == 0
