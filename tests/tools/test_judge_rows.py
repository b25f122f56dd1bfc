"""What the judge is trained on: pairs cut from cases, hard negatives, and what is held out."""

from __future__ import annotations

from tests.fakes.claims import Said, claim
from tests.fakes.scorer import a_scorer
from tools.judge_data import Case, load_cases
from tools.judge_rows import candidates, case_rows, mined, places_of, told
from tools.train_judge import ROOT

LOW, HIGH = claim().by("health ministry").killed(12), claim().in_("Coast Radio").by("the mayor").killed(15)
AGAIN = claim().in_("Gulf Post").by("the Red Crescent").killed(12)
HURT = claim().in_("City News").by("the army").wounded(40)
BEDS = claim().in_("Hill Press").by("a doctor").wounded(70)


def case(id: str = "derna", *more: Said) -> Case:
    """A case of five claims: 12 against 15 dead is labelled, who said 12 is one side, the wounded are not labelled."""
    low, high, again, hurt, beds = (one.claim for one in (LOW, HIGH, AGAIN, HURT, BEDS))
    sides = {low.id: {("c1", 0)}, again.id: {("c1", 0)}, high.id: {("c1", 1)}}
    regions = [{"name": "Derna", "aliases": ["Darnah"], "places": ["Sousse"]}]
    claims = [low, high, again, hurt, beds, *(one.claim for one in more)]
    return Case(id, {"regions": regions, "traps": []}, claims, {}, sides)


def test_rows_of_a_case_say_what_the_labels_say() -> None:
    rows = case_rows([case()])
    labels = {row.tag: row.labels for row in rows}

    assert labels == {"conflict": (0,), "same": (1, 3), "other": (1, 2, 3, 4)}
    assert [row.tag for row in rows].count("conflict") == 2
    assert all(row.worded != row.swapped for row in rows) and not any(row.held for row in rows)


def test_only_rows_of_the_cases_held_out_are_held() -> None:
    held = {row.id.split(":")[0] for row in case_rows([case("derna"), case("sousse")], {"sousse"}) if row.held}

    assert held == {"sousse"}


def test_rows_are_the_same_each_time() -> None:
    assert case_rows([case(), case("sousse")]) == case_rows([case(), case("sousse")])


def test_places_of_a_case_have_all_their_names_in_lower_case() -> None:
    assert places_of([case()]) == {"derna", "darnah", "sousse"}


def test_what_no_label_speaks_of_is_a_candidate_for_a_hard_negative() -> None:
    found = candidates(case(), a_scorer())

    assert found and all(case().label(pair.first, pair.second)[0] == "other" for pair in found)
    assert {HURT.claim.id, BEDS.claim.id} in [set(pair.key) for pair in found]


def test_the_hardest_are_what_the_judge_takes_for_a_conflict() -> None:
    scorer = a_scorer().reading("40", "70", "conflict", 0.9)
    pairs = [(case(), pair) for pair in candidates(case(), scorer)]

    (row,) = mined(pairs, hardest=1, chance=0, held=set())

    assert {HURT.claim.id, BEDS.claim.id} == set(row.id.split(":")[1:])
    assert row.tag == "other" and 0 not in row.labels


def test_others_come_at_random_each_once_and_the_same_each_time() -> None:
    more = [claim().in_(f"Outlet {n}").wounded(100 + n) for n in range(8)]
    pairs = [(case("derna", *more), pair) for pair in candidates(case("derna", *more), a_scorer())]

    rows = mined(pairs, hardest=3, chance=5, held={"derna"})

    assert len({row.id for row in rows}) == 8 and all(row.held for row in rows)
    assert rows == mined(pairs[::-1], hardest=3, chance=5, held={"derna"})
    assert len(mined(pairs, hardest=len(pairs), chance=5, held=set())) == len(pairs)


def test_what_a_label_speaks_of_is_kept_for_the_later_stages() -> None:
    assert {row.tag for row in told(case_rows([case()]))} == {"conflict", "same"}


def test_a_case_named_twice_is_read_once() -> None:
    file = ROOT / "tests" / "cases" / "huliaipole-front-2026.json"

    assert [one.id for one in load_cases([file, file])] == ["huliaipole-front-2026"]
