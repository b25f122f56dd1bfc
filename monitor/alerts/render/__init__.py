"""Alerts → messages: plain words, email, Slack blocks, single and as digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.alerts.reasons import Gather
from monitor.alerts.render.blocks import fitting
from monitor.alerts.render.context import AlertView, ClaimView, PositionView, alert_view
from monitor.alerts.render.engine import Templates
from monitor.alerts.render.safe import one_line
from monitor.ports import AlertJob, Message

SHOWN = 4  # claims of one answer in a Slack message
DIGEST = {"text": 30, "html": 30, "slack": 12}  # conflicts in full in one digest


@dataclass(frozen=True, slots=True)
class SlackContent:
    """What Slack is given: blocks within its limits, and the fallback that notifications show."""

    text: str
    blocks: list[dict[str, Any]]


class Renderer:
    """Renders for targets in their time zones; `folder` may hold templates that replace the bundled ones."""

    def __init__(
        self, zones: Mapping[str, str] | None = None, public_url: str | None = None, folder: Path | None = None
    ) -> None:
        self._zones = dict(zones or {})
        self._public_url = public_url
        self.templates = Templates(folder)

    def view(self, job: AlertJob) -> AlertView:
        """Return what templates see of one alert."""
        return alert_view(job, self._zones.get(job.alert.target, "UTC"), self._public_url)

    def message(self, jobs: Sequence[AlertJob], reason: Gather | None = None) -> Message:
        """Return the message of one alert in plain words; with a reason, of a digest."""
        if reason is None:
            view = self.view(jobs[0])
            return Message(view.text_subject, self.templates.text("alert.txt.jinja", alert=view), jobs[0])
        context = self._digest(jobs, reason.value, DIGEST["text"])
        total = len(jobs)
        subject = f"{context['title']}: {total} conflict{'' if total == 1 else 's'}"
        return Message(subject, self.templates.text("digest.txt.jinja", **context), jobs[0], tuple(jobs), reason.value)

    def html(self, message: Message) -> str:
        """Return a message as an HTML page for email."""
        if not message.bundle:
            return self.templates.text("email.html.jinja", alert=self.view(message.job))
        return self.templates.text("digest.html.jinja", **self._digest(message.jobs, message.reason, DIGEST["html"]))

    def slack(self, message: Message) -> SlackContent:
        """Return a message as Slack blocks."""
        if message.bundle:
            context = self._digest(message.jobs, message.reason, DIGEST["slack"])
            return _content(message.subject, self.templates.blocks("slack_digest.json.jinja", **context))
        view = self.view(message.job)
        blocks = self.templates.blocks("slack.json.jinja", alert=view, shown=SHOWN)
        return _content(f"{view.headline}: {message.subject}", blocks)

    def slack_change(self, message: Message) -> SlackContent:
        """Return the reply in a thread that says what changed since the last message."""
        view = self.view(message.job)
        since = max((str(receipt.get("at", "")) for receipt in message.job.sent), default="")
        blocks = self.templates.blocks("slack_change.json.jinja", alert=view, fresh=_Fresh(message.job, since))
        return _content(f"{view.headline}: {message.subject}", blocks)

    def _digest(self, jobs: Sequence[AlertJob], reason: str, most: int) -> dict[str, Any]:
        views = [self.view(job) for job in jobs]
        title = f"Counterclaim, {reason}"
        return {"title": title, "alerts": views[:most], "more": len(views[most:]), "target": jobs[0].alert.target}


class _Fresh:
    """The claims of a position that were not in the last message: those that it did not list."""

    def __init__(self, job: AlertJob, since: str) -> None:
        self._known = {known for receipt in job.sent for known in receipt.get("claims", ())}
        self._ids = {
            number: [claim.id for claim in sorted(position.claims, key=lambda one: (one.published, one.id))]
            for number, position in enumerate(job.view.conflict.positions, 1)
        }

    def __call__(self, position: PositionView) -> list[ClaimView]:
        ids = self._ids[position.number]
        return [claim for id, claim in zip(ids, position.claims, strict=True) if id not in self._known][:SHOWN]


def _content(fallback: str, blocks: list[dict[str, Any]]) -> SlackContent:
    return SlackContent(escaped(one_line(fallback, 300)), fitting(blocks))


def escaped(text: str) -> str:
    """Return text in which Slack finds no mention or link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


__all__ = ["Renderer", "SlackContent", "escaped"]
