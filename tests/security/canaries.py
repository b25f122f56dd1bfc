"""A config full of secrets, every one of them a word that is found again wherever it leaks to."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

_KEYS = (
    "SMTP_PASSWORD", "SMTP_REFUSED", "SLACK_TOKEN", "SLACK_WEBHOOK", "APPRISE_PASSWORD", "FEED_LOGIN", "FEED_TOKEN",
    "DEAD_FEED", "DESK_PASSWORD", "API_TOKEN",
)  # fmt: skip


@dataclass
class Canaries:
    """Each secret by its name; `environment` hands them to a process."""

    secrets: dict[str, str] = field(default_factory=lambda: {key: f"Canary-{os.urandom(9).hex()}" for key in _KEYS})

    @property
    def environment(self) -> dict[str, str]:
        """The secrets as environment variables."""
        return dict(self.secrets)

    def __getitem__(self, key: str) -> str:
        """Return a secret."""
        return self.secrets[key]

    def found_in(self, data: bytes) -> list[str]:
        """Return the names of the secrets that these bytes hold, plainly, quoted or in base64."""
        return [key for key, secret in self.secrets.items() if any(form in data for form in _forms(secret))]

    def leaks(self, files: Iterable[Path]) -> list[str]:
        """Return `file: secret` for each file that holds one."""
        return [f"{file.name}: {key}" for file in files for key in self.found_in(file.read_bytes())]


def _forms(secret: str) -> Iterator[bytes]:
    plain = secret.encode()
    yield plain
    yield quote(secret).encode()
    for lead in range(3):  # base64 of a secret looks different at each offset: compare what all of them share
        coded = base64.b64encode(b"x" * lead + plain)
        yield coded[4 * ((lead + 2) // 3) : len(coded) // 4 * 4 - 4]


def targets(canaries: Canaries, web: str, mailbox: str) -> list[dict[str, Any]]:
    """Return targets that all fail: refused logins, servers that are away, a service that answers with an error."""
    mail = {"to": ["a@example.org"], "from": "b@example.org"}
    return [
        {"name": "refused mail", "email": mail | {"smtp": mailbox.replace("right", "${SMTP_REFUSED}")}},
        {"name": "dead mail", "email": mail | {"smtp": "smtp://desk:${SMTP_PASSWORD}@127.0.0.1:9"}},
        {"name": "bot", "slack": {"token": "${SLACK_TOKEN}", "channel": "#a", "api": f"{web}/api/"}},
        {"name": "hook", "slack": {"webhook": "http://127.0.0.1:9/services/${SLACK_WEBHOOK}"}},
        {"name": "refused hook", "slack": {"webhook": f"{web}/services/${{SLACK_WEBHOOK}}"}},
        {"name": "apprise", "apprise": "json://desk:${APPRISE_PASSWORD}@127.0.0.1:9/"},
        {"name": "refused apprise", "apprise": f"json://desk:${{APPRISE_PASSWORD}}@{web.partition('://')[2]}/refused"},
    ]
