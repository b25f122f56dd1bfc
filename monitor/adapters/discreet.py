"""A sender whose errors name no secret: servers repeat tokens and addresses in what they answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from monitor.config import Target
from monitor.errors import SendError
from monitor.ports import Message, Sender, SendReceipt

_SHORTEST = 6  # a shorter word stands in any text


class DiscreetSender:
    """Passes everything on, and hides the target's secrets in the errors that come back."""

    def __init__(self, inner: Sender, target: Target) -> None:
        self.inner = inner
        self._secrets = tuple(sorted(set(_secrets(target)), key=len, reverse=True))

    def send(self, message: Message, target: str) -> SendReceipt:
        """Send one message to the target of that name."""
        with self._discreet():
            return self.inner.send(message, target)

    def tell(self, subject: str, text: str, target: str) -> None:
        """Send plain words, such as a notice about a source."""
        with self._discreet():
            self.inner.tell(subject, text, target)

    @contextmanager
    def _discreet(self) -> Iterator[None]:
        try:
            yield
        except SendError as error:
            detail = error.detail
            for secret in self._secrets:
                detail = detail.replace(secret, "~")
            if detail == error.detail:
                raise
            # Not chained: the cause holds the secret, and a traceback would print it.
            hidden = SendError(error.reason, detail, error.subject, error.retry, error.retry_after, error.doubtful)
            raise hidden from None


def bare(sender: Sender) -> Sender:
    """Return the sender itself, for those who ask what else it can do."""
    return sender.inner if isinstance(sender, DiscreetSender) else sender


def _secrets(target: Target) -> Iterator[str]:
    """Yield the parts of a target's addresses that let one in, as they are written and as they are meant."""
    if target.slack is not None:
        yield from _long(target.slack.token)
        yield from _long(*urlsplit(target.slack.webhook or "").path.split("/"))
    if target.email is not None:
        yield from _long(urlsplit(target.email.smtp).password)
    if target.apprise is not None:
        parts = urlsplit(target.apprise)
        yield from _long(
            parts.password, parts.username, *parts.path.split("/"), *parts.query.replace("=", "&").split("&")
        )


def _long(*words: str | None) -> Iterator[str]:
    for word in words:
        if word and len(word) >= _SHORTEST:
            yield from {word, unquote(word)}
