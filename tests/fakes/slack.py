"""A stand-in for Slack's Web API over HTTPS that is as strict as Slack: auth, limits, 429, `ts`, edits, threads.

with FakeSlack(token="xoxb-1") as slack:
    …
    assert [m.text for m in slack.thread("#desk")] == …

What it refuses it refuses with Slack's own words (`invalid_auth`, `invalid_blocks`, `no_text` …); `faults` are answers
given before any real one.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

from tests.fakes.certificates import server_tls

_PLAIN_ONLY = {"header"}
_BLOCKS = {"header", "section", "context", "divider", "rich_text", "image", "actions"}
_RICH = {"rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"}
_ELEMENTS = {"text", "link", "date", "emoji", "user", "usergroup", "channel", "broadcast", "color", "team"}


@dataclass
class Posted:
    """A message in a channel, as it now reads."""

    ts: str
    channel: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None = None
    edits: int = 0

    @property
    def shown(self) -> str:
        """Every string of the blocks, one a line."""
        return "\n".join(strings(self.blocks))


@dataclass(frozen=True)
class Fault:
    """An answer instead of the real one; `status` 0 hangs up, `late` does the work first and then hangs up."""

    status: int = 500
    body: str = "{}"
    headers: dict[str, str] = field(default_factory=dict)
    late: bool = False


class FakeSlack:
    """The server; `api` is its root, `hook` an incoming webhook's URL."""

    def __init__(self, token: str = "xoxb-test", channels: tuple[str, ...] = ("#desk",)) -> None:
        self.token = token
        self.channels = {name: f"C{number:03}" for number, name in enumerate(channels, 1)}
        self.messages: dict[str, Posted] = {}
        self.refused: list[str] = []
        self.calls: list[str] = []
        self.faults: deque[Fault] = deque()
        self._clock = itertools.count(1_736_000_000)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.socket = server_tls().wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def api(self) -> str:
        """The API's root."""
        return f"https://127.0.0.1:{self._server.server_address[1]}/api/"

    @property
    def hook(self) -> str:
        """An incoming webhook."""
        return f"https://127.0.0.1:{self._server.server_address[1]}/services/T0/B0/secret"

    def top(self) -> list[Posted]:
        """Return the messages that stand in a channel itself, in order."""
        return [message for message in self.messages.values() if message.thread_ts is None]

    def thread(self, ts: str) -> list[Posted]:
        """Return the replies under a message, in order."""
        return [message for message in self.messages.values() if message.thread_ts == ts]

    def handle(self, path: str, token: str | None, body: dict[str, Any]) -> tuple[int, str, dict[str, str], bool]:
        """Answer one request: status, body, headers, and whether to hang up instead."""
        with self._lock:
            self.calls.append(path)
            fault = self.faults.popleft() if self.faults else None
            if fault is not None and not fault.late:
                return fault.status, fault.body, fault.headers, fault.status == 0
            if path.startswith("/services/"):
                word = _checked(body)
                if word:
                    self.refused.append(word)
                    return 400, word, {}, False
                self._post("C-hook", body)
                return 200, "ok", {}, False
            answer = self._method(path.removeprefix("/api/"), token, body)
            if not answer["ok"]:
                self.refused.append(str(answer["error"]))
            return 200, json.dumps(answer), {}, fault is not None

    def _method(self, name: str, token: str | None, body: dict[str, Any]) -> dict[str, Any]:
        if token is None:
            return {"ok": False, "error": "not_authed"}
        if token != self.token:
            return {"ok": False, "error": "invalid_auth"}
        channel = self.channels.get(str(body.get("channel")), str(body.get("channel")))
        if channel not in self.channels.values():
            return {"ok": False, "error": "channel_not_found"}
        word = _checked(body)
        if word:
            return {"ok": False, "error": word}
        if name == "chat.postMessage":
            if body.get("thread_ts") and body["thread_ts"] not in self.messages:
                return {"ok": False, "error": "thread_not_found"}
            posted = self._post(channel, body)
            return {"ok": True, "ts": posted.ts, "channel": channel}
        if name == "chat.update":
            known = self.messages.get(str(body.get("ts")))
            if known is None or known.channel != channel:
                return {"ok": False, "error": "message_not_found"}
            known.text, known.blocks, known.edits = body["text"], body["blocks"], known.edits + 1
            return {"ok": True, "ts": known.ts, "channel": channel}
        return {"ok": False, "error": "unknown_method"}

    def _post(self, channel: str, body: dict[str, Any]) -> Posted:
        ts = f"{next(self._clock)}.000100"
        self.messages[ts] = Posted(ts, channel, body["text"], body["blocks"], body.get("thread_ts"))
        return self.messages[ts]


