"""Sending onto the terminal."""

from __future__ import annotations

import sys

from monitor.ports import Message, SendReceipt


class ConsoleSender:
    """Prints alerts on the terminal, for a first user who has named no target yet."""

    def send(self, message: Message, target: str) -> SendReceipt:
        """Print one message in one write, so that those of other processes stay apart."""
        self.tell(message.subject, message.text, target)
        return SendReceipt()

    def tell(self, subject: str, text: str, target: str) -> None:
        """Print plain words."""
        rule = "─" * 78
        sys.stdout.write(f"\n{rule}\n{subject}\n{rule}\n{text}\n{rule}\n\n")
        sys.stdout.flush()
