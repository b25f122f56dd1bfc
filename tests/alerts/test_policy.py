"""Situations with the expected decision and reason: who hears of a conflict, when, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from monitor.alerts.hours import next_digest, quiet_until
from monitor.alerts.policy import decide, fingerprint, plan, release
from monitor.alerts.reasons import AlertReason, Drop, Gather, Hold
from monitor.config import AlertPolicy, Digest, QuietHours, Region, Target
from monitor.model import Alert, AlertState, Cause, ConflictState, Frame, SourceKind
from monitor.ports import Silence, Traffic
from tests.fakes.alerts import NOON, ConflictBuilder, two_sided

DESK = Target("desk")
PLAIN, CALM = AlertPolicy(), Traffic()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = NOON + HOUR
REGION = Region("Kursk Oblast")
NIGHT = QuietHours(time(22), time(6), "Europe/London")
MORNING = Digest(time(7), "Europe/London")


def row(revision: int = 1, state: AlertState = AlertState.SENT, target: str = "desk") -> Alert:
    return Alert(f"r{revision}", "c1", revision, target, "opened", NOON, NOON, state)


def grown(cause: Cause, **values: Any) -> ConflictBuilder:
    return two_sided(**values).says("entered", "They are in", "Third Post").because(cause)


# --- when a conflict changes -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A change of a conflict, for one target."""

    name: str
    conflict: ConflictBuilder = field(default_factory=two_sided)
    target: Target = DESK
    policy: AlertPolicy = PLAIN
    region: Region | None = REGION
    history: Sequence[Alert] = ()
    now: datetime = NOW
    reason: AlertReason = AlertReason.OPENED
    drop: Drop | None = None
    hold: Hold | None = Hold.GROUP_WAIT
    at: datetime | None = None


