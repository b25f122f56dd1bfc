"""Articles' claims one after the other: which conflicts they open, and that the order of arrival does not matter."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.conflicts.compare import rule_out
from monitor.conflicts.engine import ConflictEngine, agreement
from monitor.conflicts.pairs import Opinion, Pair
from monitor.conflicts.reasons import NoConflictReason
from monitor.model import Cause, Claim, Conflict, ConflictChange, ConflictState, Factuality, Frame, QuantityType
from tests.fakes.claims import Said, claim
from tests.fakes.scorer import FakeScorer, Shares, a_model, a_plain_model, a_scorer
from tests.fakes.values import HOUR, NOON

MINISTRY, MAYOR = claim().by("health ministry"), claim().in_("Coast Radio").by("the mayor")
CRESCENT = claim().in_("Gulf Post").by("the Red Crescent")


class Desk:
    """Takes articles in one after the other, as the store would: every claim is a candidate for the later ones."""

    def __init__(self, engine: ConflictEngine | None = None, copies: Mapping[str, str] | None = None) -> None:
        self.engine = engine or ConflictEngine(model=a_plain_model())
        self.copies = copies or {}
        self.known: list[Claim] = []
        self.conflicts: dict[str, Conflict] = {}
        self.now: datetime = NOON

    def reads(self, *said: Said) -> list[ConflictChange]:
        """Take in one article's claims."""
        self.now += HOUR
        new = [one.claim for one in said]
        changes = self.engine.update(new, self.known, list(self.conflicts.values()), self.now, self.copies)
        self.known += new
        self.conflicts |= {change.conflict.id: change.conflict for change in changes}
        return changes

    @property
    def only(self) -> Conflict:
        (conflict,) = self.conflicts.values()
        return conflict

    @property
    def final(self) -> set[tuple[ConflictState, float, frozenset[frozenset[str]]]]:
        """What is held in the end, without ids and history."""
        return {
            (one.state, one.confidence, frozenset(frozenset(c.id for c in p.claims) for p in one.positions))
            for one in self.conflicts.values()
            if one.revisions[-1].cause != Cause.MERGED
        }


def test_two_sources_that_differ_open_a_conflict() -> None:
    desk = Desk()
    assert desk.reads(MINISTRY.killed(12)) == []

    (change,) = desk.reads(MAYOR.killed(15))

    assert change.is_new and change.cause == Cause.OPENED
    assert change.conflict.question == "How many killed in Derna?"
    assert change.conflict.confidence > 0.5


def test_one_article_that_quotes_both_sides_opens_a_conflict_between_its_speakers() -> None:
    desk = Desk()

    (change,) = desk.reads(claim().by("the army").killed(12), claim().by("the rebels").killed(15))

    assert {c.speaker.name for p in change.conflict.positions for c in p.claims} == {"the army", "the rebels"}
    assert "both sides stand in one report, by different speakers" in change.conflict.reasons


def test_a_conflict_grows_and_stays_the_same() -> None:
    desk = Desk()
    desk.reads(MINISTRY.killed(12))
    (opened,) = desk.reads(MAYOR.killed(15))

    (change,) = desk.reads(CRESCENT.killed(30))

    assert not change.is_new and change.conflict.id == opened.conflict.id
    assert change.cause == Cause.NEW_POSITION and len(desk.only.positions) == 3


def test_a_side_that_corrects_itself_settles_it() -> None:
    desk = Desk()
    desk.reads(MINISTRY.killed(12))
    desk.reads(MAYOR.killed(15))

    (change,) = desk.reads(MINISTRY.killed(15).after(5))

    assert change.cause == Cause.SETTLED and desk.only.state is ConflictState.SETTLED


def test_copies_open_nothing_and_corroborate_nothing() -> None:
    desk = Desk(copies={"b": "a"})
    assert desk.reads(claim().killed(12).in_article("a")) == []
    assert desk.reads(claim().in_("City News").killed(13).in_article("b")) == []

    desk.reads(MAYOR.killed(15))

    assert Cause.NEW_SOURCE not in {revision.cause for revision in desk.only.revisions}


def test_other_regions_are_never_compared() -> None:
    desk = Desk()
    desk.reads(MINISTRY.killed(12))

    assert desk.reads(MAYOR.killed(15).having(region="Benghazi")) == []


WEST = claim().by("the governor").about("Darfur", "Chad")
EAST = MAYOR.about("Chad", "Darfur").after(1)


