"""What a person marked as no conflict stays none, whoever repeats it; what is truly new opens it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.conflicts.compare import Conflicting, NoConflict
from monitor.conflicts.dismissed import without_dismissed
from monitor.conflicts.engine import ConflictEngine
from monitor.conflicts.pairs import Pair
from monitor.conflicts.reasons import NoConflictReason
from monitor.model import Cause, Claim, Conflict, ConflictChange, ConflictState, Dismissed
from tests.fakes.claims import Said, claim
from tests.fakes.scorer import a_plain_model
from tests.fakes.values import HOUR, NOON

MINISTRY, MAYOR = claim().by("health ministry"), claim().in_("Coast Radio").by("the mayor")
CRESCENT, POLICE = claim().in_("Gulf Post").by("the Red Crescent"), claim().in_("Evening Star").by("the police chief")


class Reader:
    """Reads articles one after the other, and a person who marks what is none."""

    def __init__(self) -> None:
        self.engine = ConflictEngine(model=a_plain_model())
        self.known: list[Claim] = []
        self.conflicts: dict[str, Conflict] = {}
        self.dismissed: list[Dismissed] = []
        self.now = NOON

    def reads(self, *said: Said) -> list[ConflictChange]:
        self.now += HOUR
        new = [one.claim for one in said]
        existing = list(self.conflicts.values())
        changes = self.engine.update(new, self.known, existing, self.now, {}, self.dismissed)
        self.known += new
        self.conflicts |= {change.conflict.id: change.conflict for change in changes}
        return changes

    def dismisses(self, sides: Sequence[Sequence[Said]] = ()) -> None:
        """Mark the only conflict as none, or two quotes of it."""
        (conflict,) = self.conflicts.values()
        if sides:
            one, other = (tuple(said.claim for said in side) for side in sides)
            self.dismissed.append(Dismissed((one, other), alike=False))
            return
        self.dismissed.append(Dismissed(tuple(position.claims for position in conflict.positions)))
        self.conflicts[conflict.id] = replace(conflict, state=ConflictState.DISMISSED)

    @property
    def only(self) -> Conflict:
        (conflict,) = self.conflicts.values()
        return conflict


def a_dismissed_one() -> Reader:
    reader = Reader()
    reader.reads(MINISTRY.killed(12))
    reader.reads(MAYOR.killed(15))
    reader.dismisses()
    return reader


def test_the_same_claims_by_others_change_nothing() -> None:
    reader = a_dismissed_one()

    assert reader.reads(CRESCENT.killed(15).after(3)) == []
    assert reader.reads(POLICE.killed(12).after(4)) == []
    assert reader.only.state is ConflictState.DISMISSED


def test_a_voice_that_repeats_itself_changes_nothing() -> None:
    reader = a_dismissed_one()

    assert reader.reads(MAYOR.killed(15).after(3)) == []


def test_two_new_voices_that_repeat_both_sides_change_nothing() -> None:
    reader = a_dismissed_one()

    assert reader.reads(CRESCENT.killed(15).after(3), POLICE.killed(12).after(3)) == []


def test_a_new_position_opens_it_again() -> None:
    reader = a_dismissed_one()

    (change,) = reader.reads(CRESCENT.killed(60).after(3))

    assert change.conflict.state is ConflictState.OPEN and not change.is_new
    causes = [revision.cause for revision in change.conflict.revisions]
    assert causes == [Cause.OPENED, Cause.REOPENED, Cause.NEW_POSITION]


def test_the_same_figures_weeks_later_are_about_something_new() -> None:
    reader = a_dismissed_one()
    later = 24 * 9

    changes = reader.reads(CRESCENT.killed(15).after(later), POLICE.killed(12).after(later))

    assert [change.conflict.state for change in changes] == [ConflictState.OPEN]


def test_two_quotes_alone_do_not_speak_for_others() -> None:
    reader = Reader()
    reader.reads(MINISTRY.killed(12))
    reader.reads(MAYOR.killed(15))
    reader.dismisses([[MINISTRY.killed(12)], [MAYOR.killed(15)]])

    (change,) = reader.reads(CRESCENT.killed(15).after(3))

    pairs = {frozenset(c.speaker.name for c in p.claims) for p in change.conflict.positions}
    assert frozenset({"health ministry"}) in pairs and any("the Red Crescent" in names for names in pairs)


def test_a_dismissed_pair_names_its_reason() -> None:
    one, other = MINISTRY.killed(12).claim, MAYOR.killed(15).claim
    found = Conflicting(Pair.of(one, other), 0.9, ())

    (verdict,) = without_dismissed([found], [Dismissed(((other,), (one,)))], {})

    assert isinstance(verdict, NoConflict) and verdict.reason is NoConflictReason.DISMISSED
    assert without_dismissed([found], [Dismissed(((one, other),))], {}) == [found]  # of one side they say nothing
