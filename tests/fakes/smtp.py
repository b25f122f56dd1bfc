"""A real SMTP server on loopback that keeps what it is sent; plain, with STARTTLS, or TLS from the start.

with Mailbox() as mailbox:
    EmailTarget(("desk@example.org",), "alerts@example.org", mailbox.url)
    …
    assert mailbox.mails[0]["Subject"] == …
"""

from __future__ import annotations

from collections import deque
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.fakes.certificates import server_tls


class Mailbox:
    """The server. `answers` are given to DATA before any real one; `unknown` are addresses it refuses."""

    def __init__(self, tls: str = "", user: str | None = None, password: str = "secret", port: int = 0) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.envelopes: list[Envelope] = []
        self.answers: deque[str] = deque()
        self.unknown: dict[str, str] = {}
        self._tls, self._user, self._password = tls, user, password
        options: dict[str, Any] = {}
        if tls == "starttls":
            options |= {"tls_context": server_tls(), "require_starttls": True}
        if user:
            options |= {"authenticator": self._login, "auth_required": True, "auth_require_tls": False}
        self._controller = _Controller(
            self, hostname="127.0.0.1", port=port, ssl_context=server_tls() if tls == "tls" else None, **options
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._controller.server.sockets[0].getsockname()[1])  # type: ignore[union-attr]

    @property
    def url(self) -> str:
        """The `smtp:` URL of this server, with its login."""
        scheme = {"tls": "smtps", "starttls": "smtp+starttls"}.get(self._tls, "smtp")
        login = f"{self._user}:{self._password}@" if self._user else ""
        return f"{scheme}://{login}127.0.0.1:{self.port}"

    def _login(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.login == str(self._user).encode()
        # `handled` would mean that an answer was sent already.
        return AuthResult(success=good and data.password == self._password.encode(), handled=False)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse addresses that are not known here."""
        if address in self.unknown:
            return self.unknown[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail, or give the answer that the test wants."""
        if self.answers:
            answer = self.answers.popleft()
            if not answer.startswith("2"):
                return answer
        content = bytes(envelope.content or b"")
        self.raw.append(content)
        self.envelopes.append(envelope)
        mail = BytesParser(policy=policy.default).parsebytes(content)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


class _Controller(Controller):
    def _trigger_server(self) -> None:
        # aiosmtpd connects to the port it was given to see that it listens; with port 0 that is only known now.
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