def strings(value: object) -> Iterator[str]:
    """Yield every text that a reader sees in blocks, and every URL."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"text", "url", "fallback"} and isinstance(inner, str):
                yield inner
            else:
                yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def _checked(body: dict[str, Any]) -> str:
    """Return Slack's word for what is wrong with a message, empty when nothing is."""
    blocks = body.get("blocks")
    if not body.get("text"):
        return "no_text"
    if not isinstance(blocks, list) or not blocks:
        return "invalid_blocks_format"
    if len(blocks) > 50:
        return "invalid_blocks"
    if sum(len(text) for text in strings(blocks)) > 13_200:
        return "msg_blocks_too_long"
    return next((f"invalid_blocks: {word}" for block in blocks if (word := _block(block))), "")


def _block(block: dict[str, Any]) -> str:
    kind = block.get("type")
    if kind not in _BLOCKS:
        return f"unknown block {kind}"
    if kind == "header":
        return _text(block.get("text"), 150, plain=True)
    if kind == "section":
        fields = block.get("fields")
        if fields is not None and not 1 <= len(fields) <= 10:
            return "fields"
        if fields is None and "text" not in block:
            return "section without text"
        words = [_text(one, 2000) for one in fields or []] + ([_text(block["text"], 3000)] if "text" in block else [])
        return next((word for word in words if word), "")
    if kind == "context":
        elements = block.get("elements", [])
        if not 1 <= len(elements) <= 10:
            return "context elements"
        return next((word for one in elements if (word := _text(one, 3000))), "")
    if kind == "rich_text":
        return _rich_text(block.get("elements", []))
    return ""


def _text(text: Any, limit: int, plain: bool = False) -> str:
    if not isinstance(text, dict) or text.get("type") not in ({"plain_text"} if plain else {"plain_text", "mrkdwn"}):
        return "text object"
    if not isinstance(text.get("text"), str) or not 1 <= len(text["text"]) <= limit:
        return f"text of {len(text.get('text', ''))} characters, limit {limit}"
    return "verbatim" if "verbatim" in text and text["type"] != "mrkdwn" else ""


def _rich_text(elements: list[dict[str, Any]]) -> str:
    if not elements:
        return "empty rich_text"
    for element in elements:
        if element.get("type") not in _RICH or not element.get("elements"):
            return "rich_text element"
        for inner in element["elements"]:
            kind = inner.get("type")
            if kind not in _ELEMENTS:
                return f"unknown element {kind}"
            if kind == "text" and not inner.get("text"):
                return "empty text"
            if kind == "link" and not 1 <= len(inner.get("url", "")) <= 3000:
                return "link"
            if kind == "date" and not (isinstance(inner.get("timestamp"), int) and inner.get("format")):
                return "date"
    return ""


def _handler(slack: FakeSlack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if self.headers.get("Content-Type", "").startswith("application/json"):
                body = json.loads(raw)
            else:
                body = {name: values[0] for name, values in parse_qs(raw).items()}
                body = {k: json.loads(v) if k == "blocks" else v for k, v in body.items()}
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or body.pop("token", None)
            status, text, headers, hang_up = slack.handle(self.path, token, body)
            if hang_up:
                self.close_connection = True
                return
            data = text.encode()
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                **headers,
                "Content-Length": str(len(data)),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    return Handler
