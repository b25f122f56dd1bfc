"""An alert in plain words: the question, each position with its speaker, outlet, exact quote, link and times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.model import ArticleRef, Claim, ConflictView
from monitor.ports import AlertJob, Message


def plain_message(job: AlertJob) -> Message:
    """Return the message of an alert, as every target can show it."""
    conflict = job.view.conflict
    sample = any(article.sample for article in job.view.articles.values())
    repeat = "possible repeat: " if job.alert.possible_repeat else ""
    mark = "[SAMPLE] " if sample else ""
    subject = f"{mark}{repeat}{conflict.region}: {conflict.question}"
    return Message(" ".join(subject.split()), "\n".join(_lines(job.view)), job)


def _lines(view: ConflictView) -> Iterator[str]:
    conflict = view.conflict
    yield f"Sources conflict about {conflict.region}: {conflict.question}"
    for number, position in enumerate(conflict.positions, 1):
        yield ""
        yield f"{number}. {position.answer}"
        for claim in position.claims:
            yield from _claim(claim, view.articles.get(claim.article))
    yield ""
    yield f"Confidence {conflict.confidence:.0%}, revision {conflict.revision}, conflict {conflict.id}"
    yield from conflict.reasons


def _claim(claim: Claim, article: ArticleRef | None) -> Iterator[str]:
    yield f"   {claim.speaker.name or claim.source}, in {claim.source}:"
    yield f"   “{claim.quote}”"
    fetched = f", fetched {_time(article.fetched)}" if article is not None and article.fetched is not None else ""
    yield f"   published {_time(claim.published)}{fetched}"
    if article is not None:
        yield f"   {article.url}"


def _time(moment: datetime) -> str:
    return f"{moment:%d %b %Y %H:%M} UTC"
