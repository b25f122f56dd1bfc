"""Sending onto the terminal."""

from __future__ import annotations

import sys

from monitor.ports import Message, SendReceipt


class ConsoleSender:
    """Prints alerts on the terminal, for a first user who has named no target yet."""

    def send(self, message: Message, target: str) -> SendReceipt:
        """Print one message in one write, so that those of other processes stay apart."""
        rule = "─" * 78
        sys.stdout.write(f"\n{rule}\n{message.subject}\n{rule}\n{message.text}\n{rule}\n\n")
        sys.stdout.flush()
        return SendReceipt()