@pytest.mark.parametrize("neighbours", [("Darfur",), ()])
def test_two_regions_are_compared_where_one_article_names_the_other(neighbours: tuple[str, ...]) -> None:
    desk = Desk()
    desk.reads(WEST.held("captured", "Adre"))

    (change,) = desk.reads(EAST.about("Chad", *neighbours).held("repelled", "Adre"))

    assert change.conflict.regions == ("Darfur", "Chad")


def test_two_regions_that_neither_article_names_together_are_never_compared() -> None:
    desk = Desk()
    desk.reads(WEST.about("Darfur").held("captured", "Adre"))

    assert desk.reads(EAST.about("Chad").held("repelled", "Adre")) == []


def test_each_of_two_regions_has_a_count_of_its_own() -> None:
    desk = Desk()
    desk.reads(WEST.killed(12))

    assert desk.reads(EAST.killed(90)) == []
    assert rule_out(Pair.of(WEST.killed(12).claim, EAST.killed(90).claim), {}) is NoConflictReason.OTHER_PLACE


def test_reports_weeks_apart_are_never_compared() -> None:
    desk = Desk()
    desk.reads(MINISTRY.killed(12))

    assert desk.reads(MAYOR.killed(15).after(24 * 20)) == []


def test_two_questions_that_turn_out_to_be_one_become_one() -> None:
    desk = Desk()
    desk.reads(MINISTRY.killed(12), claim().by("the army").killed(12, math.inf).after(1))
    desk.reads(MAYOR.killed(11))
    held = [conflict for conflict in desk.conflicts.values() if conflict.state is ConflictState.OPEN]

    assert len(held) == 1


def test_a_claim_that_joins_two_conflicts_merges_them() -> None:
    scorer = (
        a_scorer()
        .reading("the dam broke", "the dam held", "conflict")
        .reading("nobody was warned", "everybody was warned", "conflict")
        .reading("nobody was warned", "the dam held and all were told", "conflict")
        .reading("the dam broke", "the dam held and all were told", "conflict")
    )
    engine = ConflictEngine(scorer=scorer, model=a_model().when("judge_conflict", 0.7, 6).model)
    desk = Desk(engine)
    desk.reads(_says("A", "the dam broke"), _says("B", "the dam held"))
    desk.reads(_says("C", "nobody was warned of the dam"), _says("D", "everybody was warned of the dam"))
    assert len(desk.conflicts) == 2

    desk.reads(_says("E", "the dam held and all were told"))

    states = sorted(conflict.revisions[-1].cause for conflict in desk.conflicts.values())
    assert Cause.MERGED in states and len(desk.final) == 1
    ((_, _, positions),) = desk.final
    assert sum(map(len, positions)) == 5


def test_a_judge_is_asked_only_about_what_the_rules_allow() -> None:
    scorer = a_scorer().reading("12", "15", "conflict")
    desk = Desk(ConflictEngine(scorer=scorer, model=a_model().when("judge_conflict", 0.7, 6).model))
    desk.reads(MINISTRY.killed(12))

    assert desk.reads(MAYOR.killed(15).as_a(Factuality.CONDITIONAL)) == []
    assert desk.reads(MAYOR.killed(15))


@dataclass
class Asked(FakeScorer):
    """A judge that remembers what was put to it."""

    pairs: list[frozenset[str]] = field(default_factory=list)

    def judge(self, pairs: Sequence[tuple[Claim, Claim]]) -> list[Shares]:
        self.pairs += [frozenset((first.id, second.id)) for first, second in pairs]
        return super().judge(pairs)


def test_pairs_below_the_screen_are_not_put_to_the_judge() -> None:
    scorer, screen = Asked(near=0.9), a_model().when("apart", 0.5, 6).model
    engine = ConflictEngine(scorer, a_plain_model(), screen=screen)
    low, high, same = MINISTRY.killed(12).claim, MAYOR.killed(15).claim, CRESCENT.killed(12).claim

    engine.pairs([low, high, same], [], {})

    assert sorted(map(sorted, scorer.pairs)) == sorted(map(sorted, ({low.id, high.id}, {high.id, same.id})))


