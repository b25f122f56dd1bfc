"""What an alert would look like, as files: text, the mail and its HTML, Slack's blocks and a page of them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from monitor.alerts.render import Renderer
from monitor.alerts.sample import sample_job
from monitor.model import Alert, AlertState, Cause
from monitor.ports import AlertJob, AlertStore, ConflictStore, Message

SAMPLE = "sample"


class _Store(ConflictStore, AlertStore, Protocol):
    """What a preview reads."""


@runtime_checkable
class _Composes(Protocol):
    def compose(self, message: Message, target: str) -> Any:
        """Return a mail."""
        ...


def preview_job(store: _Store, conflict: str, target: str, now: datetime) -> AlertJob | None:
    """Return the alert that a target would get about a conflict now, None when there is no such conflict."""
    if conflict == SAMPLE:
        return sample_job(target, now)
    found = store.conflict(conflict)
    if found is None:
        return None
    alert = Alert("preview", found.id, found.revision, target, Cause.OPENED.value, now, now, AlertState.PENDING)
    return AlertJob(alert, store.view(found))


def preview_files(renderer: Renderer, job: AlertJob, sender: object = None) -> dict[str, str]:
    """Return file names with their content."""
    message = renderer.message([job])
    content = renderer.slack(message)
    blocks = {"text": content.text, "blocks": content.blocks}
    files = {
        "alert.txt": f"{message.subject}\n\n{message.text}",
        "alert.html": renderer.html(message),
        "slack.json": json.dumps(blocks, ensure_ascii=False, indent=1),
        "slack.html": slack_page(renderer, [message]),
    }
    if isinstance(sender, _Composes):
        files["alert.eml"] = sender.compose(message, job.alert.target).as_string()
    return files


def slack_page(renderer: Renderer, messages: list[Message], replies: list[Message] | None = None) -> str:
    """Return an HTML page that shows messages, and replies in the thread of the last, much as Slack does."""
    shown = [renderer.slack(message).blocks for message in messages]
    threaded = [renderer.slack_change(message).blocks for message in replies or ()]
    return renderer.templates.text("slack_preview.html.jinja", messages=shown, replies=threaded)
