"""Sending to a Slack that is as strict as the real one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from monitor.adapters.slack import SlackSender
from monitor.alerts.reasons import Gather
from monitor.alerts.render import Renderer
from monitor.config import SlackTarget
from monitor.errors import SendError
from monitor.model import Cause, ConflictState
from monitor.ports import Message, SendReceipt
from tests.fakes.alerts import ConflictBuilder, two_sided
from tests.fakes.certificates import client_tls
from tests.fakes.hostile import HOSTILE
from tests.fakes.slack import FakeSlack, Fault

RENDERER = Renderer()


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(token="xoxb-1") as server:
        yield server


def bot(slack: FakeSlack, **changes: Any) -> SlackSender:
    target = SlackTarget(token="xoxb-1", channel="#desk", api=slack.api)
    return SlackSender(replace(target, **changes), RENDERER, client_tls())


def hook(slack: FakeSlack) -> SlackSender:
    return SlackSender(SlackTarget(webhook=slack.hook), RENDERER, client_tls())


def message(builder: ConflictBuilder, *receipts: SendReceipt, revision: int = 1) -> Message:
    sent = [{**receipt.data, "revision": revision} for receipt in receipts]
    return RENDERER.message([builder.job("desk", sent)])


def test_a_new_conflict_is_one_message_with_a_fallback(slack: FakeSlack) -> None:
    receipt = bot(slack).send(message(two_sided()), "desk")

    posted = slack.messages[receipt.data["ts"]]
    assert posted.channel == receipt.data["channel"] == "C001"
    assert posted.text == "Sources conflict: Kursk Oblast: Who controls Makhnovka?"
    assert "Russian troops have entered Makhnovka" in posted.shown
    assert "https://kyivwire.example/2" in posted.shown


def test_positions_stand_side_by_side(slack: FakeSlack) -> None:
    bot(slack).send(message(two_sided()), "desk")

    fields = next(block["fields"] for block in slack.top()[0].blocks if "fields" in block)
    assert [field["text"].split("\n")[0] for field in fields] == ["*1*  entered", "*2*  held"]


def test_a_change_edits_the_message_and_says_in_its_thread_what_changed(slack: FakeSlack) -> None:
    first = bot(slack).send(message(two_sided()), "desk")
    later = two_sided().says("grey", "Nobody holds it", "Third Post").because(Cause.NEW_POSITION, "nobody holds it")

    second = bot(slack).send(message(later, first), "desk")

    (top,) = slack.top()
    (reply,) = slack.thread(top.ts)
    assert top.ts == first.data["ts"] == second.data["ts"]
    assert top.edits == 1 and "Nobody holds it" in top.shown
    assert "New answer" in reply.shown and "Nobody holds it" in reply.shown
    assert "Ukrainian forces still hold" not in reply.shown


def test_a_settlement_is_marked_in_the_message_and_in_the_thread(slack: FakeSlack) -> None:
    first = bot(slack).send(message(two_sided()), "desk")

    bot(slack).send(message(two_sided(state=ConflictState.SETTLED).because(Cause.SETTLED), first), "desk")

    (top,) = slack.top()
    assert "Settled" in top.shown and "Settled" in slack.thread(top.ts)[0].shown


def test_a_message_that_is_gone_is_posted_anew(slack: FakeSlack) -> None:
    first = bot(slack).send(message(two_sided()), "desk")
    slack.messages.clear()

    second = bot(slack).send(message(two_sided().because(Cause.NEW_SOURCE), first), "desk")

    assert [one.ts for one in slack.top()] == [second.data["ts"]]


def test_a_conflict_that_came_in_a_digest_gets_its_own_message_later(slack: FakeSlack) -> None:
    jobs = [two_sided(key=f"c{number}").job() for number in range(3)]
    first = bot(slack).send(RENDERER.message(jobs, Gather.MORNING), "desk")
    digest = SendReceipt({**first.data, "bundle": True})

    bot(slack).send(message(two_sided().because(Cause.NEW_SOURCE), digest), "desk")

    assert len(slack.top()) == 2 and slack.top()[0].edits == 0


def test_a_webhook_gets_a_message_for_every_change(slack: FakeSlack) -> None:
    first = hook(slack).send(message(two_sided()), "desk")
    hook(slack).send(message(two_sided().because(Cause.NEW_SOURCE), first), "desk")

    assert [one.text.split(":")[0] for one in slack.top()] == ["Sources conflict", "Update"]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_slack_takes_hostile_words_and_nobody_is_mentioned(slack: FakeSlack, text: str) -> None:
    builder = ConflictBuilder(region="R", question=text).says(text, text, "Outlet", text).says("b", text, "Other")

    bot(slack).send(message(builder.because(Cause.OPENED)), "desk")

    assert slack.refused == []
    assert all("<!" not in part["text"] and "<@" not in part["text"] for part in markup(slack.top()[0].blocks))


def markup(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value
        for inner in value.values():
            yield from markup(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from markup(inner)


@pytest.mark.parametrize("make", [bot, hook])
@pytest.mark.parametrize(
    ("fault", "reason", "retry", "after"),
    [
        (Fault(429, "ratelimited", {"Retry-After": "37"}), "rate-limited", True, 37.0),
        (Fault(429, '{"ok": false, "error": "ratelimited"}'), "rate-limited", True, 30.0),
        (Fault(500, "oh no"), "refused", True, None),
        (Fault(503, "{}"), "refused", True, None),
        (Fault(0), "unreachable", True, None),
        (Fault(403, "action_prohibited"), "refused", False, None),
    ],
    ids=["429", "429 without a time", "500", "503", "hang-up", "403"],
)
def test_what_slack_refuses_is_named(
    slack: FakeSlack, make: Any, fault: Fault, reason: str, retry: bool, after: float | None
) -> None:
    slack.faults.append(fault)

    with pytest.raises(SendError) as caught:
        make(slack).send(message(two_sided()), "desk")

    assert (caught.value.reason, caught.value.retry, caught.value.retry_after) == (reason, retry, after)
    assert slack.messages == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"token": "xoxb-wrong"}, "invalid_auth"), ({"channel": "#nowhere"}, "channel_not_found")],
)
def test_a_mistake_in_the_config_is_not_tried_again(slack: FakeSlack, changes: dict[str, str], words: str) -> None:
    with pytest.raises(SendError, match=words) as caught:
        bot(slack, **changes).send(message(two_sided()), "desk")

    assert not caught.value.retry
    assert "xoxb" not in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "doubtful"),
    [(Fault(0), True), (Fault(500), True), (Fault(429), False), (Fault(403), False)],
    ids=["hang-up", "500", "429", "403"],
)
def test_whether_slack_may_have_posted_it_is_said(slack: FakeSlack, fault: Fault, doubtful: bool) -> None:
    slack.faults.append(fault)

    with pytest.raises(SendError) as caught:
        bot(slack).send(message(two_sided()), "desk")

    assert caught.value.doubtful is doubtful


def test_a_slack_that_is_away_did_not_post_it() -> None:
    with FakeSlack() as gone:
        api = gone.api

    with pytest.raises(SendError) as caught:
        SlackSender(SlackTarget("t", "#desk", api=api), RENDERER, client_tls()).send(message(two_sided()), "desk")

    assert (caught.value.reason, caught.value.doubtful) == ("unreachable", False)


def test_a_server_with_an_unknown_certificate_is_not_trusted(slack: FakeSlack) -> None:
    sender = SlackSender(SlackTarget(token="xoxb-1", channel="#desk", api=slack.api), RENDERER)

    with pytest.raises(SendError, match="unreachable"):
        sender.send(message(two_sided()), "desk")
    assert slack.calls == []
