"""A conflict's life: opened, grown, corrected, settled, quiet, reopened; every change with its cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.conflicts.cluster import Cluster, clusters
from monitor.conflicts.compare import Conflicting
from monitor.conflicts.lifecycle import gone_quiet, grown, merged, opened
from monitor.conflicts.pairs import Pair
from monitor.conflicts.reasons import ConflictReason
from monitor.model import Cause, Claim, Conflict, ConflictState
from tests.fakes.claims import Said, claim
from tests.fakes.values import HOUR, NOON

WEEK = timedelta(days=7)
OPENS = 0.28
MINISTRY, MAYOR = claim().by("health ministry"), claim().in_("Coast Radio").by("the mayor")
CRESCENT = claim().in_("Gulf Post").by("the Red Crescent")


class Life:
    """A conflict that is told one claim after the other; different figures clash, equal ones agree."""

    def __init__(self, *said: Said, copies: dict[str, str] | None = None) -> None:
        self.said = list(said)
        self.weak: set[str] = set()
        self.copies = copies or {}
        self.now = NOON
        self.conflict = opened(self._cluster(), 0.9, self.now)

    def then(self, *said: Said, at: datetime | None = None) -> Life:
        """Let somebody say something more."""
        self.said += said
        self.now = at or self.now + HOUR
        self.conflict = grown(self.conflict, self._cluster(), 0.9, self.now, self.copies)
        return self

    def then_perhaps(self, *said: Said) -> Life:
        """Let somebody say something that contradicts others too weakly to open a dispute."""
        self.weak |= {one.claim.id for one in said}
        return self.then(*said)

    def silence(self, span: timedelta) -> Life:
        """Let time pass without news."""
        self.now += span
        self.conflict = next(iter(gone_quiet([self.conflict], self.now, WEEK)), self.conflict)
        return self

    @property
    def causes(self) -> list[str]:
        return [revision.cause for revision in self.conflict.revisions]

    def _cluster(self) -> Cluster:
        pairs = [Pair.of(a.claim, b.claim) for n, a in enumerate(self.said) for b in self.said[n + 1 :]]
        apart = [pair for pair in pairs if not pair.same_root]
        unlike = [pair for pair in apart if _value(pair.first) != _value(pair.second)]
        edges = [
            Conflicting(pair, 0.2 if self.weak & set(pair.key) else 0.9, (ConflictReason.FIGURES,)) for pair in unlike
        ]
        alike = {pair.key: 0.8 for pair in apart if _value(pair.first) == _value(pair.second)}
        (found,) = clusters(edges, alike, [one.claim for one in self.said], OPENS)
        return found


def _value(one: Claim) -> str:
    return one.value


def answers(conflict: Conflict) -> Sequence[set[str]]:
    return [{claim.value for claim in position.claims} for position in conflict.positions]


def test_two_answers_open_a_conflict() -> None:
    conflict = Life(MINISTRY.killed(12), MAYOR.killed(15)).conflict

    assert conflict.state is ConflictState.OPEN and conflict.revision == 1
    assert sorted(map(sorted, answers(conflict))) == [["12"], ["15"]]
    assert "Health ministry" in conflict.revisions[0].note and "The mayor" in conflict.revisions[0].note


def test_its_identity_is_that_of_its_first_claim() -> None:
    one, other = Life(MINISTRY.killed(12), MAYOR.killed(15)), Life(MAYOR.killed(15), MINISTRY.killed(12))

    assert one.conflict.id == other.conflict.id


def test_a_third_answer_is_a_new_position() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15)).then(CRESCENT.killed(30))

    assert life.causes == [Cause.OPENED, Cause.NEW_POSITION]
    assert "30" in life.conflict.revisions[-1].note and life.conflict.revision == 2


def test_another_voice_for_a_known_answer_is_a_new_source() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15)).then(CRESCENT.killed(15))

    assert life.causes == [Cause.OPENED, Cause.NEW_SOURCE]
    assert life.conflict.revisions[-1].note == "the Red Crescent"


def test_the_same_voice_again_is_more_evidence() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15)).then(MAYOR.in_("City News").killed(15).after(2))

    assert life.causes == [Cause.OPENED, Cause.MORE_EVIDENCE]


def test_a_wire_copy_is_no_new_source() -> None:
    own = claim().killed(12).in_article("original")
    copy = claim().in_("City News").killed(12).in_article("copy").after(1)

    life = Life(own, MAYOR.killed(15), copies={"copy": "original"}).then(copy)

    assert life.causes == [Cause.OPENED, Cause.MORE_EVIDENCE]


def test_a_weak_contradiction_is_more_evidence_and_no_new_position() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15)).then_perhaps(CRESCENT.killed(30))

    assert life.causes == [Cause.OPENED, Cause.MORE_EVIDENCE]
    assert CRESCENT.killed(30).claim.id in {c.id for p in life.conflict.positions for c in p.claims}


def test_a_weak_contradiction_for_a_known_answer_is_no_new_source() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15)).then_perhaps(CRESCENT.killed(15))

    assert life.causes == [Cause.OPENED, Cause.MORE_EVIDENCE]


def test_a_strong_contradiction_beside_a_weak_one_is_what_is_told() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15))
    life.weak.add(CRESCENT.killed(30).claim.id)

    life.then(CRESCENT.killed(30), claim().in_("City News").killed(40))

    assert life.causes == [Cause.OPENED, Cause.NEW_POSITION]
    assert "40" in life.conflict.revisions[-1].note and "30" not in life.conflict.revisions[-1].note


def test_nothing_new_changes_nothing() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15))
    before = life.conflict

    assert life.then().conflict is before


def test_a_voice_that_comes_round_settles_it() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15)).then(MINISTRY.killed(15).after(3))

    assert life.causes == [Cause.OPENED, Cause.MORE_EVIDENCE, Cause.CORRECTED, Cause.SETTLED]
    assert life.conflict.state is ConflictState.SETTLED
    assert life.conflict.revisions[2].note == "health ministry" and "15" in life.conflict.revisions[3].note


def test_it_stays_open_while_somebody_stands_by_the_old_answer() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15), CRESCENT.killed(12)).then(MINISTRY.killed(15).after(3))

    assert life.causes == [Cause.OPENED, Cause.MORE_EVIDENCE, Cause.CORRECTED]
    assert life.conflict.state is ConflictState.OPEN


def test_a_correction_to_a_third_answer_leaves_it_open() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15)).then(MINISTRY.killed(14).after(3))

    assert life.causes == [Cause.OPENED, Cause.NEW_POSITION, Cause.CORRECTED]
    assert life.conflict.state is ConflictState.OPEN


def test_a_correction_that_arrives_before_what_it_corrects_settles_it_too() -> None:
    life = Life(MAYOR.killed(15), MINISTRY.killed(15).after(3), MINISTRY.killed(12))

    assert life.causes == [Cause.OPENED, Cause.CORRECTED, Cause.SETTLED]
    assert life.conflict.state is ConflictState.SETTLED


def test_more_evidence_for_what_was_settled_does_not_open_it_again() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15)).then(MINISTRY.killed(15).after(3))

    life.then(CRESCENT.killed(15).after(4))

    assert life.causes[-1] == Cause.NEW_SOURCE and life.conflict.state is ConflictState.SETTLED


def test_somebody_for_the_old_answer_opens_it_again() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15)).then(MINISTRY.killed(15).after(3))

    life.then(CRESCENT.killed(12).after(4))

    assert life.causes[-2:] == [Cause.REOPENED, Cause.NEW_SOURCE]
    assert life.conflict.state is ConflictState.OPEN


def test_without_news_it_grows_quiet_once() -> None:
    almost = Life(MINISTRY.killed(12), MAYOR.killed(15)).silence(WEEK - HOUR)
    life = Life(MINISTRY.killed(12), MAYOR.killed(15)).silence(WEEK).silence(WEEK)

    assert almost.conflict.state is ConflictState.OPEN
    assert life.conflict.state is ConflictState.QUIET
    assert life.causes == [Cause.OPENED, Cause.QUIET]


def test_news_reopens_a_quiet_one() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15)).silence(WEEK).then(CRESCENT.killed(15).after(200))

    assert life.causes == [Cause.OPENED, Cause.QUIET, Cause.REOPENED, Cause.NEW_SOURCE]
    assert life.conflict.state is ConflictState.OPEN


def test_what_was_not_dismissed_reopens_a_dismissed_one() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15))
    object.__setattr__(life.conflict, "state", ConflictState.DISMISSED)

    life.then(CRESCENT.killed(30))

    assert life.causes == [Cause.OPENED, Cause.REOPENED, Cause.NEW_POSITION]
    assert life.conflict.state is ConflictState.OPEN


def test_a_conflict_found_to_be_another_names_it_once() -> None:
    one, other = Life(MINISTRY.killed(12), MAYOR.killed(15)), Life(CRESCENT.killed(12), MAYOR.killed(15))

    gone = merged(other.conflict, one.conflict, NOON + HOUR)

    assert gone.revisions[-1].cause == Cause.MERGED and gone.revisions[-1].note == one.conflict.id
    assert gone.state is ConflictState.SETTLED
    assert merged(gone, one.conflict, NOON + 2 * HOUR) is gone


def test_revisions_are_numbered_without_a_gap_and_in_time() -> None:
    life = Life(MINISTRY.killed(12), MAYOR.killed(15)).then(CRESCENT.killed(30)).silence(WEEK)
    life.then(MINISTRY.killed(15).after(300))

    numbers = [revision.number for revision in life.conflict.revisions]
    times = [revision.at for revision in life.conflict.revisions]
    assert numbers == list(range(1, len(numbers) + 1)) and times == sorted(times)


def test_an_answer_names_its_speaker_and_its_figure() -> None:
    conflict = Life(MINISTRY.killed(12), MAYOR.killed(15)).conflict

    assert {position.answer for position in conflict.positions} == {
        "Health ministry: 12 killed",
        "The mayor: 15 killed",
    }


def test_the_reasons_say_what_it_is_and_what_it_is_not() -> None:
    conflict = Life(MINISTRY.killed(12).speaking_of(1, "Tuesday"), MAYOR.killed(15).speaking_of(1, "Tuesday")).conflict

    assert "the figures cannot both be right" in conflict.reasons
    assert "not an update: both speak of Tuesday" in conflict.reasons
    assert "two independent voices: health ministry (Harbour Wire) and the mayor (Coast Radio)" in conflict.reasons or (
        "two independent voices: the mayor (Coast Radio) and health ministry (Harbour Wire)" in conflict.reasons
    )
