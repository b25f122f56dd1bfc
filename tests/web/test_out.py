"""What leaves the desk: feeds, exports, the API and numbers for machines."""

from __future__ import annotations

import csv
import io
import json

import feedparser
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from monitor.poll.feed import parse_feed
from tests.web.conftest import Filled, csrf_of


def test_the_atom_feed_is_well_formed_and_lists_the_conflicts(filled: Filled) -> None:
    answer = filled.client().get("/feeds/atom.xml")
    read = feedparser.parse(answer.content)
    assert not read.bozo and read.version == "atom10"
    assert {entry.link.rsplit("/", 1)[1] for entry in read.entries} == {c.id for c in filled.conflicts[:50]}
    assert all(entry.published_parsed and entry.updated_parsed and entry.id for entry in read.entries)


@pytest.mark.parametrize("path", ["/feeds/atom.xml", "/feeds/feed.json"])
def test_our_own_poller_reads_our_feeds(filled: Filled, path: str) -> None:
    answer = filled.client().get(path)
    feed = parse_feed(answer.content, answer.headers["content-type"], f"http://127.0.0.1:8300{path}")
    titles = {entry.title for entry in feed.entries}
    assert titles == {f"{c.region}: {c.question}" for c in filled.conflicts}


def test_a_region_has_its_own_feed(filled: Filled) -> None:
    region = filled.conflicts[0].region
    desk = filled.client()
    items = desk.get("/feeds/feed.json", params={"region": region}).json()["items"]
    assert items and all(item["tags"][0] == region for item in items)
    assert desk.get("/feeds/feed.json?region=Atlantis").status_code == 404


def test_a_reader_that_has_it_is_not_sent_it_again(desk: TestClient) -> None:
    first = desk.get("/feeds/atom.xml")
    again = desk.get("/feeds/atom.xml", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304 and not again.content


def test_exports_hold_everything_in_both_forms(filled: Filled) -> None:
    desk = filled.client()
    lines = [json.loads(line) for line in desk.get("/export/conflicts.jsonl?state=every").text.splitlines()]
    assert {line["id"] for line in lines} == {conflict.id for conflict in filled.conflicts}
    claims = list(csv.DictReader(io.StringIO(desk.get("/export/claims.csv").text)))
    assert {row["id"] for row in claims} == {claim.id for claim in filled.store.claims()}


def test_a_dismissal_becomes_a_labelled_case(filled: Filled) -> None:
    desk, conflict = filled.client(), filled.conflicts[0]
    csrf = csrf_of(desk.get(f"/conflicts/{conflict.id}").text)
    data = {"csrf": csrf, "kind": "cumulative", "note": "a daily figure"}
    assert desk.post(f"/conflicts/{conflict.id}/dismiss", data=data).status_code == 303
    (case,) = (json.loads(line) for line in desk.get("/export/cases.jsonl").text.splitlines())
    (trap,) = case["traps"]
    assert trap["kind"] == "cumulative" and trap["why"] == "a daily figure" and case["conflicts"] == []
    texts = {article["id"]: article["title"] + "\n" + article["text"] for article in case["articles"]}
    assert len(trap["evidence"]) >= 2
    assert all(evidence["quote"] in texts[evidence["article"]] for evidence in trap["evidence"])
    assert case["regions"][0]["name"] == conflict.region


def test_an_acknowledged_conflict_becomes_a_labelled_conflict(filled: Filled) -> None:
    desk, conflict = filled.client(), filled.conflicts[0]
    assert desk.post(f"/api/v1/conflicts/{conflict.id}/acknowledge").status_code == 204
    (case,) = (json.loads(line) for line in desk.get("/export/cases.jsonl").text.splitlines())
    assert [p["answer"] for p in case["conflicts"][0]["positions"]] == [p.answer for p in conflict.positions]


def test_a_spreadsheet_takes_no_strangers_words_for_a_formula() -> None:
    from monitor.web.exports import _harmless

    assert _harmless("=HYPERLINK(1)") == "'=HYPERLINK(1)" and _harmless("6") == "6" and _harmless(-6) == -6


def test_the_api_pages_by_cursor_without_gaps(filled: Filled) -> None:
    desk = filled.client()
    whole = desk.get("/api/v1/conflicts?limit=200&state=all").json()["conflicts"]
    seen, cursor = [], ""
    while cursor is not None:
        page = desk.get("/api/v1/conflicts", params={"limit": 3, "state": "all", "cursor": cursor}).json()
        seen += page["conflicts"]
        cursor = page["next"]
    assert seen == whole and len(whole) == len(filled.conflicts)
    assert desk.get("/api/v1/conflicts?cursor=rubbish").status_code == 422


def test_prometheus_reads_the_metrics(filled: Filled) -> None:
    text = filled.client().get("/metrics").text
    samples = {s.name: s for family in text_string_to_metric_families(text) for s in family.samples}
    assert "counterclaim_rows" in samples and samples["counterclaim_failing_sources"].value == 0


def test_readiness_depends_on_the_database(filled: Filled) -> None:
    desk = filled.client()
    assert desk.get("/readyz").json() == {"ready": True}
    with filled.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE conflicts RENAME TO gone")
    assert desk.get("/readyz").status_code == 503
    assert desk.get("/healthz").status_code == 200
