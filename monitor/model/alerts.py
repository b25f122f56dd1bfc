"""What is sent, and what is shown of a conflict."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.model.conflicts import Conflict
from monitor.model.feeds import SourceKind


class AlertState(StrEnum):
    """The life of an outbox row."""

    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    DEAD = "dead"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Alert:
    """One message about one conflict at one revision to one target."""

    id: str
    conflict: str
    revision: int
    target: str
    reason: str
    created: datetime
    not_before: datetime
    state: AlertState = AlertState.PENDING
    attempts: int = 0
    possible_repeat: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """What an alert shows of the article behind a claim."""

    id: str
    source: str
    source_kind: SourceKind
    url: str
    title: str
    published: datetime
    fetched: datetime | None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A conflict with the articles behind its claims: all that a rendering needs."""

    conflict: Conflict
    articles: dict[str, ArticleRef] = field(default_factory=dict)
