"""Sending to Slack: with a bot token one message a conflict, edited and threaded; with a webhook a message a change."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from socket import gaierror
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from monitor.alerts.render import Renderer, SlackContent, escaped
from monitor.config import SlackTarget
from monitor.errors import SendError
from monitor.ports import Message, SendReceipt

TIMEOUT = 30
_TRY_AGAIN = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
     "team_added_to_org", "accesslimited", "message_limit_exceeded"}
)  # fmt: skip
# The message is gone or can no longer be edited: the conflict gets a new one.
_LOST = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"})


class SlackSender:
    """Sends to one Slack channel. Raises SendError.

    `tls` replaces the system's trusted certificates. Slack's client must not retry by itself: that is the outbox's.
    """

    def __init__(self, target: SlackTarget, renderer: Renderer, tls: ssl.SSLContext | None = None) -> None:
        self._target = target
        self._renderer = renderer
        self._tls = tls

    def send(self, message: Message, target: str) -> SendReceipt:
        """Post a conflict's first message; later edit it and say in its thread what changed."""
        with _named(target):
            if self._target.webhook is not None:
                self._by_webhook(self._target.webhook, self._renderer.slack(message), target)
                return SendReceipt(_receipt(message))
            return self._by_bot(message)

    def tell(self, subject: str, text: str, target: str) -> None:
        """Post plain words."""
        words = SlackContent(escaped(f"{subject}\n{text}"), [])
        with _named(target):
            if self._target.webhook is not None:
                self._by_webhook(self._target.webhook, words, target)
            else:
                self._client().chat_postMessage(channel=str(self._target.channel), text=words.text)

    def _by_bot(self, message: Message) -> SendReceipt:
        client = self._client()
        root = None if message.bundle else _root(message)
        if root is None:
            return self._post(client, message)
        try:
            # The edit comes first: doing it again changes nothing, while a reply would stand twice.
            client.chat_update(channel=root["channel"], ts=root["ts"], **_arguments(self._renderer.slack(message)))
        except SlackApiError as error:
            if error.response.get("error") in _LOST:
                return self._post(client, message)
            raise
        change = self._renderer.slack_change(message)
        reply = client.chat_postMessage(
            channel=root["channel"], thread_ts=root["ts"], unfurl_links=False, unfurl_media=False, **_arguments(change)
        )
        return SendReceipt({**_receipt(message), **root, "reply_ts": str(reply["ts"])})

    def _client(self) -> WebClient:
        return WebClient(self._target.token, self._target.api, TIMEOUT, self._tls, retry_handlers=[])

    def _post(self, client: WebClient, message: Message) -> SendReceipt:
        content = self._renderer.slack(message)
        posted = client.chat_postMessage(
            channel=str(self._target.channel), unfurl_links=False, unfurl_media=False, **_arguments(content)
        )
        return SendReceipt({**_receipt(message), "channel": str(posted["channel"]), "ts": str(posted["ts"])})

    def _by_webhook(self, url: str, content: SlackContent, target: str) -> None:
        client = WebhookClient(url, TIMEOUT, self._tls, retry_handlers=[])
        answer = client.send(**_arguments(content), unfurl_links=False, unfurl_media=False)
        if answer.status_code != 200:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            raise _failure(answer.status_code, str(answer.body), headers.get("retry-after"), target)


@contextmanager
def _named(target: str) -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        raise _refusal(error, target) from error
    except (SlackClientError, HTTPException, OSError) as error:
        raise _broken(error, target) from error


def _broken(error: Exception, target: str) -> SendError:
    """What went wrong on the way; unless no connection was made, Slack may have posted the message."""
    cause = error.reason if isinstance(error, URLError) else error
    never = isinstance(cause, ConnectionRefusedError | gaierror | ssl.SSLCertVerificationError)
    reason = "timeout" if isinstance(cause, TimeoutError) else "unreachable"
    return SendError(reason, str(error) or type(error).__name__, target, True, None, not never)


def _root(message: Message) -> dict[str, str] | None:
    """The conflict's own message, to edit and thread under; a digest it first came in is no such message."""
    own = [r for r in message.job.sent if r.get("ts") and r.get("channel") and not r.get("bundle")]
    return {"channel": str(own[-1]["channel"]), "ts": str(own[-1]["ts"])} if own else None


def _receipt(message: Message) -> dict[str, Any]:
    return {"claims": [claim.id for position in message.job.view.conflict.positions for claim in position.claims]}


def _arguments(content: SlackContent) -> dict[str, Any]:
    return {"text": content.text, "blocks": content.blocks} if content.blocks else {"text": content.text}


def _refusal(error: SlackApiError, target: str) -> SendError:
    response = error.response
    word = str(response.get("error") or "") if hasattr(response, "get") else ""
    status = getattr(response, "status_code", 200)
    headers = {str(name).lower(): value for name, value in (getattr(response, "headers", None) or {}).items()}
    return _failure(status, word or str(error), headers.get("retry-after"), target)


def _failure(status: int, words: str, pause: str | list[str] | None, target: str) -> SendError:
    first = pause[0] if isinstance(pause, list) else pause
    after = float(first) if first and str(first).isdigit() else None
    if status == 429:
        return SendError("rate-limited", words[:300], target, True, after if after is not None else 30.0)
    retry = status >= 500 or words in _TRY_AGAIN
    # Slack says of its own errors that the message may stand all the same.
    doubtful = status >= 500 or words in {"internal_error", "fatal_error", "request_timeout"}
    return SendError("refused", f"{words[:300]} (HTTP {status})", target, retry, after, doubtful)
