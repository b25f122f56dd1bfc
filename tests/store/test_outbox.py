"""The outbox and the silences on every kind of database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.alerts.policy import notice
from monitor.config import AlertPolicy, Target
from monitor.model import AlertState
from monitor.ports import PAUSED, Silence, Work
from monitor.store.repository import SqlStore
from tests.fakes.alerts import NOON, two_sided
from tests.fakes.outbox import Office

LEASE, MINUTE, HOUR = timedelta(minutes=3), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def office(store: SqlStore) -> Office:
    """Three conflicts and a target, in the store of each kind."""
    made = Office(AlertPolicy((Target("desk"),)), {})
    made.store = store
    for number in range(3):
        made.learns(two_sided(key=f"c{number}", place=None if number == 0 else "Makhnovka"))
    return made


def test_what_waits_for_a_target_is_claimed_together_and_once(office: Office) -> None:
    later = NOON + HOUR
    first, *others = [alert.id for alert in office.alerts]

    assert office.store.claim_alert(first, later, LEASE) is not None
    jobs = office.store.claim_waiting("desk", later, LEASE, 10)

    assert sorted(job.alert.id for job in jobs) == sorted(others)
    assert office.store.claim_waiting("desk", later, LEASE, 10) == []
    office.store.mark_all_sent({job.alert.id: {"message": "m1"} for job in jobs}, later)
    assert [alert.state for alert in office.alerts].count(AlertState.SENT) == 2


def test_a_held_alert_was_no_attempt_and_no_possible_repeat(office: Office) -> None:
    id = office.alerts[0].id
    office.store.claim_alert(id, NOON + HOUR, LEASE)
    office.store.hold_alert(id, NOON + 2 * HOUR, "quiet hours")

    assert office.store.claim_alert(id, NOON + HOUR, LEASE) is None
    job = office.store.claim_alert(id, NOON + 2 * HOUR, LEASE)
    assert job is not None and (job.alert.attempts, job.alert.possible_repeat) == (1, False)


def test_a_lease_that_ran_out_is_a_possible_repeat(office: Office) -> None:
    id = office.alerts[0].id
    office.store.claim_alert(id, NOON + HOUR, LEASE)

    job = office.store.claim_alert(id, NOON + HOUR + LEASE, LEASE)

    assert job is not None and job.alert.possible_repeat


def test_traffic_tells_what_else_goes_on_at_a_target(office: Office) -> None:
    now, ids = NOON + HOUR, {alert.conflict: alert.id for alert in office.alerts}
    office.store.claim_alert(ids["c0"], now, LEASE)
    office.store.mark_sent(ids["c0"], {"message": "m1"}, now)
    job = office.store.claim_alert(ids["c1"], now, LEASE)
    assert job is not None

    seen = office.store.traffic(job, now + MINUTE)
    assert (seen.recent, seen.leased, seen.waiting, seen.overview) == ((now,), 0, 1, "c0")

    office.store.claim_alert(ids["c2"], now, LEASE)
    office.store.retry_later(Work.ALERT, ids["c2"], now + HOUR, f"{PAUSED}: 3600 s")
    assert office.store.traffic(job, now + MINUTE).paused_until == now + HOUR
    assert office.store.traffic(job, now + 2 * HOUR).recent == ()


def test_the_alerts_of_one_digest_are_one_message(office: Office) -> None:
    ids = [alert.id for alert in office.alerts]
    office.store.claim_waiting("desk", NOON + HOUR, LEASE, 2)
    job = office.store.claim_alert(ids[2], NOON + HOUR, LEASE) or office.store.claim_alert(ids[0], NOON + HOUR, LEASE)
    assert job is not None
    others = [id for id in ids if id != job.alert.id]
    office.store.mark_all_sent({id: {"message": "m1"} for id in others}, NOON + HOUR)

    assert len(office.store.traffic(job, NOON + HOUR).recent) == 1


def test_a_notice_that_was_sent_is_sent_again_when_more_is_lost(office: Office) -> None:
    told = notice(office.alerts[0], "ops", "refused", NOON)
    for _ in range(2):
        office.store.put_notice(told)
        assert office.store.claim_alert(told.id, NOON, LEASE) is not None
        office.store.mark_sent(told.id, {}, NOON)

    assert [alert.state for alert in office.alerts if alert.target == "ops"] == [AlertState.SENT]


def test_a_notice_tells_of_the_alerts_that_were_lost(office: Office) -> None:
    lost = office.alerts[0]
    office.store.claim_alert(lost.id, NOON + HOUR, LEASE)
    office.store.bury(Work.ALERT, lost.id, NOON + HOUR, "refused: no such user")
    told = notice(lost, "ops", "refused", NOON)
    office.store.put_notice(told)

    job = office.store.claim_alert(told.id, NOON + HOUR, LEASE)

    assert job is not None and [one.detail for one in job.undelivered] == ["refused: no such user"]


def test_silences_in_force_are_told_from_those_to_come_and_ended(store: SqlStore) -> None:
    for id, start, end in (("past", -2, -1), ("now", -1, 1), ("later", 1, 2)):
        matchers = {"regions": ("Kursk Oblast",), "frames": ("control", "area")}
        store.add_silence(Silence(id, NOON + start * HOUR, NOON + end * HOUR, "me", "why", **matchers), NOON)

    assert [one.id for one in store.silences(NOON)] == ["now"]
    assert [one.id for one in store.silences()] == ["later", "now", "past"]
    assert store.silences(NOON)[0].frames == ("control", "area")
    assert store.expire_silence("later", NOON) and not store.expire_silence("past", NOON)
