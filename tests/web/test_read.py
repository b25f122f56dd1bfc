"""The desk over what the real tagger, judge and engine made of articles: nothing in it is made up for the test."""

from __future__ import annotations

import csv
import html
import io
import json
import re

import pytest

from monitor.poll.feed import parse_feed
from monitor.web.charts import timeline, values
from tests.web.conftest import Filled, csrf_of

pytestmark = pytest.mark.slow


def words_of(page: str) -> str:
    """Return a page's words without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


def plain(text: str) -> str:
    return " ".join(text.split())


def test_the_pipeline_found_something_to_show(read: Filled) -> None:
    assert len(read.conflicts) >= 2
    assert len({conflict.region for conflict in read.conflicts}) >= 2
    assert sum(1 for _ in read.store.claims()) > 50


def test_every_conflict_has_its_whole_page(read: Filled) -> None:
    desk = read.client()
    for conflict in read.conflicts:
        page = desk.get(f"/conflicts/{conflict.id}")
        assert page.status_code == 200
        text = words_of(page.text)
        for position in conflict.positions:
            assert plain(position.answer) in text
            for claim in position.claims:
                assert plain(claim.quote) in text, claim
                assert f'id="claim-{claim.id}"' in page.text
        assert "since changed in the article" not in text  # every quote stands where the tagger says
        assert all(reason in text for reason in conflict.reasons)


def test_every_claim_is_marked_in_its_article(read: Filled) -> None:
    desk = read.client()
    by_article: dict[str, list[str]] = {}
    for claim in read.store.claims():
        by_article.setdefault(claim.article, []).append(plain(claim.quote))
    for article, quotes in by_article.items():
        page = re.sub(r"<sup>.*?</sup>", "", desk.get(f"/articles/{article}").text)
        marked = plain(" ".join(words_of(piece) for piece in re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.S)))
        squeezed = marked.replace(" ", "")
        assert all(quote.replace(" ", "") in squeezed for quote in quotes), article


def test_drawings_hold_every_voice_and_figure(read: Filled) -> None:
    figures = 0
    for conflict in read.conflicts:
        held = [claim for position in conflict.positions for claim in position.claims]
        drawn = timeline(conflict)
        assert drawn is not None and {dot.claim for dot in drawn.dots} == {claim.id for claim in held}
        assert all(0 <= dot.x <= drawn.width and 0 <= dot.y <= drawn.height for dot in drawn.dots)
        chart = values(conflict)
        counted = {claim.id for claim in held if claim.quantity is not None}
        assert chart is None or {dot.claim for dot in chart.dots} <= counted  # one measure a chart
        figures += chart is not None
    assert figures >= 1


def test_lists_exports_and_feeds_agree(read: Filled) -> None:
    desk = read.client()
    ids = {conflict.id for conflict in read.conflicts}
    listed = desk.get("/api/v1/conflicts?state=all&limit=200").json()["conflicts"]
    exported = [json.loads(line) for line in desk.get("/export/conflicts.jsonl?state=every").text.splitlines()]
    assert {line["id"] for line in listed} == {line["id"] for line in exported} == ids
    rows = list(csv.DictReader(io.StringIO(desk.get("/export/claims.csv").text)))
    assert {row["id"] for row in rows} == {claim.id for claim in read.store.claims()}
    feed = parse_feed(desk.get("/feeds/atom.xml").content, "application/atom+xml", "http://127.0.0.1:8300/")
    titles = {plain(entry.title) for entry in feed.entries}
    assert titles == {plain(f"{conflict.region}: {conflict.question}") for conflict in read.conflicts}


def test_search_finds_each_quote_by_its_own_words(read: Filled) -> None:
    desk = read.client()
    for claim in list(read.store.claims())[::10]:
        query = " ".join(re.findall(r"[^\W_]+", claim.quote)[:6])
        params = {"q": query, "region": claim.region, "source": claim.source, "limit": "200"}
        found = desk.get("/api/v1/claims", params=params).json()["claims"]
        assert claim.id in {one["id"] for one in found}, query


def test_every_page_opens(read: Filled) -> None:
    desk = read.client()
    for path in ("/conflicts?state=all", "/regions", "/claims", "/sources", "/alerts", "/out", "/metrics"):
        assert desk.get(path).status_code == 200, path


def test_a_conflict_of_the_engine_can_be_dismissed_and_exported(read: Filled) -> None:
    desk, conflict = read.client(), read.conflicts[0]
    csrf = csrf_of(desk.get(f"/conflicts/{conflict.id}").text)
    data = {"csrf": csrf, "kind": "different-event", "note": "two attacks"}
    assert desk.post(f"/conflicts/{conflict.id}/dismiss", data=data).status_code == 303
    (case,) = (json.loads(line) for line in desk.get("/export/cases.jsonl").text.splitlines())
    texts = {article["id"]: f"{article['title']}\n{article['text']}" for article in case["articles"]}
    assert case["traps"] and all(e["quote"] in texts[e["article"]] for e in case["traps"][0]["evidence"])
