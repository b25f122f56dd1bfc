"""Sending email to a real SMTP server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from monitor.adapters.email import EmailSender
from monitor.alerts.reasons import Gather
from monitor.alerts.render import Renderer
from monitor.config import EmailTarget
from monitor.errors import SendError
from monitor.model import Cause
from monitor.ports import Message, SendReceipt
from tests.fakes.alerts import ConflictBuilder, two_sided
from tests.fakes.certificates import client_tls
from tests.fakes.hostile import HOSTILE
from tests.fakes.smtp import Mailbox

RENDERER = Renderer()
SENDER = "Counterclaim <alerts@example.org>"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        yield server


def sender(mailbox: Mailbox, *to: str, url: str | None = None) -> EmailSender:
    return EmailSender(EmailTarget(to or ("desk@example.org",), SENDER, url or mailbox.url), RENDERER, client_tls())


def message(builder: ConflictBuilder, *receipts: SendReceipt, revision: int = 1) -> Message:
    return RENDERER.message([builder.job("desk", [{**receipt.data, "revision": revision} for receipt in receipts])])


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_mail_has_a_whole_text_part_and_html(mailbox: Mailbox) -> None:
    sender(mailbox).send(message(two_sided()), "desk")

    (mail,) = mailbox.mails
    assert mail.get_content_type() == "multipart/alternative"
    for kind in ("plain", "html"):
        assert "Russian troops have entered Makhnovka" in part(mail, kind)
        assert "https://vestnikonline.example/1" in part(mail, kind)
    assert (mail["From"], mail["To"]) == (SENDER, "desk@example.org")
    assert mail["Subject"] == "Kursk Oblast: Who controls Makhnovka?"


def test_a_mail_says_that_a_machine_wrote_it_and_how_to_leave(mailbox: Mailbox) -> None:
    sender(mailbox).send(message(two_sided()), "the desk")

    (mail,) = mailbox.mails
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<mailto:alerts@example.org?subject=unsubscribe%20the-desk>"
    assert mail["List-Id"] == "<the-desk.counterclaim.example.org>"


def test_the_same_alert_has_the_same_message_id(mailbox: Mailbox) -> None:
    first = sender(mailbox).send(message(two_sided()), "desk")
    again = sender(mailbox).send(message(two_sided()), "desk")

    assert first.data["message_id"] == again.data["message_id"] == mailbox.mails[0]["Message-ID"]


def test_changes_come_in_the_thread_of_the_first_mail(mailbox: Mailbox) -> None:
    sends = sender(mailbox)
    first = sends.send(message(two_sided()), "desk")
    second = sends.send(message(two_sided().because(Cause.NEW_SOURCE), first), "desk")
    sends.send(message(two_sided().because(Cause.NEW_SOURCE).because(Cause.SETTLED), first, second), "desk")

    one, two, three = mailbox.mails
    assert two["In-Reply-To"] == one["Message-ID"] and three["In-Reply-To"] == two["Message-ID"]
    assert three["References"].split() == [one["Message-ID"], two["Message-ID"]]
    assert two["Subject"] == three["Subject"] == "Re: " + one["Subject"]
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 3


def test_a_changed_question_does_not_break_the_thread(mailbox: Mailbox) -> None:
    first = sender(mailbox).send(message(two_sided()), "desk")
    sender(mailbox).send(message(two_sided(question="Who holds it now?").because(Cause.NEW_SOURCE), first), "desk")

    assert mailbox.mails[1]["Subject"] == "Re: Kursk Oblast: Who controls Makhnovka?"


def test_a_digest_is_one_mail_and_no_reply(mailbox: Mailbox) -> None:
    jobs = [two_sided(key=f"c{number}").job() for number in range(3)]
    sender(mailbox).send(RENDERER.message(jobs, Gather.DIGEST), "desk")

    (mail,) = mailbox.mails
    assert mail["Subject"] == "Counterclaim, your digest: 3 conflicts"
    assert mail["X-Counterclaim-Conflict"] == "c0, c1, c2" and "In-Reply-To" not in mail


def test_all_addresses_get_one_mail_and_a_refused_one_is_named(mailbox: Mailbox) -> None:
    mailbox.unknown["gone@example.org"] = "550 no such user"

    receipt = sender(mailbox, "a@example.org", "gone@example.org").send(message(two_sided()), "desk")

    assert mailbox.envelopes[0].rcpt_tos == ["a@example.org"]
    assert receipt.data["refused"] == {"gone@example.org": "550 no such user"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_stay_inside_their_header(mailbox: Mailbox, text: str) -> None:
    plain, builder = two_sided(question="plain"), two_sided(question=text, region=text or "R")
    sender(mailbox).send(message(plain), "desk")
    sender(mailbox).send(message(builder), text or "desk")

    expected, found = mailbox.mails
    assert sorted(found.keys()) == sorted(expected.keys())
    assert mailbox.envelopes[1].rcpt_tos == ["desk@example.org"]
    assert "victim" not in (found["To"] or "") and found["Bcc"] is None and found["Cc"] is None
    assert max(len(line) for line in mailbox.raw[1].splitlines()) <= 998
    assert found["Message-ID"] and re.fullmatch(r"<[0-9a-f]{32}\.alert@example\.org>", found["Message-ID"])


def test_hostile_articles_are_harmless_in_both_parts(mailbox: Mailbox) -> None:
    text = '<script>alert(1)</script>\r\nBcc: victim@example.org "x"'
    builder = ConflictBuilder().says("a", text, "One", text, url="javascript:alert(1)").says("b", text, "Two")
    sender(mailbox).send(message(builder.because(Cause.OPENED)), "desk")

    (mail,) = mailbox.mails
    assert "<script" not in part(mail, "html") and "javascript:" not in mailbox.raw[0].decode()


@pytest.mark.parametrize("tls", ["", "starttls", "tls"])
def test_every_way_of_connecting_works_with_and_without_a_login(tls: str) -> None:
    for user in (None, "desk"):
        with Mailbox(tls, user) as mailbox:
            sender(mailbox).send(message(two_sided()), "desk")

            assert len(mailbox.mails) == 1


def test_a_wrong_password_is_not_tried_again() -> None:
    with Mailbox("starttls", "desk") as mailbox:
        url = mailbox.url.replace("secret", "wrong")

        with pytest.raises(SendError) as caught:
            sender(mailbox, url=url).send(message(two_sided()), "desk")

    assert (caught.value.reason, caught.value.retry) == ("not-authenticated", False)
    assert "wrong" not in str(caught.value)


def test_a_server_without_starttls_never_gets_the_mail_in_the_clear(mailbox: Mailbox) -> None:
    url = mailbox.url.replace("smtp://", "smtp+starttls://")

    with pytest.raises(SendError, match="STARTTLS"):
        sender(mailbox, url=url).send(message(two_sided()), "desk")

    assert mailbox.mails == []


def test_a_server_with_an_unknown_certificate_is_not_trusted() -> None:
    with Mailbox("starttls") as mailbox:
        careful = EmailSender(EmailTarget(("desk@example.org",), SENDER, mailbox.url), RENDERER)

        with pytest.raises(SendError) as caught:
            careful.send(message(two_sided()), "desk")

    assert caught.value.reason == "tls"


@pytest.mark.parametrize(
    ("answer", "retry"),
    [("451 try later", True), ("421 closing", True), ("552 too big", False), ("554 spam", False)],
)
def test_what_a_server_refuses_is_named(mailbox: Mailbox, answer: str, retry: bool) -> None:
    mailbox.answers.append(answer)

    with pytest.raises(SendError, match=answer) as caught:
        sender(mailbox).send(message(two_sided()), "desk")

    assert caught.value.retry is retry


@pytest.mark.parametrize(("answer", "retry"), [("450 full", True), ("550 no such user", False)])
def test_a_server_that_refuses_every_address(mailbox: Mailbox, answer: str, retry: bool) -> None:
    mailbox.unknown["desk@example.org"] = answer

    with pytest.raises(SendError, match=answer) as caught:
        sender(mailbox).send(message(two_sided()), "desk")

    assert (caught.value.reason, caught.value.retry) == ("recipients-refused", retry)


def test_a_server_that_is_away_is_tried_again(mailbox: Mailbox) -> None:
    with Mailbox() as gone:
        url = gone.url

    with pytest.raises(SendError) as caught:
        sender(mailbox, url=url).send(message(two_sided()), "desk")

    assert (caught.value.reason, caught.value.retry) == ("unreachable", True)


def test_a_possible_repeat_says_so_in_a_header_for_filters(mailbox: Mailbox) -> None:
    job: Any = two_sided().job("desk", possible_repeat=True)
    sender(mailbox).send(RENDERER.message([job]), "desk")

    assert mailbox.mails[0]["X-Counterclaim-Possible-Repeat"] == "yes"
