"""How alerts reach targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from monitor.ports.rows import AlertJob


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: plain words for every target, and the jobs for those that render more richly.

    `bundle` has the alerts of a digest, none for a single one; `reason` says why a digest is one, in words.
    """

    subject: str
    text: str
    job: AlertJob
    bundle: tuple[AlertJob, ...] = ()
    reason: str = ""

    @property
    def jobs(self) -> tuple[AlertJob, ...]:
        """Every alert that the message carries."""
        return self.bundle or (self.job,)


@dataclass(frozen=True, slots=True)
class SendReceipt:
    """What a target returned, such as Slack's `ts` or a Message-ID; kept with the alert."""

    data: Mapping[str, Any] = field(default_factory=dict)


class Sender(Protocol):
    """Delivers alerts to targets; raises SendError."""

    def send(self, message: Message, target: str) -> SendReceipt:
        """Send one message to the target of that name."""
        ...

    def tell(self, subject: str, text: str, target: str) -> None:
        """Send plain words, such as a notice about a source."""
        ...
