"""Copies of one report are recognised through light edits; reports that share a quotation are not copies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.article.credits import credited, same_name
from monitor.article.syndication import Candidate, CopyReason, find_original, shared_shingles

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "syndication" / "pairs.jsonl").read_text("utf-8").splitlines()
]


def test_there_are_enough_pairs_of_both_kinds() -> None:
    assert len(PAIRS) >= 30
    assert sum(not pair["copy"] for pair in PAIRS) >= 10


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["id"] for pair in PAIRS])
@pytest.mark.parametrize("swapped", [False, True])
def test_a_golden_pair_is_judged_rightly_in_both_directions(pair: dict[str, Any], swapped: bool) -> None:
    text, other = (pair["a"], pair["b"]) if swapped else (pair["b"], pair["a"])
    verdict = find_original(text, [Candidate("other", other, "" if swapped else pair["a_source"])])
    assert (verdict.original_id == "other") is pair["copy"], verdict


def test_the_best_of_several_candidates_is_taken() -> None:
    shortened, original = PAIRS[0]["b"], PAIRS[0]["a"]
    others = [Candidate(str(number), pair["a"]) for number, pair in enumerate(PAIRS) if pair["a"] != original]
    verdict = find_original(shortened, [*others, Candidate("it", original), *others])
    assert (verdict.original_id, verdict.reason) == ("it", CopyReason.REPUBLISHED)


def test_an_identical_text_and_a_short_one_have_reasons_of_their_own() -> None:
    text = PAIRS[0]["a"]
    assert find_original(text, [Candidate("a", text)]).reason is CopyReason.IDENTICAL
    assert find_original("Ten killed, says ministry.", [Candidate("a", text)]).reason is CopyReason.TOO_SHORT
    assert find_original(text, []).reason is CopyReason.NO_CANDIDATES


def test_the_reason_says_when_only_quotations_are_shared() -> None:
    speech = (
        "“We will rebuild every house on every street of this town, whatever it costs and however long it takes us.”"
    )
    own = "Ministers met in the capital all night over the damage that the river had done in the eastern districts, {}."
    first = own.format("where trains stood still") + f" {speech} {speech}"
    second = f"Crowds booed her at the market. {speech} Nobody there believed it, a trader called Ilse Brandt told us "
    verdict = find_original(second + "while packing up her stall.", [Candidate("a", first)])
    assert verdict.original_id is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("KYIV (Baltic Wire) — A bridge fell.", "Baltic Wire"),
        ("TUNIS, Tunisia (BW) - A bridge fell.", "BW"),
        ("PORT SALEH, Oct 19 (Crescent News Agency) — Armed men came.", "Crescent News Agency"),
        ("MOSCOW/KYIV, Oct 8 (Wire) - A bridge fell.", "Wire"),
        ("(Baltic Wire) — A bridge fell.", "Baltic Wire"),
        ("A bridge fell.\n\nSource: Baltic Wire", "Baltic Wire"),
        ("A bridge fell.\n\nWith reporting by Baltic Wire", "Baltic Wire"),
        ("A bridge fell.\n\n— Baltic Wire reports", "Baltic Wire"),
        ("A bridge fell.\n\n(Baltic Wire)", "Baltic Wire"),
        ("A bridge fell.\n\n© 2025 Baltic Wire", "Baltic Wire"),
    ],
)
def test_credit_lines_name_the_original(text: str, name: str) -> None:
    assert any(same_name(found, name) for found in credited(text))


def test_prose_credits_nobody() -> None:
    assert credited("The army (which lost the town) denied it.\n\nBy nightfall the square was empty.") == ()


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_two_texts_give_a_share_between_none_and_all(first: str, second: str) -> None:
    assert 0.0 <= shared_shingles(first, second) <= 1.0
    verdict = find_original(first, [Candidate("x", second)])
    assert 0.0 <= verdict.share <= 1.0
