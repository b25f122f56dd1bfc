"""Words find claims."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.store.desk.values import ClaimFilter
from tests.web.conftest import Filled


def found(desk: TestClient, query: str) -> list[dict[str, str]]:
    claims: list[dict[str, str]] = desk.get("/api/v1/claims", params={"q": query, "limit": 200}).json()["claims"]
    return claims


def test_every_word_must_occur(filled: Filled) -> None:
    desk = filled.client()
    claim = filled.conflicts[0].positions[0].claims[0]
    words = " ".join(claim.quote.split()[:3])
    assert claim.id in {one["id"] for one in found(desk, words)}
    assert claim.id in {one["id"] for one in found(desk, f'"{words}"')}
    assert not found(desk, f"{words} xylophone")


def test_names_are_found_without_their_accents(filled: Filled) -> None:
    desk = filled.client()
    assert found(desk, "Ocaña") and found(desk, "ocana") == found(desk, "Ocaña")


def test_the_outlet_and_the_place_are_words_too(filled: Filled) -> None:
    claim = filled.conflicts[0].positions[0].claims[0]
    assert claim.id in {one["id"] for one in found(filled.client(), claim.source)}


@pytest.mark.parametrize(
    "query", ['"', "'", "NEAR(", "a AND OR NOT", "words:*", "-x", "^", "()", "*", "💥", ";--", "{}"]
)
def test_what_is_syntax_elsewhere_is_only_words_here(desk: TestClient, query: str) -> None:
    assert desk.get("/api/v1/claims", params={"q": query}).status_code == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=40))
def test_any_query_is_answered(filled: Filled, query: str) -> None:
    assert filled.client().get("/api/v1/claims", params={"q": query}).status_code == 200


def test_words_of_one_outlet_or_region_are_all_found(filled: Filled) -> None:
    desk = filled.client()
    every = found(desk, "the")
    for name in ("source", "region"):
        for value in {one[name] for one in every}:
            some = desk.get("/api/v1/claims", params={"q": "the", name: value, "limit": 200}).json()["claims"]
            assert [one["id"] for one in some] == [one["id"] for one in every if one[name] == value], value


def test_claims_of_one_outlet_are_those_of_all_in_the_same_order(filled: Filled) -> None:
    desk = filled.client()
    every = found(desk, "")
    for outlet in {one["source"] for one in every}:
        some = desk.get("/api/v1/claims", params={"source": outlet, "limit": 200}).json()["claims"]
        assert [one["id"] for one in some] == [one["id"] for one in every if one["source"] == outlet], outlet


@pytest.mark.parametrize("words", ["", "the"])
def test_pages_continue_where_the_last_one_ended(filled: Filled, words: str) -> None:
    from monitor.store.desk.rows import DeskRows

    rows = DeskRows(filled.store.engine)
    whole = [claim.id for claim in rows.claims(ClaimFilter(words=words), limit=1000).items]
    pieces: list[str] = []
    cursor: str | None = None
    while True:
        page = rows.claims(ClaimFilter(words=words), cursor, 7)
        pieces += [claim.id for claim in page.items]
        if page.next is None:
            break
        cursor = page.next
    assert pieces == whole and len(set(whole)) == len(whole) > 7