def test_the_screen_sees_how_near_the_sentences_are() -> None:
    screen = a_model().when("cosine", 0.6, 6).model
    asked = []
    for near in (0.5, 0.7):
        scorer = Asked(near=near)
        ConflictEngine(scorer, a_plain_model(), screen=screen).pairs(
            [MINISTRY.killed(12).claim, MAYOR.killed(15).claim], [], {}
        )
        asked.append(len(scorer.pairs))

    assert asked == [0, 1]


def test_without_a_judge_nothing_is_screened() -> None:
    shut = a_model().model
    pair = [MINISTRY.killed(12).claim, MAYOR.killed(15).claim]

    assert len(ConflictEngine(model=a_plain_model(), screen=shut).pairs(pair, [], {})) == 1


def _weighing() -> ConflictEngine:
    """A sure judge opens a dispute (0.95), one in doubt (0.5) adds to it."""
    scorer = (
        a_scorer()
        .reading(BROKE, HELD, "conflict")
        .reading(HELD, LEAKS, "conflict", 0.5)
        .reading(BROKE, EMPTY, "conflict", 0.5)
    )
    model = a_model().when("judge_conflict", 0.4, 3).when("judge_conflict", 0.7, 3)
    everything = replace(a_model().model, threshold=0.0)
    return ConflictEngine(scorer, replace(model, threshold=0.6).joining_from(0.4).model, screen=everything)


BROKE, HELD, LEAKS, EMPTY = "the dam broke", "the dam held", "the dam leaks", "the dam was empty"


def test_what_only_joins_opens_nothing_and_is_no_new_position() -> None:
    desk = Desk(_weighing())
    assert desk.reads(_says("B", HELD), _says("C", LEAKS)) == []

    (opened,) = desk.reads(_says("A", BROKE))
    (grown,) = desk.reads(_says("D", EMPTY))

    assert [opened.cause, grown.cause] == [Cause.OPENED, Cause.MORE_EVIDENCE]
    assert len([c for p in opened.conflict.positions for c in p.claims]) == 3
    assert len([c for p in grown.conflict.positions for c in p.claims]) == 4
    assert opened.conflict.confidence == grown.conflict.confidence > 0.9


def test_a_threshold_of_ones_own_is_also_the_highest_that_joins() -> None:
    engine = _weighing()

    assert engine.thresholds == (0.6, 0.4)
    assert replace(engine, threshold=0.3).thresholds == (0.3, 0.3)


@pytest.mark.parametrize("order", list(itertools.permutations((BROKE, HELD, LEAKS, EMPTY))), ids=" ".join)
def test_what_joins_joins_in_any_order(order: Sequence[str]) -> None:
    desk = Desk(_weighing())

    for words in order:
        desk.reads(_says(words, words))

    ((state, confidence, positions),) = desk.final
    said = {claim.id: claim.quote for claim in desk.known}
    sides = {frozenset(said[id] for id in ids) for ids in positions}
    assert state is ConflictState.OPEN and confidence > 0.9
    assert sides == {frozenset({BROKE, LEAKS}), frozenset({HELD, EMPTY})}


def test_who_joins_over_a_chain_joins_whatever_the_order() -> None:
    chained = a_scorer().reading("one", "two", "conflict")
    for here, there in itertools.pairwise(("two", "three", "four", "five")):
        chained = chained.reading(here, there, "conflict", 0.5)

    final = set()
    for order in itertools.permutations(("one", "two", "three", "four", "five")):
        desk = Desk(replace(_weighing(), scorer=chained))
        for word in order:
            desk.reads(_says(word, f"the dam {word}"))
        (conflict,) = desk.conflicts.values()
        final.add(frozenset(claim.quote for side in conflict.positions for claim in side.claims))

    assert final == {frozenset(f"the dam {word}" for word in ("one", "two", "three", "four", "five"))}


def test_figures_about_two_places_do_not_agree() -> None:
    here, there = MINISTRY.killed(12).claim, MAYOR.killed(12).at("Sousse").claim

    assert agreement(Pair.of(here, there)) < 0.5


def test_equal_figures_of_one_question_agree() -> None:
    one, other = MINISTRY.killed(12).claim, MAYOR.killed(12).claim

    assert agreement(Pair.of(one, other)) >= 0.5
    assert agreement(Pair.of(one, MAYOR.wounded(12).claim)) == 0.0
    assert agreement(Pair.of(one, MAYOR.wounded(12).claim, Opinion((0, 0.7, 0.1, 0.1, 0.1), 0.5))) == 0.0


# --- what never depends on order -------------------------------------------------------------------------------------

