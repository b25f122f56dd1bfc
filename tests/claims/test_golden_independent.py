"""Claims read from invented news, against what a reader who did not write the tagger insists on."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from monitor.model import Article, Claim, Factuality, Frame
from tests.claims import golden_independent as golden

FLOORS: dict[str, Any] = json.loads((golden.DATA / "floors.json").read_text("utf-8"))
SETS = (golden.TUNED, golden.FRESH, golden.SECOND, golden.THIRD, golden.THIRD_FRESH)
FEWEST = {frame: 10 if frame is Frame.STATEMENT else 15 for frame in Frame}


class Mute:
    """A tagger that reads nothing."""

    language = "en"

    def tag(self, article: Article) -> list[Claim]:
        return []


@pytest.mark.parametrize(("name", "key"), [(name, key) for name in SETS for key in FLOORS[name]["keys"]])
def test_no_figure_of_a_set_falls_below_its_floor(name: str, key: str) -> None:
    rate, floor = golden.measured(name).rate(key), FLOORS[name]["keys"][key]
    assert rate >= floor, f"{key}: {rate:.3f} of {name}, below {floor}; see python -m tests.claims.golden_independent"


@pytest.mark.parametrize("frame", list(FLOORS[golden.TUNED]["frames"]))
def test_no_frame_is_recognised_less_often_than_its_floor(frame: str) -> None:
    rate, floor = golden.measured(golden.TUNED).rate("frame", frame), FLOORS[golden.TUNED]["frames"][frame]
    assert rate >= floor, f"{frame}: {rate:.3f}, below {floor}; see python -m tests.claims.golden_independent"


@pytest.mark.parametrize("name", SETS)
def test_sentences_do_not_yield_more_claims_than_the_ceiling(name: str) -> None:
    result = golden.measured(name)
    assert result.claims / result.sentences <= FLOORS[name]["claims_a_sentence_at_most"]


@pytest.mark.parametrize("name", SETS)
def test_every_expectation_is_well_formed(name: str) -> None:
    for case in golden.load(name):
        for expected in case.expect:
            assert expected["quote"] in case.text, case.id
            assert {Frame(f) for f in [expected["frame"], *expected.get("alternatives", ())]}, case.id
            wanted = expected.get("factuality", [])
            assert all(Factuality(f) for f in (wanted if isinstance(wanted, list) else [wanted])), case.id
            low, high = expected.get("value") or (0, None)
            assert high is None or low <= high, case.id


def test_the_sets_are_large_enough_and_share_no_sentence() -> None:
    tuned, fresh = (golden.load(name) for name in SETS[:2])
    frames = Counter(Frame(expected["frame"]) for case in tuned for expected in case.expect)
    assert len(tuned) >= 420 and len(fresh) >= 110
    assert not {frame: n for frame, n in FEWEST.items() if frames[frame] < n}
    assert len({case.text for case in tuned + fresh}) == len(tuned) + len(fresh)
    assert not {case.region.name for case in tuned} & {case.region.name for case in fresh}


def test_a_tagger_that_reads_nothing_scores_nothing() -> None:
    result = golden.score(golden.load(golden.FRESH), Mute())
    assert {key: result.rate(key) for key in golden.SHOWN} == dict.fromkeys(golden.SHOWN, 0.0)
    assert result.claims == result.noisy == 0


def test_one_claim_answers_only_one_expectation() -> None:
    case = next(case for case in golden.load(golden.TUNED) if len(case.expect) == 2)
    claims = golden.tagger_of([case]).tag(case.article)[:1]
    assert [outcome.right["found"] for outcome in golden.match(case, claims)].count(True) <= 1
