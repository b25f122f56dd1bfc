"""A target's secrets are hidden in what its server says, and everything else of the error stays."""

from __future__ import annotations

import pytest

from monitor.adapters.discreet import DiscreetSender
from monitor.config import EmailTarget, SlackTarget, Target
from monitor.errors import SendError
from monitor.ports import Message, SendReceipt


class Echo:
    """A sender whose server repeats what it was asked."""

    def __init__(self, words: str) -> None:
        self.words = words

    def send(self, message: Message, target: str) -> SendReceipt:
        """Refuse."""
        raise SendError("refused", self.words, target, False, 30.0, True)

    def tell(self, subject: str, text: str, target: str) -> None:
        """Refuse."""
        raise SendError("refused", self.words, target, False, 30.0, True)


TARGETS = {
    "token": Target("t", slack=SlackTarget(token="xoxb-hush-1", channel="#a")),
    "webhook": Target("t", slack=SlackTarget(webhook="https://hooks.example/services/T0001/xoxb-hush-1")),
    "mail": Target("t", email=EmailTarget(("a@b.c",), "d@e.f", "smtp://u:xoxb-hush%2D1@h")),
    "apprise": Target("t", apprise="json://desk:xoxb-hush-1@example.org/path"),
}


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("way", ["send", "tell"])
def test_an_error_names_no_secret_and_keeps_the_rest(kind: str, way: str) -> None:
    sender = DiscreetSender(Echo("the server knows no xoxb-hush-1 here"), TARGETS[kind])
    with pytest.raises(SendError) as caught:
        sender.tell("a", "b", "t") if way == "tell" else sender.send(None, "t")  # type: ignore[arg-type]
    error = caught.value
    assert error.detail == "the server knows no ~ here" and error.__cause__ is None
    assert (error.reason, error.subject, error.retry, error.retry_after, error.doubtful) == (
        "refused", "t", False, 30.0, True,
    )  # fmt: skip


def test_an_error_without_a_secret_is_passed_on_as_it_is() -> None:
    with pytest.raises(SendError) as caught:
        DiscreetSender(Echo("no such channel"), TARGETS["token"]).tell("a", "b", "t")
    assert caught.value.detail == "no such channel"
