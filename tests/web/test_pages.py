"""What a visitor sees."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from monitor.model import Article, Claim, Conflict, Factuality, Position, SourceKind
from monitor.ports import ArticleState
from tests.web.conftest import Filled
from tests.web.filled import claim_of

PAGES = ["/conflicts", "/regions", "/claims", "/sources", "/alerts", "/out"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_and_has_its_landmarks(desk: TestClient, path: str) -> None:
    page = desk.get(path)
    assert page.status_code == 200
    for landmark in ("<header", "<nav", "<main", "<footer", "<h1", 'lang="en"'):
        assert landmark in page.text
    assert "style=" not in page.text and "<style" not in page.text and "onclick" not in page.text


def test_the_list_shows_each_open_conflict_once_over_all_its_pages(filled: Filled) -> None:
    desk = filled.client()
    rows = filled.store.conflicts()
    seen: list[str] = []
    path = "/conflicts?state=all"
    while path:
        page = desk.get(path).text
        seen += re.findall(r'href="/conflicts/([0-9a-f]+)"', page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = "/conflicts" + found[1].replace("&amp;", "&") if found else ""
    assert sorted(seen) == sorted(conflict.id for conflict in rows)


def test_filters_narrow_the_list(filled: Filled) -> None:
    desk, first = filled.client(), filled.conflicts[0]
    outlet = first.positions[0].claims[0].source
    for query in (f"region={first.region}", f"frame={first.frame}", f"source={outlet}", "confidence=0.9"):
        listed = desk.get(f"/api/v1/conflicts?state=all&limit=200&{query}").json()["conflicts"]
        assert 0 < len(listed) < len(filled.conflicts), query
    carried = desk.get(f"/api/v1/conflicts?state=all&limit=200&source={outlet}").json()["conflicts"]
    assert all(outlet in {name for side in line["positions"] for name in side["sources"]} for line in carried)


def test_a_day_that_ends_a_span_is_meant_whole(filled: Filled) -> None:
    desk, last = filled.client(), max(c.updated_at for c in filled.conflicts)
    listed = desk.get(f"/api/v1/conflicts?state=all&since={last:%Y-%m-%d}&until={last:%Y-%m-%d}").json()["conflicts"]
    assert listed and all(line["updated_at"].startswith(f"{last:%Y-%m-%d}") for line in listed)


def test_filters_that_mean_nothing_are_all_named(desk: TestClient) -> None:
    page = desk.get("/conflicts?frame=weather&confidence=2&since=yesterday")
    assert page.status_code == 422
    assert all(name in page.text for name in ("frame", "confidence", "since"))


def test_what_changed_since_the_last_visit_is_marked(filled: Filled) -> None:
    desk = filled.client()
    newest = max(filled.conflicts, key=lambda conflict: conflict.updated_at)
    filled.clock.set(newest.updated_at - timedelta(hours=2))
    assert "since your last visit" not in desk.get("/conflicts").text
    filled.clock.set(newest.updated_at + timedelta(hours=1))
    page = desk.get("/conflicts").text
    assert "new or changed" in page and 'class="badge new"' in page
    only = desk.get("/conflicts?new=1").text
    assert newest.id in only and len(re.findall("<article", only)) < len(filled.conflicts)
    filled.clock.set(newest.updated_at + timedelta(hours=3))
    assert "Nothing new since your last visit" in desk.get("/conflicts").text


def test_a_conflict_shows_every_position_quote_speaker_outlet_and_reason(filled: Filled) -> None:
    desk = filled.client()
    for conflict in filled.conflicts[:6]:
        page = desk.get(f"/conflicts/{conflict.id}").text
        text = re.sub(r"<[^>]+>", "", page).replace("&#39;", "'").replace("&#34;", '"')
        for position in conflict.positions:
            assert position.answer in text
            for claim in position.claims:
                assert claim.quote in text and claim.source in text and f'id="claim-{claim.id}"' in page
        assert all(reason in text for reason in conflict.reasons)
        assert all(revision.cause.replace("-", " ") in text for revision in conflict.revisions)


def test_figures_are_drawn_with_their_intervals(filled: Filled) -> None:
    desk = filled.client()
    counted = [c for c in filled.conflicts if sum(x.quantity is not None for p in c.positions for x in p.claims) > 1]
    assert counted
    page = desk.get(f"/conflicts/{counted[0].id}").text
    assert "The figures over time" in page and 'class="dot value' in page
    others = [c for c in filled.conflicts if all(x.quantity is None for p in c.positions for x in p.claims)]
    assert "The figures over time" not in desk.get(f"/conflicts/{others[0].id}").text


def test_an_article_shows_its_claims_where_they_stand(filled: Filled) -> None:
    claim = filled.conflicts[0].positions[0].claims[0]
    page = filled.client().get(f"/articles/{claim.article}").text
    marked = re.sub(r"<sup>.*?</sup>", "", " ".join(re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.S)))
    assert claim.quote in re.sub(r"<[^>]+>", "", marked).replace("&#39;", "'").replace("&#34;", '"')


def test_regions_have_a_map_drawn_from_coordinates(desk: TestClient) -> None:
    page = desk.get("/regions").text
    assert page.count("<figure") >= 2
    assert "Makhachkala" in page and "<circle" in page


def test_sources_stand_alone_or_are_corroborated(desk: TestClient) -> None:
    lines = {line["name"]: line for line in desk.get("/api/v1/sources").json()}
    assert sum(line["alone"] for line in lines.values()) > 0 and sum(line["joined"] for line in lines.values()) > 0
    assert "Who disagrees most" in desk.get("/sources").text


def test_alerts_say_why_they_were_held_back(desk: TestClient) -> None:
    page = desk.get("/alerts?state=suppressed").text
    assert "below the target&#39;s confidence" in page
    assert "below the target" not in desk.get("/alerts?state=sent").text


def test_a_strangers_words_are_escaped_and_only_web_addresses_are_links(filled: Filled) -> None:
    evil = "<script>alert(1)</script> & <img src=x onerror=alert(1)> Six died"
    article = Article(
        "evil",
        "<b>Outlet</b>",
        "javascript:alert(1)",
        filled.clock.now(),
        evil,
        f"{evil}\n\nSix died.",
    )
    case = {"regions": [{"name": filled.config.regions[0].name}]}
    claim = replace(claim_of(case, article, "Six died", "count", "6"), factuality=Factuality.CLAIMED)
    filled.store.save_article(None, article, SourceKind.OTHER, (), ArticleState.FETCHED, article.published)
    filled.store.save_claims(article, [claim], article.published)
    desk = filled.client()
    for path in ("/articles/evil", "/claims", "/claims?q=<script>alert(1)</script>", "/sources"):
        page = desk.get(path).text
        assert "<script>alert" not in page and "<img" not in page and "<b>Outlet" not in page, path
        assert "javascript:" not in page, path


def test_what_is_not_there_is_not_found(desk: TestClient) -> None:
    for path in (
        "/conflicts/nothing",
        "/articles/nothing",
        "/articles/a/b",
        "/nothing",
        "/static/__init__.py",
        "/conflicts/%00",
    ):
        answer = desk.get(path)
        assert answer.status_code == 404, path
        assert "Content-Security-Policy" in answer.headers


def test_a_place_known_only_by_a_namesake_far_away_is_not_drawn() -> None:
    from monitor.web.gazetteer import Spot
    from monitor.web.maps import _in_company

    near, far, home = Spot("A", 10.3, 15.2, "CM", 9), Spot("B", 37.0, 110.0, "CN", 99), Spot("R", 10.2, 15.3, "TD", 9)
    assert set(_in_company({"A": near, "B": far}, home)) == {"A"}
    assert set(_in_company({"A": near, "R": home, "B": far}, None)) == {"A", "R"}
    assert set(_in_company({"A": near, "B": far}, None)) == {"B"}


def test_only_figures_of_one_measure_are_drawn_against_each_other(filled: Filled) -> None:
    from monitor.web.charts import values

    def figures(conflict: Conflict) -> list[Claim]:
        return [claim for p in conflict.positions for claim in p.claims if claim.quantity is not None]

    counted = next(conflict for conflict in filled.conflicts if len(figures(conflict)) > 1)
    wounded = replace(figures(counted)[0], id="other", measure="wounded")
    drawn = values(replace(counted, positions=(Position("other", (wounded,)), *counted.positions)))
    assert drawn is not None and "other" not in {dot.claim for dot in drawn.dots} and drawn.left_out == 1