VOICES = [MINISTRY, MAYOR, CRESCENT, claim().in_("City News"), claim().in_("Hill Press").by("the army")]


@st.composite
def news(draw: st.DrawFn) -> list[list[Said]]:
    """A few articles with a claim or two, of five voices on one or two questions; ids by number."""
    articles: list[list[Said]] = []
    for number in range(draw(st.integers(2, 6))):
        voice = draw(st.sampled_from(VOICES)).after(draw(st.integers(0, 40))).in_article(f"a{number}")
        articles.append([_drawn(draw, voice).having(id=f"c{number}{n}") for n in range(draw(st.integers(1, 2)))])
    return articles


def _drawn(draw: st.DrawFn, voice: Said) -> Said:
    if draw(st.integers(0, 3)) == 0:
        return voice.held(draw(st.sampled_from(("captured", "repelled"))))
    figure = draw(st.sampled_from((10, 12, 15, 30)))
    said = voice.killed(figure, draw(st.sampled_from((None, None, math.inf))))
    return said.part(draw(st.sampled_from((QuantityType.TOTAL, QuantityType.TOTAL, QuantityType.INCREMENT))))


@settings(max_examples=40, deadline=None)
@given(news(), st.randoms(use_true_random=False))
def test_the_final_state_does_not_depend_on_the_order_of_arrival(
    articles: list[list[Said]], chance: random.Random
) -> None:
    mixed = list(articles)
    chance.shuffle(mixed)
    desk, other = Desk(), Desk()

    for said in articles:
        desk.reads(*said)
    for said in mixed:
        other.reads(*said)

    assert desk.final == other.final


LINKS = st.dictionaries(
    st.sampled_from(list(itertools.combinations(("one", "two", "three", "four", "five", "six"), 2))),
    st.sampled_from(("strong", "weak", "agree")),
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(LINKS, st.permutations(("one", "two", "three", "four", "five", "six")))
def test_any_web_of_links_gives_one_final_state(links: dict[tuple[str, str], str], order: Sequence[str]) -> None:
    """Six voices, any of which contradict each other strongly or weakly, or agree: who stands where is settled."""
    scorer = a_scorer()
    for (here, there), link in links.items():
        label, share = {"strong": ("conflict", 0.9), "weak": ("conflict", 0.5), "agree": ("agree", 0.9)}[link]
        scorer = scorer.reading(here, there, label, share)
    desks = []
    for words in (("one", "two", "three", "four", "five", "six"), order):
        desks.append(Desk(replace(_weighing(), scorer=scorer)))
        for word in words:
            desks[-1].reads(_says(word, f"the dam {word}").having(id=word))

    assert desks[0].final == desks[1].final


@settings(max_examples=30, deadline=None)
@given(news())
def test_a_conflict_never_has_one_voice_on_all_sides(articles: list[list[Said]]) -> None:
    desk = Desk()
    for said in articles:
        desk.reads(*said)

    for conflict in desk.conflicts.values():
        sides = [{one.voice for one in position.claims} for position in conflict.positions]
        assert len(sides) >= 2 and len(set.union(*sides)) >= 2


@settings(max_examples=20, deadline=None)
@given(news())
def test_copies_corroborate_nothing(articles: list[list[Said]]) -> None:
    """With every article copied by another outlet, no position has a voice more, and no conflict is more."""
    copies = [[_copy(one) for one in said] for said in articles]
    origins = {copy[0].claim.article: said[0].claim.article for copy, said in zip(copies, articles, strict=True)}
    alone, copied = Desk(copies=origins), Desk(copies=origins)

    for said in articles:
        alone.reads(*said)
        copied.reads(*said)
    for said in copies:
        copied.reads(*said)

    assert len(copied.final) == len(alone.final)
    causes = [_of(desk, Cause.NEW_SOURCE) for desk in (alone, copied)]
    assert causes[0] == causes[1]


def _of(desk: Desk, cause: Cause) -> int:
    return sum(revision.cause == cause for conflict in desk.conflicts.values() for revision in conflict.revisions)


def _copy(said: Said) -> Said:
    made = said.claim
    return said.in_("Carrier").in_article(f"{made.article}-copy").having(id=f"{made.id}-copy", quote=made.quote)


def _says(name: str, words: str) -> Said:
    outlet = f"Outlet {name}"
    return claim().in_(outlet).by(f"Speaker {name}").having(frame=Frame.STATEMENT).worded(words)
