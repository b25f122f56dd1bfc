"""Sending plain text through Apprise to everything that has no richer sender."""

from __future__ import annotations

import apprise

from monitor.errors import SendError
from monitor.ports import Message, SendReceipt


class AppriseSender:
    """Sends plain text to one Apprise URL, tagged with the target's name. Raises SendError.

    `body_format=TEXT` makes Apprise escape for services that read markup; retrying is left to the outbox.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, message: Message, target: str) -> SendReceipt:
        """Send one message; the receipt has Apprise's own structured result."""
        return SendReceipt({"apprise": _summary(self._notify(message.subject, message.text, target))})

    def tell(self, subject: str, text: str, target: str) -> None:
        """Send plain words."""
        self._notify(subject, text, target)

    def _notify(self, subject: str, text: str, target: str) -> object:
        service = apprise.Apprise()
        if not service.add(self._url, tag=target):
            raise SendError("bad-url", "Apprise does not know this kind of URL", target, False)
        with apprise.LogCapture(level=apprise.logging.DEBUG) as log:  # type: ignore[no-untyped-call]
            result = service.notify(body=text, title=subject, tag=target, body_format=apprise.NotifyFormat.TEXT)
            said = log.getvalue()  # may hold secrets: looked through, never kept
        if not result:
            raise SendError(*_why(result), target, True, None, _doubtful(result, said))
        return result


_NEVER_SENT = ("NewConnectionError", "ConnectTimeout", "NameResolutionError", "SSLError")


def _doubtful(result: object, log: str) -> bool:
    """True when the connection broke after it was made: Apprise itself only says that it failed."""
    broke = "Socket Exception" in log and not any(word in log for word in _NEVER_SENT)
    return broke or bool(getattr(result, "timeout_count", 0))


def _summary(result: object) -> list[dict[str, str]]:
    """Each service's name and status, without its URL, which may hold a secret."""
    results = getattr(result, "results", ())
    return [{"service": str(one.name), "status": _status(one.status)} for one in results]


def _status(status: object) -> str:
    return str(getattr(status, "name", status))


def _why(result: object) -> tuple[str, str]:
    words = ", ".join(f"{one['service']}: {one['status']}" for one in _summary(result))
    reason = "timeout" if getattr(result, "timeout_count", 0) else "refused"
    return reason, words or "the service did not take the message"