CHANGES = [
    Change("a new conflict waits for its other side's details", at=NOW + 2 * MINUTE),
    Change("group_wait is the config's", policy=AlertPolicy(group_wait=9 * MINUTE), at=NOW + 9 * MINUTE),
    Change("the sample wire is shown at once", two_sided(sample=True), hold=None, at=NOW),
    Change("a weak conflict is not told", two_sided(confidence=0.1), drop=Drop.LOW_CONFIDENCE),
    Change("the threshold itself is enough", two_sided(confidence=0.2)),
    Change("a target may want less certainty", two_sided(confidence=0.1), Target("desk", min_confidence=0.05)),
    Change("a target may want more", target=Target("desk", min_confidence=0.9), drop=Drop.LOW_CONFIDENCE),
    Change("the policy may want more", policy=AlertPolicy(min_confidence=0.9), drop=Drop.LOW_CONFIDENCE),
    Change("another region is not this target's", target=Target("desk", regions=("Sudan",)), drop=Drop.REGION),
    Change("its own region is", target=Target("desk", regions=("Sudan", "Kursk Oblast"))),
    Change(
        "the other region of a conflict about two is",
        two_sided().about("Sumy Oblast").says("held", "We hold it", "Sumy News"),
        Target("desk", regions=("Sumy Oblast",)),
    ),
    Change("another frame is not", target=Target("desk", frames=frozenset({Frame.CASUALTIES})), drop=Drop.FRAME),
    Change("its own frame is", target=Target("desk", frames=frozenset({Frame.CONTROL}))),
    Change("the region's alerts go elsewhere", region=replace(REGION, alerts=("other",)), drop=Drop.ROUTE),
    Change("the region's alerts come here", region=replace(REGION, alerts=("other", "desk"))),
    Change("the region's alerts go to nobody", region=replace(REGION, alerts=()), drop=Drop.ROUTE),
    Change("the region has other topics", region=replace(REGION, topics=frozenset({Frame.AREA})), drop=Drop.TOPIC),
    Change("the region has this topic", region=replace(REGION, topics=frozenset({Frame.CONTROL}))),
    Change("a region that left the config still alerts", region=None),
    Change("no outlet of the kind", target=Target("desk", source_kinds=frozenset({"state"})), drop=Drop.SOURCE_KIND),
    Change(
        "one outlet of the kind is enough",
        two_sided().says("entered", "Ours are in", "State TV", kind=SourceKind.STATE),
        Target("desk", source_kinds=frozenset({"state"})),
    ),
    Change("old news", policy=AlertPolicy(max_age=7 * DAY), now=NOON + 9 * DAY, drop=Drop.TOO_OLD),
    Change("one fresh claim is enough", policy=AlertPolicy(max_age=51 * MINUTE)),
    Change("no max_age, no limit", now=NOON + 900 * DAY),
    Change("dismissed", two_sided(state=ConflictState.DISMISSED), drop=Drop.DISMISSED),
    Change("new position", grown(Cause.NEW_POSITION), history=[row()], reason=AlertReason.NEW_POSITION),
    Change("new source", grown(Cause.NEW_SOURCE), history=[row()], reason=AlertReason.NEW_SOURCE),
    Change("correction", grown(Cause.CORRECTED), history=[row()], reason=AlertReason.CORRECTED),
    Change("reopened", grown(Cause.REOPENED), history=[row()], reason=AlertReason.REOPENED),
    Change(
        "settlement",
        grown(Cause.SETTLED, state=ConflictState.SETTLED),
        history=[row()],
        reason=AlertReason.SETTLED,
    ),
    Change(
        "more evidence never alerts",
        grown(Cause.MORE_EVIDENCE),
        history=[row()],
        reason=AlertReason.NOTHING_NEW,
        drop=Drop.MORE_EVIDENCE,
    ),
    Change(
        "gone quiet never alerts",
        grown(Cause.QUIET, state=ConflictState.QUIET),
        history=[row()],
        reason=AlertReason.NOTHING_NEW,
        drop=Drop.GONE_QUIET,
    ),
    Change(
        "quiet and never told",
        grown(Cause.QUIET, state=ConflictState.QUIET),
        drop=Drop.GONE_QUIET,
    ),
    Change(
        "settled before it was told",
        grown(Cause.SETTLED, state=ConflictState.SETTLED),
        reason=AlertReason.SETTLED,
        drop=Drop.SETTLED_UNTOLD,
    ),
    Change(
        "more evidence makes a weak conflict strong enough: to this target it opens now",
        grown(Cause.MORE_EVIDENCE),
        history=[row(state=AlertState.SUPPRESSED)],
    ),
    Change(
        "what was told of is no opening again, even if it was given up",
        grown(Cause.NEW_SOURCE),
        history=[row(state=AlertState.DEAD)],
        reason=AlertReason.NEW_SOURCE,
    ),
    Change(
        "of several causes the weightiest counts",
        grown(Cause.NEW_SOURCE).because(Cause.CORRECTED).because(Cause.MORE_EVIDENCE),
        history=[row()],
        reason=AlertReason.CORRECTED,
    ),
    Change(
        "causes of earlier rows do not count again",
        grown(Cause.NEW_POSITION).because(Cause.MORE_EVIDENCE),
        history=[row(), row(2)],
        reason=AlertReason.NOTHING_NEW,
        drop=Drop.MORE_EVIDENCE,
    ),
    Change(
        "in quiet hours it waits for the morning",
        policy=AlertPolicy(quiet_hours=NIGHT),
        now=datetime(2025, 1, 7, 23, tzinfo=UTC),
        hold=Hold.QUIET_HOURS,
        at=datetime(2025, 1, 8, 6, tzinfo=UTC),
    ),
    Change(
        "a wait that ends in quiet hours, too",
        policy=AlertPolicy(quiet_hours=NIGHT),
        now=datetime(2025, 1, 7, 21, 59, tzinfo=UTC),
        hold=Hold.QUIET_HOURS,
        at=datetime(2025, 1, 8, 6, tzinfo=UTC),
    ),
    Change("outside quiet hours it does not", policy=AlertPolicy(quiet_hours=NIGHT)),
    Change(
        "a digest comes at its time in its zone",
        target=Target("desk", digest=Digest(time(7), "America/New_York")),
        hold=Hold.DIGEST,
        at=datetime(2025, 1, 8, 12, tzinfo=UTC),
    ),
    Change(
        "a weekly digest on its day",
        target=Target("desk", digest=Digest(time(7), "UTC", 4)),
        hold=Hold.DIGEST,
        at=datetime(2025, 1, 10, 7, tzinfo=UTC),
    ),
    Change(
        "quiet hours do not hold a digest that was asked for",
        target=Target("desk", digest=Digest(time(5), "Europe/London")),
        policy=AlertPolicy(quiet_hours=NIGHT),
        hold=Hold.DIGEST,
        at=datetime(2025, 1, 8, 5, tzinfo=UTC),
    ),
]


@pytest.mark.parametrize("case", CHANGES, ids=lambda case: case.name)
def test_a_change_of_a_conflict(case: Change) -> None:
    here = [case.region] if case.region else []

    found = decide(case.conflict.view(), case.target, case.policy, here, case.history, case.now)

    assert (found.reason, found.drop) == (case.reason, case.drop)
    if case.drop is None:
        assert found.hold == case.hold
        assert case.at is None or found.at == case.at


