"""Feeds of every format, valid and broken, beside what should come out; then hostile bytes."""

from __future__ import annotations

import fnmatch
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.errors import FeedError
from monitor.model import Entry, Feed
from monitor.poll.entries import MAX_ENTRIES
from monitor.poll.feed import MAX_BYTES, parse_feed
from monitor.poll.settle import settle_keys
from tests.fakes.loopback import Item, rss

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
GOLDEN = sorted(path.stem for path in FEEDS.glob("*.json"))
URL = "https://wire.example/feed"


def load(name: str) -> tuple[dict[str, Any], bytes]:
    expected = json.loads((FEEDS / f"{name}.json").read_text(encoding="utf-8"))
    return expected, (FEEDS / expected["document"]).read_bytes()


def fits(found: str | None, expected: str | None) -> bool:
    """Compare, where `*` in the expectation stands for anything (hashes, what an expansion leaves)."""
    if found is None or expected is None or "*" not in expected:
        return found == expected
    return fnmatch.fnmatchcase(found, expected)


def when(entry: Entry) -> str | None:
    return entry.published.strftime("%Y-%m-%dT%H:%M:%SZ") if entry.published else None


def test_there_are_enough_golden_feeds() -> None:
    assert len(GOLDEN) >= 60


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_feed_gives_its_entries(name: str) -> None:
    expected, body = load(name)
    if "error" in expected:
        with pytest.raises(FeedError) as caught:
            parse_feed(body, expected["content_type"], URL)
        assert (caught.value.reason, caught.value.subject) == (expected["error"], URL)
        return
    feed = parse_feed(body, expected["content_type"], URL)
    assert (feed.title, feed.link) == (expected["title"], expected["link"])
    assert len(feed.entries) == len(expected["entries"])
    for entry, wanted in zip(feed.entries, expected["entries"], strict=True):
        found = {"id": entry.key, "title": entry.title, "link": entry.link, "published": when(entry)}
        assert all(fits(found[part], wanted[part]) for part in wanted), (found, wanted)
    assert_details(feed, expected)


def assert_details(feed: Feed, expected: dict[str, Any]) -> None:
    found: dict[str, Any] = {
        "kind": feed.kind,
        "hub": feed.hub,
        "self_link": feed.self_link,
        "ttl": feed.ttl.total_seconds() if feed.ttl else None,
        "update_period": feed.update_period.total_seconds() if feed.update_period else None,
        "skip_hours": sorted(feed.skip_hours),
        "skip_days": sorted(feed.skip_days),
        "summaries": [entry.summary for entry in feed.entries],
        "contents": [entry.content_html for entry in feed.entries],
        "authors": [entry.author for entry in feed.entries],
    }
    for part in found.keys() & expected.keys():
        assert found[part] == expected[part], part
    for note in expected.get("notes", []):
        assert any(known.startswith(note) for known in feed.notes), feed.notes


def test_100_000_entries_are_cut_with_a_note() -> None:
    body = rss([Item(f"Story {number}", f"https://wire.example/{number}") for number in range(100_000)])
    feed = parse_feed(body, None, URL)
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.entries[0].title == "Story 0"
    assert any(note.startswith("too-many-entries: 100000") for note in feed.notes)


def test_100_mb_are_refused_unread() -> None:
    with pytest.raises(FeedError, match="too-large"):
        parse_feed(b"<rss>" + b" " * (100 * 1024 * 1024), None, URL)
    assert MAX_BYTES < 100 * 1024 * 1024


def test_a_large_broken_feed_is_read_as_far_as_it_goes() -> None:
    items = [Item(f"Story {number}", f"https://wire.example/{number}", summary="x" * 1000) for number in range(5000)]
    feed = parse_feed(rss(items)[:-3000] + b"<a><b></c>", None, URL)
    assert len(feed.entries) > 4900
    assert any("malformed-xml" in note for note in feed.notes)


def test_hundreds_of_entity_declarations_are_refused() -> None:
    entities = "".join(f'<!ENTITY e{number} "x">' for number in range(1000))
    with pytest.raises(FeedError, match="entity-bomb"):
        parse_feed(f"<!DOCTYPE r [{entities}]><rss/>".encode(), None, URL)


def test_no_entity_reads_a_file_or_multiplies(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("opensesame")
    body = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]><rss version="2.0"><channel><item><title>A&x;</title>'
    body += "<link>https://wire.example/1</link></item></channel></rss>"
    assert "opensesame" not in repr(parse_feed(body.encode(), None, URL))
    laughs = parse_feed(load("hostile-billion-laughs")[1], None, URL)
    assert len(repr(laughs)) < 5000


def test_a_file_feed_may_link_to_files_and_a_web_feed_may_not() -> None:
    body = rss([Item("A", "pages/1.html")])
    assert parse_feed(body, None, "file:///wire/feed.xml").entries[0].link in {
        "file:///wire/pages/1.html",
        "file:/wire/pages/1.html",
    }
    assert parse_feed(rss([Item("A", "file:///etc/passwd")]), None, URL).entries[0].link is None


def test_ids_that_change_on_every_poll_settle_on_the_stored_key() -> None:
    def poll(turn: int) -> tuple[Entry, ...]:
        items = [Item(f"S{n}", f"https://wire.example/{n}?utm_source={turn}", f"id-{turn}-{n}") for n in range(3)]
        return parse_feed(rss(items), None, URL).entries

    first = poll(1)
    known = {f"https://wire.example/{n}": entry.key for n, entry in enumerate(first)}
    assert [entry.key for entry in settle_keys(poll(2), known)] == [entry.key for entry in first]


_MUTATED = [load(name)[1] for name in GOLDEN if not name.startswith("hostile")]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode), st.none() | st.text(max_size=40))
@example(b"\xff\xfe<\x00?\x00", None)
@example(b"[" * 100_000, "application/json")
@example(b'{"items":[{"id":' + b"9" * 5000 + b"}]}", None)
@example(b"<rss>&#x110000;&#55296;</rss>", None)
@example(b"<rss><channel><item><link>http://[::1</link></item></channel></rss>", None)
@example(b"<x/>", "text/xml; charset=rot13")
@example(b"<feed><entry/>", "text/xml; charset=undefined")
def test_no_bytes_make_the_parser_raise_anything_but_its_own_error(body: bytes, content_type: str | None) -> None:
    try:
        assert isinstance(parse_feed(body, content_type, URL), Feed)
    except FeedError as error:
        assert error.reason


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_damage_to_a_feed_does_either(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(_MUTATED)))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(body)))
        cut = data.draw(st.integers(0, 30))
        body[at : at + cut] = data.draw(st.binary(max_size=8) | st.sampled_from([b"<", b"&", b"]]>", b"<item>", b"\0"]))
    try:
        feed = parse_feed(bytes(body), None, URL)
    except FeedError:
        return
    keys = [entry.key for entry in feed.entries]
    assert len(keys) == len(set(keys))
    assert all(entry.published is None or isinstance(entry.published, datetime) for entry in feed.entries)
    assert all(entry.link is None or entry.link.startswith(("http://", "https://")) for entry in feed.entries)
