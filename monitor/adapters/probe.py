"""Asking a target's server whether it would take an alert, without sending one."""

from __future__ import annotations

import contextlib
import socket
import ssl
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from monitor.adapters.email import EmailSender
from monitor.alerts.render import Renderer
from monitor.config import EmailTarget, SlackTarget, Target
from monitor.errors import SendError

_SECONDS = 10


def probe(target: Target) -> str:
    """Return in words what a target's server said. Raises SendError."""
    if target.slack is not None:
        return _slack(target.slack, target.name)
    if target.email is not None:
        return _email(target.email, target.name)
    return _apprise(target.apprise or "", target.name)


def _email(email: EmailTarget, name: str) -> str:
    """Connect and log in as for a mail, then leave."""
    return EmailSender(email, Renderer({})).greet(name)


def _slack(slack: SlackTarget, name: str) -> str:
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError, SlackClientError

    if slack.webhook is not None:
        return _connect(slack.webhook, name)
    try:
        said = WebClient(slack.token, slack.api, _SECONDS, retry_handlers=[]).auth_test()
    except SlackApiError as error:
        raise SendError("refused", str(error.response.get("error", "")), name, False) from error
    except (SlackClientError, HTTPException, OSError) as error:
        raise SendError("unreachable", type(error).__name__, name) from error
    return f"Slack knows the token, as {said.get('user', '?')} in {said.get('team', '?')}"


def _connect(url: str, name: str) -> str:
    """Open a connection to a URL's host, with TLS where the URL wants it; its path may be a secret, and is not sent."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((host, port), _SECONDS) as plain:
            if parts.scheme == "https":
                with ssl.create_default_context().wrap_socket(plain, server_hostname=host):
                    pass
    except OSError as error:
        raise SendError("unreachable", f"{host}: {error}", name) from error
    return f"{host} can be reached; a webhook cannot be tried without a message"


def _apprise(url: str, name: str) -> str:
    import apprise

    service = apprise.Apprise()
    if not service.add(url):
        raise SendError("bad-url", "Apprise does not know this kind of URL", name, False)
    kinds = ", ".join(str(one.service_name or type(one).__name__) for one in service)
    return f"Apprise knows it ({kinds}); it cannot be tried without a message"


def desk_answers(listen: str) -> bool | None:
    """Say whether our desk answers there; None when nobody listens."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    here = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host
    connection = HTTPConnection(here, int(port), timeout=_SECONDS)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().read(16) == b"ok\n"
        except ConnectionRefusedError:
            return None
        except (OSError, HTTPException):
            return False