# --- when an alert is due --------------------------------------------------------------------------------------------


def told(builder: ConflictBuilder, at: datetime, **more: Any) -> dict[str, Any]:
    return {"revision": 1, "print": fingerprint(builder.conflict()), "at": at.isoformat(), **more}


@dataclass(frozen=True)
class Due:
    """An alert that is due."""

    name: str
    conflict: ConflictBuilder = field(default_factory=two_sided)
    target: Target = DESK
    policy: AlertPolicy = PLAIN
    sent: Sequence[dict[str, Any]] = ()
    silences: Sequence[Silence] = ()
    traffic: Traffic = CALM
    now: datetime = NOW
    drop: Drop | None = None
    hold: Hold | None = None
    at: datetime | None = None
    gather: Gather | None = None
    alert: dict[str, Any] = field(default_factory=dict)


def silence(**matchers: Any) -> Silence:
    return Silence("s1", NOON, NOON + DAY, **matchers)


SENT = [NOW - 50 * MINUTE, NOW - 10 * MINUTE, NOW - MINUTE]
DUE = [
    Due("it goes out"),
    Due("others wait too, but nothing gathers them", traffic=Traffic(waiting=4)),
    Due("dismissed meanwhile", two_sided(state=ConflictState.DISMISSED), drop=Drop.DISMISSED),
    Due("an earlier message showed this revision", sent=[told(two_sided(), NOW)], drop=Drop.COVERED),
    Due("settled while it waited", grown(Cause.SETTLED, state=ConflictState.SETTLED), drop=Drop.SETTLED_UNTOLD),
    Due(
        "settled after it was told",
        grown(Cause.SETTLED, state=ConflictState.SETTLED),
        sent=[told(two_sided(), NOON)],
    ),
    Due(
        "the same again within repeat_interval",
        grown(Cause.REOPENED),
        sent=[told(grown(Cause.REOPENED), NOW - 23 * HOUR)],
        drop=Drop.REPEAT,
    ),
    Due(
        "the same again after repeat_interval",
        grown(Cause.REOPENED),
        sent=[told(grown(Cause.REOPENED), NOW - 25 * HOUR)],
    ),
    Due("something new within repeat_interval", grown(Cause.NEW_SOURCE), sent=[told(two_sided(), NOW - HOUR)]),
    Due("silenced by region", silences=[silence(regions=("kursk oblast",))], drop=Drop.SILENCED),
    Due(
        "a silence for one of the two regions that it is about",
        two_sided().about("Sumy Oblast").says("held", "We hold it", "Sumy News"),
        silences=[silence(regions=("Kursk Oblast",))],
    ),
    Due(
        "a silence for both",
        two_sided().about("Sumy Oblast").says("held", "We hold it", "Sumy News"),
        silences=[silence(regions=("Kursk Oblast", "Sumy Oblast"))],
        drop=Drop.SILENCED,
    ),
    Due("silenced by everything", silences=[silence()], drop=Drop.SILENCED),
    Due(
        "silenced by place and frame",
        silences=[silence(places=("Makhnovka",), frames=("control",))],
        drop=Drop.SILENCED,
    ),
    Due("a silence for another frame", silences=[silence(places=("Makhnovka",), frames=("area",))]),
    Due("a silence for another target", silences=[silence(targets=("other",))]),
    Due("a silence for this conflict", silences=[silence(conflicts=("c1",))], drop=Drop.SILENCED),
    Due("a region-wide conflict hides its details", traffic=Traffic(overview="c9"), drop=Drop.INHIBITED),
    Due(
        "quiet hours came while it was tried again",
        policy=AlertPolicy(quiet_hours=NIGHT),
        now=datetime(2025, 1, 7, 23, tzinfo=UTC),
        hold=Hold.QUIET_HOURS,
        at=datetime(2025, 1, 8, 6, tzinfo=UTC),
    ),
    Due("the target asked for a pause", traffic=Traffic(paused_until=NOW + HOUR), hold=Hold.PAUSED, at=NOW + HOUR),
    Due(
        "an earlier one of this conflict is under way",
        traffic=Traffic(leased=1, same_leased=True),
        hold=Hold.IN_ORDER,
    ),
    Due("others under way do not matter", traffic=Traffic(leased=9)),
    Due("below the rate", target=Target("desk", rate=5), traffic=Traffic(tuple(SENT), waiting=2)),
    Due(
        "the last of the hour takes the others with it",
        target=Target("desk", rate=4),
        traffic=Traffic(tuple(SENT), waiting=2),
        gather=Gather.RATE,
    ),
    Due("alone it is no digest", target=Target("desk", rate=4), traffic=Traffic(tuple(SENT))),
    Due(
        "at the rate it waits until the hour has room",
        target=Target("desk", rate=3),
        traffic=Traffic(tuple(SENT)),
        hold=Hold.RATE,
        at=SENT[0] + HOUR + timedelta(seconds=1),
    ),
    Due(
        "what is being sent counts",
        target=Target("desk", rate=4),
        traffic=Traffic(tuple(SENT), leased=1),
        hold=Hold.IN_FLIGHT,
    ),
    Due("a digest gathers", target=Target("desk", digest=MORNING), traffic=Traffic(waiting=9), gather=Gather.DIGEST),
    Due(
        "what was held overnight comes as one message",
        policy=AlertPolicy(quiet_hours=NIGHT),
        traffic=Traffic(waiting=3),
        now=datetime(2025, 1, 8, 6, tzinfo=UTC),
        alert={
            "created": datetime(2025, 1, 7, 23, tzinfo=UTC),
            "not_before": datetime(2025, 1, 8, 6, tzinfo=UTC),
        },
        gather=Gather.MORNING,
    ),
    Due(
        "a notice goes out in quiet hours",
        policy=AlertPolicy(quiet_hours=QuietHours(time(12), time(14), "UTC")),
        alert={"reason": "undelivered"},
    ),
    Due("notices come together", traffic=Traffic(waiting=3), alert={"reason": "undelivered"}, gather=Gather.NOTICES),
]


