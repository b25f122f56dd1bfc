"""The outbox under faults: nothing lost, nothing twice without a mark, every end with a reason."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from monitor.alerts.reasons import Drop
from monitor.config import AlertPolicy, Digest, QuietHours, Target
from monitor.errors import SendError
from monitor.model import AlertState, Cause
from monitor.ports import Message, SendReceipt, Silence
from tests.fakes.alerts import NOON, two_sided
from tests.fakes.outbox import Killed, Office

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Recorder:
    """A target that takes everything and remembers it."""

    messages: list[Message] = field(default_factory=list)

    def send(self, message: Message, target: str) -> SendReceipt:
        self.messages.append(message)
        return SendReceipt({"number": len(self.messages)})

    @property
    def subjects(self) -> list[str]:
        return [message.subject for message in self.messages]


@dataclass
class Refusing:
    """A target that never takes anything."""

    error: SendError
    tries: int = 0

    def send(self, message: Message, target: str) -> SendReceipt:
        self.tries += 1
        raise self.error


def office(*targets: Target, senders: dict[str, object] | None = None, **policy: object) -> tuple[Office, Recorder]:
    recorder = Recorder()
    named = {target.name: recorder for target in targets} | (senders or {})
    return Office(AlertPolicy(targets, **policy), named), recorder  # type: ignore[arg-type]


def learns_many(desk: Office, count: int) -> None:
    for number in range(count):
        desk.learns(two_sided(key=f"c{number}", question=f"Question {number}?", place=f"Village {number}"))


# --- when things go wrong --------------------------------------------------------------------------------------------


def test_a_target_that_is_away_for_an_hour_gets_everything_when_it_is_back() -> None:
    back = NOON + HOUR

    class Away(Recorder):
        def send(self, message: Message, target: str) -> SendReceipt:
            if desk.now < back:
                raise SendError("unreachable", "connection refused", target)
            return super().send(message, target)

    away = Away()
    desk, well = office(Target("away"), Target("well"), senders={"away": away})
    learns_many(desk, 20)
    desk.works_for(minutes=30)
    assert len(well.messages) == 20 and not away.messages, "one failing target never blocks the others"
    desk.works_for(hours=1)

    assert len(set(away.subjects)) == len(away.messages) == 20


def test_a_refusal_for_good_is_dead_at_once_and_ops_are_told_why() -> None:
    ops, bad = Recorder(), Refusing(SendError("refused", "channel_not_found", "desk", False))
    desk, _ = office(Target("desk"), Target("ops", ops=True), senders={"desk": bad, "ops": ops})
    desk.learns(two_sided())
    desk.works_for(minutes=5)

    (alert, notice) = desk.alerts
    assert (alert.state, alert.detail, bad.tries) == (AlertState.DEAD, "refused: channel_not_found", 1)
    assert notice.target == "ops" and notice.state is AlertState.SENT
    assert "desk: refused: channel_not_found" in ops.messages[0].text
    assert "Russian troops have entered Makhnovka" in ops.messages[0].text


def test_a_target_that_stays_away_is_given_up_after_a_day() -> None:
    gone = Refusing(SendError("unreachable", "connection refused", "desk"))
    desk, _ = office(Target("desk"), senders={"desk": gone})
    desk.learns(two_sided())
    desk.works_for(hours=23)
    assert desk.alerts[0].state is AlertState.PENDING
    desk.works_for(hours=2)

    assert desk.alerts[0].state is AlertState.DEAD
    assert 80 < gone.tries < 120, "half a minute at first, a quarter of an hour at last"


def test_after_two_days_without_power_a_target_that_is_away_for_a_moment_still_gets_its_alert() -> None:
    class Away(Recorder):
        tries = 0

        def send(self, message: Message, target: str) -> SendReceipt:
            self.tries += 1
            if self.tries < 4:
                raise SendError("unreachable", "connection refused", target)
            return super().send(message, target)

    away = Away()
    desk, _ = office(Target("away"), senders={"away": away})
    desk.learns(two_sided())
    desk.now += 48 * HOUR
    desk.works_for(minutes=10)

    assert desk.alerts[0].state is AlertState.SENT and len(away.messages) == 1


def test_a_notice_that_cannot_be_delivered_makes_no_further_notice() -> None:
    bad = Refusing(SendError("refused", "no", "x", False))
    desk, _ = office(Target("desk"), Target("ops", ops=True), senders={"desk": bad, "ops": bad})
    desk.learns(two_sided())
    desk.works_for(hours=1)

    assert [(one.target, one.state) for one in desk.alerts] == [("desk", AlertState.DEAD), ("ops", AlertState.DEAD)]


def test_many_dead_alerts_come_to_ops_as_one_notice() -> None:
    ops, bad = Recorder(), Refusing(SendError("refused", "no", "desk", False))
    desk, _ = office(Target("desk"), Target("ops", ops=True), senders={"desk": bad, "ops": ops})
    learns_many(desk, 10)
    desk.works_for(minutes=5)

    assert len(ops.messages) == 1 and len(ops.messages[0].jobs) == 10


def test_a_dead_alert_is_sent_when_it_is_revived() -> None:
    bad = Refusing(SendError("refused", "no", "desk", False))
    desk, recorder = office(Target("desk"), senders={"desk": bad})
    desk.learns(two_sided())
    desk.works_for(minutes=5)
    desk.box.senders["desk"] = recorder  # type: ignore[index]

    assert desk.store.revive_alert(desk.alerts[0].id, desk.now)
    desk.works_for(minutes=1)

    assert desk.alerts[0].state is AlertState.SENT and len(recorder.messages) == 1
    assert not desk.store.revive_alert(desk.alerts[0].id, desk.now), "what was sent is not sent again"


def test_a_worker_killed_between_sending_and_marking_repeats_that_message_with_a_mark() -> None:
    class Mortal(Recorder):
        def send(self, message: Message, target: str) -> SendReceipt:
            receipt = super().send(message, target)
            if len(self.messages) == 1:
                raise Killed
            return receipt

    mortal = Mortal()
    desk, _ = office(Target("desk"), senders={"desk": mortal})
    desk.learns(two_sided())
    desk.works_for(minutes=30)

    assert mortal.subjects == [
        "Kursk Oblast: Who controls Makhnovka?",
        "[possible repeat] Kursk Oblast: Who controls Makhnovka?",
    ]
    assert desk.alerts[0].possible_repeat and desk.alerts[0].state is AlertState.SENT


def test_a_target_that_left_the_config_gets_nothing_and_the_row_says_so() -> None:
    desk, _ = office(Target("desk"))
    desk.learns(two_sided())
    desk.box.senders.clear()  # type: ignore[attr-defined]
    desk.works_for(minutes=5)

    assert desk.alerts[0].detail == Drop.NO_TARGET.value


# --- what keeps the noise down ---------------------------------------------------------------------------------------


def test_a_rate_limited_target_gets_the_rest_in_one_message_an_hour() -> None:
    desk, recorder = office(Target("desk", rate=3))
    learns_many(desk, 12)
    desk.works_for(minutes=30)

    assert [len(message.jobs) for message in recorder.messages] == [1, 1, 10]
    learns_many_more = two_sided(key="later", question="Later?", place="Later")
    desk.learns(learns_many_more)
    desk.works_for(minutes=20)
    assert len(recorder.messages) == 3, "the hour is full"
    desk.works_for(hours=1)
    assert [message.subject for message in recorder.messages[3:]] == ["Kursk Oblast: Later?"]


def test_a_night_in_quiet_hours_is_one_message_in_the_morning() -> None:
    night = QuietHours(time(22), time(6), "UTC")
    desk, recorder = office(Target("desk"), quiet_hours=night)
    desk.now = datetime(2025, 1, 7, 22, 30, tzinfo=NOON.tzinfo)
    learns_many(desk, 5)
    desk.works_for(hours=7)
    assert recorder.messages == []
    desk.works_for(hours=1)

    (morning,) = recorder.messages
    assert len(morning.jobs) == 5 and "held over quiet hours" in morning.subject


def test_a_daily_digest_holds_each_conflict_once_in_its_latest_state() -> None:
    desk, recorder = office(Target("desk", digest=Digest(time(7), "UTC")))
    conflict = two_sided()
    desk.learns(conflict)
    desk.learns(two_sided(key="c2", question="Second?", place="Elsewhere"))
    desk.now += HOUR
    desk.learns(conflict.says("grey", "Nobody holds it", "Third Post").because(Cause.NEW_POSITION))
    desk.works_for(hours=24)

    (digest,) = recorder.messages
    assert sorted(job.alert.conflict for job in digest.jobs) == ["c1", "c2"]
    assert "Nobody holds it" in digest.text
    assert Counter(alert.state for alert in desk.alerts) == {AlertState.SENT: 2, AlertState.SUPPRESSED: 1}


def test_a_silence_drops_what_it_matches_and_the_conflict_is_told_when_it_moves_after_it() -> None:
    desk, recorder = office(Target("desk"))
    conflict = two_sided()
    desk.store.add_silence(Silence("s1", NOON, NOON + HOUR, "me", "known", ("Kursk Oblast",)), NOON)
    desk.learns(conflict)
    desk.works_for(minutes=30)
    assert recorder.messages == [] and desk.alerts[0].detail.startswith("silenced (s1 until")
    desk.now += 2 * HOUR
    desk.learns(conflict.says("held", "Still ours", "Third Post").because(Cause.NEW_SOURCE))
    desk.works_for(minutes=5)

    assert recorder.messages[0].text.startswith("Sources conflict"), "to this target it is new"


def test_an_ended_silence_is_kept_but_mutes_nothing() -> None:
    desk, recorder = office(Target("desk"))
    desk.store.add_silence(Silence("s1", NOON, NOON + DAY), NOON)

    assert desk.store.expire_silence("s1", NOON) and not desk.store.expire_silence("s1", NOON)
    desk.learns(two_sided())
    desk.works_for(minutes=5)

    assert len(recorder.messages) == 1 and [one.id for one in desk.store.silences()] == ["s1"]


def test_a_region_wide_conflict_hides_its_details_once_it_was_told() -> None:
    desk, recorder = office(Target("desk"))
    desk.learns(two_sided(key="wide", question="Who controls the region?", place=None))
    desk.works_for(minutes=5)
    desk.learns(two_sided(key="detail"))
    desk.learns(two_sided(key="other", region="Sudan", question="Who controls Sudan's capital?"))
    desk.works_for(minutes=5)

    told = [message.job.alert.conflict for message in recorder.messages]
    assert told == ["wide", "other"]
    assert [one.detail for one in desk.alerts if one.conflict == "detail"] == [f"{Drop.INHIBITED.value} (wide)"]


# --- five hundred under fire -----------------------------------------------------------------------------------------


@dataclass
class Unreliable:
    """A target that fails in every way there is, by the dice; it knows what it really took."""

    dice: random.Random
    office: list[Office]
    away: tuple[datetime, datetime] | None = None
    taken: list[tuple[str, bool]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def send(self, message: Message, target: str) -> SendReceipt:
        throw = self.dice.random()
        if self.away and self.away[0] <= self.office[0].now < self.away[1]:
            raise SendError("unreachable", "connection refused", target)
        if throw < 0.02:
            self.refused.update(job.alert.id for job in message.jobs)
            raise SendError("refused", "HTTP 400", target, False)
        if throw < 0.10:
            raise SendError("rate-limited", "HTTP 429", target, True, self.dice.choice([1.0, 30.0, 90.0]))
        if throw < 0.20:
            raise SendError("refused", "HTTP 503", target)
        if throw < 0.25:
            raise Killed
        if throw < 0.30:
            self._take(message)
            raise SendError("timeout", "no answer", target, True, None, True)
        self._take(message)
        if throw < 0.36:
            raise Killed
        return SendReceipt({})

    def _take(self, message: Message) -> None:
        self.taken += [(job.alert.id, job.alert.possible_repeat) for job in message.jobs]


def test_five_hundred_alerts_to_failing_targets_with_workers_killed() -> None:
    dice, offices = random.Random(1), list[Office]()
    names = ["a", "b", "c", "limited"]
    targets = {name: Unreliable(dice, offices) for name in names}
    targets["b"].away = (NOON + timedelta(minutes=10), NOON + timedelta(minutes=70))
    ops = Recorder()
    desk = Office(
        AlertPolicy(
            (*(Target(name, rate=6 if name == "limited" else None) for name in names), Target("ops", ops=True))
        ),
        {**targets, "ops": ops},
    )
    offices.append(desk)
    for number in range(125):
        desk.learns(two_sided(key=f"c{number}", question=f"Question {number}?", place=f"Village {number}"))
        desk.now += timedelta(seconds=20)
        if number % 5 == 0:
            desk.works()
    desk.works_for(hours=30)

    rows = [one for one in desk.alerts if one.target != "ops"]
    assert len(rows) == 500
    assert {one.state for one in rows} <= {AlertState.SENT, AlertState.DEAD}
    for name, target in targets.items():
        mine = [one for one in rows if one.target == name]
        times = Counter(id for id, _ in target.taken)
        assert all(times[one.id] >= 1 for one in mine if one.state is AlertState.SENT), "nothing is lost"
        assert all(one.detail for one in mine if one.state is AlertState.DEAD), "the dead have a reason"
        assert {one.id for one in mine if one.state is AlertState.DEAD} <= target.refused
        seen: set[str] = set()
        for id, marked in target.taken:
            assert id not in seen or marked, "a repeat is marked"
            seen.add(id)
    dead = {one.id for one in rows if one.state is AlertState.DEAD}
    assert dead and {lost.id for message in ops.messages for job in message.jobs for lost in job.undelivered} == dead
