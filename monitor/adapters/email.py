"""Sending email over SMTP: multipart with a whole text part, and threads that mail clients follow."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Mapping
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, make_msgid, parseaddr
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

from monitor.alerts.render import Renderer
from monitor.alerts.render.safe import one_line
from monitor.config import EmailTarget
from monitor.errors import SendError
from monitor.ports import Message, SendReceipt

TIMEOUT = 30
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_NO_MAILBOX = frozenset({550, 551, 552, 553, 554, 501, 502, 503})
_DOMAIN = re.compile(r"[a-z0-9.-]+", re.IGNORECASE)


class EmailSender:
    """Sends to the addresses of one target. Raises SendError.

    `tls` replaces the system's trusted certificates, for a mail server with its own.
    """

    def __init__(self, target: EmailTarget, renderer: Renderer, tls: ssl.SSLContext | None = None) -> None:
        self._target = target
        self._renderer = renderer
        self._tls = tls

    def send(self, message: Message, target: str) -> SendReceipt:
        """Send one message to all the target's addresses; the receipt has what its thread needs."""
        mail = self.compose(message, target)
        refused = self._deliver(mail, target)
        data: dict[str, Any] = {"message_id": str(mail["Message-ID"]), "subject": _thread(message)["subject"]}
        data["claims"] = [c.id for p in message.job.view.conflict.positions for c in p.claims]
        if refused:
            data["refused"] = {who: _words(code, text) for who, (code, text) in refused.items()}
        return SendReceipt(data)

    def tell(self, subject: str, text: str, target: str) -> None:
        """Send plain words to all the target's addresses."""
        mail = EmailMessage(policy=SMTP.clone(max_line_length=200))
        try:
            mail["From"] = _address(self._target.sender)
            mail["To"] = [_address(one) for one in self._target.to]
            mail["Subject"] = _header(subject)
            mail["Date"] = localtime()
            mail["Message-ID"] = make_msgid(domain=self._domain())
            mail["Auto-Submitted"] = "auto-generated"
            mail.set_content(text, cte="quoted-printable")
        except (ValueError, MessageError) as error:
            raise SendError("bad-message", str(error), target, False) from error
        self._deliver(mail, target)

    def compose(self, message: Message, target: str) -> EmailMessage:
        """Return the mail as it goes out."""
        try:
            return self._compose(message, target)
        except (ValueError, MessageError) as error:
            raise SendError("bad-message", str(error), target, False) from error

    def _compose(self, message: Message, target: str) -> EmailMessage:
        mail = EmailMessage(policy=SMTP.clone(max_line_length=200))
        thread = _thread(message)
        mail["From"] = _address(self._target.sender)
        mail["To"] = [_address(one) for one in self._target.to]
        mail["Subject"] = _header(("Re: " if thread["earlier"] else "") + thread["subject"])
        mail["Date"] = format_datetime(message.job.view.conflict.updated_at)
        mail["Message-ID"] = f"<{message.job.alert.id}.{'digest' if message.bundle else 'alert'}@{self._domain()}>"
        if thread["earlier"]:
            mail["In-Reply-To"] = thread["earlier"][-1]
            mail["References"] = " ".join([thread["earlier"][0], *thread["earlier"][1:][-9:]])
        self._mark(mail, message, target)
        mail.set_content(message.text, cte="quoted-printable")
        mail.add_alternative(self._renderer.html(message), subtype="html", cte="quoted-printable")
        return mail

    def _mark(self, mail: EmailMessage, message: Message, target: str) -> None:
        """Say that a machine wrote it (RFC 3834), how to leave (RFC 2369), and what it is about for filters."""
        name = re.sub(r"[^a-z0-9-]+", "-", target.lower()).strip("-") or "alerts"
        sender = parseaddr(self._target.sender)[1]
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail["List-Id"] = f"<{name}.counterclaim.{self._domain()}>"
        mail["List-Unsubscribe"] = f"<mailto:{quote(sender, safe='@')}?subject={quote('unsubscribe ' + name)}>"
        mail["X-Counterclaim-Conflict"] = ", ".join(dict.fromkeys(_token(j.alert.conflict) for j in message.jobs[:20]))
        mail["X-Counterclaim-Reason"] = _token(message.job.alert.reason)
        if message.job.alert.possible_repeat:
            mail["X-Counterclaim-Possible-Repeat"] = "yes"

    def _domain(self) -> str:
        domain = parseaddr(self._target.sender)[1].rpartition("@")[2]
        return domain if _DOMAIN.fullmatch(domain) else "counterclaim.invalid"

    def _deliver(self, mail: EmailMessage, target: str) -> Mapping[str, tuple[int, bytes]]:
        try:
            server = self._connect(urlsplit(self._target.smtp))
        except (smtplib.SMTPException, OSError) as error:
            raise _failure(error, target, False) from error
        try:
            refused = server.send_message(mail)
        except (smtplib.SMTPException, OSError) as error:
            server.close()
            raise _failure(error, target, True) from error
        with contextlib.suppress(smtplib.SMTPException, OSError):  # the mail is taken, whatever the goodbye
            server.quit()
        return refused

    def greet(self, target: str) -> str:
        """Connect and log in as for a mail, send none, and return in words how it went. Raises SendError."""
        url = urlsplit(self._target.smtp)
        try:
            server = self._connect(url)
            server.noop()
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
        except (smtplib.SMTPException, OSError) as error:
            raise _failure(error, target, False) from error
        return f"{url.hostname} takes mail" + (f" of {unquote(url.username)}" if url.username else "")

    def _connect(self, url: SplitResult) -> smtplib.SMTP:
        host, port = url.hostname or "localhost", url.port or _PORTS[url.scheme]
        tls = self._tls or ssl.create_default_context()
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=tls)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        try:
            if url.scheme == "smtp+starttls":
                server.starttls(context=tls)  # raises when the server does not offer it: never in the clear
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _failure(error: Exception, target: str, connected: bool) -> SendError:
    """Name what the server said; a silence after the connection was made leaves open whether it took the mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        words = "; ".join(f"{who}: {_words(*answer)}" for who, answer in error.recipients.items())
        retry = any(code < 500 for code, _ in error.recipients.values())
        return SendError("recipients-refused", words, target, retry)
    if isinstance(error, smtplib.SMTPResponseException):
        words, code = _words(error.smtp_code, error.smtp_error), error.smtp_code
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return SendError("not-authenticated", words, target, code < 500)
        return SendError("refused", words, target, code not in _NO_MAILBOX)
    if isinstance(error, ssl.SSLError):
        return SendError("tls", str(error), target)
    reason = "timeout" if isinstance(error, TimeoutError) else "unreachable"
    return SendError(reason, str(error) or type(error).__name__, target, True, None, connected)


def _thread(message: Message) -> dict[str, Any]:
    """The ids of earlier mails about this conflict, and the one subject of the thread: clients go by both."""
    subject = one_line(message.subject, 200)
    if message.bundle:
        return {"earlier": [], "subject": subject}
    sent = [receipt for receipt in message.job.sent if receipt.get("message_id")]
    own = [receipt for receipt in sent if not receipt.get("bundle")]
    first = own[0]["subject"] if own and own[0].get("subject") else subject
    return {
        "earlier": list(dict.fromkeys(str(r["message_id"]) for r in (own or sent))),
        "subject": one_line(first, 200),
    }


def _address(text: str) -> Address:
    name, address = parseaddr(one_line(text))
    return Address(_header(name), addr_spec=address)


def _header(text: str) -> str:
    """Return text for a header: `=?…?=` would be decoded when it is set, line breaks and all."""
    return one_line(text).replace("=?", "= ?")


def _token(text: str) -> str:
    return re.sub(r"[^\x21-\x7e]+", "", text)[:100]


def _words(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(f"{code} {words}", 300)