@pytest.mark.parametrize("case", DUE, ids=lambda case: case.name)
def test_a_due_alert(case: Due) -> None:
    job = case.conflict.job(case.target.name, case.sent, **case.alert)

    found = release(job, case.target, case.policy, case.silences, case.traffic, case.now)

    assert (found.drop, found.hold, found.gather) == (case.drop, case.hold, case.gather)
    assert case.at is None or found.at == case.at
    assert found.drop is None or found.words


# --- rows ------------------------------------------------------------------------------------------------------------


def test_every_target_gets_a_row_with_the_reason_and_ops_targets_none() -> None:
    policy = AlertPolicy((DESK, Target("south", regions=("Sudan",)), Target("ops", ops=True)))

    rows = plan(two_sided().view(), policy, [REGION], [], NOW)

    assert [(one.target, one.state, one.detail) for one in rows] == [
        ("desk", AlertState.PENDING, Hold.GROUP_WAIT.value),
        ("south", AlertState.SUPPRESSED, Drop.REGION.value),
    ]


def test_without_targets_the_terminal_is_told_whatever_the_routes() -> None:
    rows = plan(two_sided().view(), AlertPolicy(), [replace(REGION, alerts=("desk",))], [], NOW)

    assert [(one.target, one.state) for one in rows] == [("console", AlertState.PENDING)]


def test_only_ops_targets_means_that_nobody_is_told_of_conflicts() -> None:
    assert plan(two_sided().view(), AlertPolicy((Target("ops", ops=True),)), [REGION], [], NOW) == []


def test_planning_the_same_change_twice_gives_the_same_rows() -> None:
    policy = AlertPolicy((DESK,))

    assert plan(two_sided().view(), policy, [], [], NOW) == plan(two_sided().view(), policy, [], [], NOW)


# --- clock times -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2025-01-07T21:59", None),
        ("2025-01-07T22:00", "2025-01-08T06:00"),
        ("2025-01-08T05:59", "2025-01-08T06:00"),
        ("2025-01-08T06:00", None),
        ("2025-07-07T21:30", "2025-07-08T05:00"),  # summer time: 22:30 in London
        ("2025-03-29T23:00", "2025-03-30T05:00"),  # the night of the change is an hour shorter
    ],
)
def test_quiet_hours_cross_midnight_in_their_zone(now: str, end: str | None) -> None:
    expected = datetime.fromisoformat(end).replace(tzinfo=UTC) if end else None

    assert quiet_until(NIGHT, datetime.fromisoformat(now).replace(tzinfo=UTC)) == expected


def test_quiet_hours_within_one_day() -> None:
    lunch = QuietHours(time(12), time(13), "UTC")

    assert quiet_until(lunch, NOON + 30 * MINUTE) == NOON + HOUR
    assert quiet_until(lunch, NOON + HOUR) is None


def test_a_digest_is_due_at_its_minute_and_then_the_next_day() -> None:
    at = datetime(2025, 7, 1, 6, tzinfo=UTC)  # 07:00 in London's summer

    assert next_digest(MORNING, at) == at
    assert next_digest(MORNING, at + timedelta(seconds=1)) == at + DAY
