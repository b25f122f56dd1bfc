"""Sending through Apprise, and onto the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import apprise

from monitor.errors import SendError
from monitor.ports import Message, SendReceipt


class AppriseSender:
    """Sends plain text to one Apprise URL per target. Raises SendError."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = dict(urls)

    def send(self, message: Message, target: str) -> SendReceipt:
        """Send one message."""
        service = apprise.Apprise()
        if not service.add(self._urls[target]):
            raise SendError("bad-url", "Apprise does not know this kind of URL", target, False)
        sent = service.notify(body=message.text, title=message.subject, body_format=apprise.NotifyFormat.TEXT)
        if not sent:
            raise SendError("refused", "the service did not take the message", target)
        return SendReceipt()


class ConsoleSender:
    """Prints alerts on the terminal, for a first user who has named no target yet."""

    def send(self, message: Message, target: str) -> SendReceipt:
        """Print one message in one write, so that those of other processes stay apart."""
        rule = "─" * 78
        sys.stdout.write(f"\n{rule}\n{message.subject}\n{rule}\n{message.text}\n{rule}\n\n")
        sys.stdout.flush()
        return SendReceipt()
