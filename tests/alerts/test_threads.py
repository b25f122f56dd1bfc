"""One conflict's whole life, over real SMTP and a strict Slack: one thread in each, in order, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.adapters.email import EmailSender
from monitor.adapters.slack import SlackSender
from monitor.alerts.render import Renderer
from monitor.config import AlertPolicy, EmailTarget, SlackTarget, Target
from monitor.model import AlertState, Cause, ConflictState
from tests.fakes.alerts import ConflictBuilder, two_sided
from tests.fakes.certificates import client_tls
from tests.fakes.outbox import Office
from tests.fakes.slack import FakeSlack, Fault
from tests.fakes.smtp import Mailbox


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        yield server


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        yield server


def office(slack: FakeSlack, mailbox: Mailbox) -> Office:
    renderer = Renderer()
    channel = SlackTarget(token=slack.token, channel="#desk", api=slack.api)
    mail = EmailTarget(("desk@example.org",), "alerts@example.org", mailbox.url)
    policy = AlertPolicy((Target("slack", slack=channel), Target("mail", email=mail)))
    senders = {"slack": SlackSender(channel, renderer, client_tls()), "mail": EmailSender(mail, renderer)}
    return Office(policy, senders, renderer=renderer)


def grows(conflict: ConflictBuilder) -> ConflictBuilder:
    return conflict.says("grey", "Nobody holds it", "Third Post").because(Cause.NEW_POSITION, "nobody holds it")


def corrects(conflict: ConflictBuilder) -> ConflictBuilder:
    conflict.says("held", "Kyiv's forces are still there after all", "Third Post")
    return conflict.because(Cause.MORE_EVIDENCE).because(Cause.CORRECTED, "Third Post")


def settles(conflict: ConflictBuilder) -> ConflictBuilder:
    conflict.says("held", "Our troops never entered it", "Vestnik Online", "the defence ministry")
    conflict.state = ConflictState.SETTLED
    return conflict.because(Cause.SETTLED, "held")


def test_opening_growing_correcting_and_settling_is_one_thread_in_each(slack: FakeSlack, mailbox: Mailbox) -> None:
    desk, conflict = office(slack, mailbox), two_sided()
    desk.learns(conflict)
    desk.works_for(minutes=5)
    for step in (grows, corrects, settles):
        desk.now += timedelta(hours=1)
        desk.learns(step(conflict))
        desk.works_for(minutes=5)

    (top,) = slack.top()
    heads = ["Update: new answer", "Update: corrected", "Settled: the sources no longer conflict"]
    assert [reply.text.split(": Kursk")[0] for reply in slack.thread(top.ts)] == heads
    assert top.edits == 3 and "Settled" in top.shown and "Our troops never entered it" in top.shown
    assert [mail["Subject"][:4] for mail in mailbox.mails] == ["Kurs", "Re: ", "Re: ", "Re: "]
    assert [mail["References"].split()[0] for mail in mailbox.mails[1:]] == [mailbox.mails[0]["Message-ID"]] * 3
    bodies = [mail.get_body(("plain",)).get_content() for mail in mailbox.mails]  # type: ignore[union-attr]
    assert [body.splitlines()[0].split(": Kursk")[0] for body in bodies] == ["Sources conflict", *heads]
    assert {alert.state for alert in desk.alerts} == {AlertState.SENT}
    assert not any(alert.possible_repeat for alert in desk.alerts)


def test_a_conflict_that_grows_within_group_wait_is_one_message(slack: FakeSlack, mailbox: Mailbox) -> None:
    desk, conflict = office(slack, mailbox), two_sided()
    desk.learns(conflict)
    desk.works_for(minutes=1)
    desk.learns(grows(conflict))
    desk.works_for(minutes=5)

    assert "Nobody holds it" in slack.top()[0].shown and slack.thread(slack.top()[0].ts) == []
    assert len(mailbox.mails) == 1
    covered = [alert.detail for alert in desk.alerts if alert.state is AlertState.SUPPRESSED]
    assert covered == ["an earlier message already showed this revision (revision 2)"] * 2


def test_a_conflict_that_settles_within_group_wait_is_never_told(slack: FakeSlack, mailbox: Mailbox) -> None:
    desk, conflict = office(slack, mailbox), two_sided()
    desk.learns(conflict)
    desk.works_for(minutes=1)
    desk.learns(settles(conflict))
    desk.works_for(minutes=10)

    assert slack.calls == [] and mailbox.mails == []


def test_an_update_waits_for_the_opening_that_slack_refused_at_first(slack: FakeSlack, mailbox: Mailbox) -> None:
    desk, conflict = office(slack, mailbox), two_sided()
    slack.faults.extend([Fault(429, "ratelimited", {"Retry-After": "600"})])
    desk.learns(conflict)
    desk.works_for(minutes=5)
    desk.learns(grows(conflict))
    desk.works_for(minutes=4)
    assert slack.top() == [], "Slack asked for ten minutes"
    desk.works_for(minutes=10)

    (top,) = slack.top()
    assert "Nobody holds it" in top.shown and slack.thread(top.ts) == []
    assert len(mailbox.mails) == 2, "the other target was not held back"


def test_a_post_that_slack_took_without_saying_so_is_marked_when_it_comes_again(
    slack: FakeSlack, mailbox: Mailbox
) -> None:
    desk = office(slack, mailbox)
    slack.faults.append(Fault(late=True))
    desk.learns(two_sided())
    desk.works_for(minutes=10)

    first, second = slack.top()
    assert "possible repeat" not in first.shown and "possible repeat" in second.shown
    assert len(mailbox.mails) == 1
