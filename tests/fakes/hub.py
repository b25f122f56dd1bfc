"""A WebSub hub on a loopback server: it takes requests, and confirms and pushes when the test says so."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qs, urlencode

import httpx

from tests.fakes.loopback import Answer, Loopback, Seen


class Hub:
    """The hub at `path` of a server; `requests` are the forms that it was sent."""

    def __init__(self, web: Loopback, path: str = "/hub") -> None:
        self.requests: list[dict[str, str]] = []
        self.status = 202
        self.url = web.answer(path, self._take)

    def _take(self, request: Seen) -> Answer:
        self.requests.append({name: values[0] for name, values in parse_qs(request.body.decode()).items()})
        return Answer(self.status)

    def confirm(self, desk: httpx.Client, lease: int = 864_000, **other: str) -> httpx.Response:
        """Ask the subscriber whether it wants the subscription that was requested last."""
        wanted = self.requests[-1]
        query = {"hub.mode": "subscribe", "hub.topic": wanted["hub.topic"], "hub.challenge": "c-42"}
        query |= {"hub.lease_seconds": str(lease), **{f"hub.{name}": value for name, value in other.items()}}
        return desk.get(f"{self._path()}?{urlencode(query)}")

    def push(self, desk: httpx.Client, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        """Push a body to the last subscriber, signed with its secret unless `headers` say otherwise."""
        wanted = self.requests[-1]
        signature = hmac.new(wanted["hub.secret"].encode(), body, hashlib.sha256).hexdigest()
        sent = {
            "Content-Type": "application/rss+xml",
            "Link": f'<{self.url}>; rel="hub", <{wanted["hub.topic"]}>; rel="self"',
            "X-Hub-Signature": f"sha256={signature}",
            **(headers or {}),
        }
        return desk.post(
            self._path(), content=body, headers={name: value.encode("latin-1") for name, value in sent.items() if value}
        )

    def _path(self) -> str:
        return httpx.URL(self.requests[-1]["hub.callback"]).path
