"""What the desk asks for and what it gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model import Alert, Article, Claim, Conflict, ConflictState, ConflictView, Frame, SourceKind
from monitor.ports import StoredSource


@dataclass(frozen=True, slots=True)
class ConflictFilter:
    """Which conflicts are listed. `state` None lists all but dismissed ones; times are those of the last change."""

    region: str | None = None
    frame: Frame | None = None
    state: ConflictState | None = None
    source: str | None = None
    min_confidence: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    every_state: bool = False


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """Which claims are listed; `words` all occur in the quote or the names."""

    words: str = ""
    region: str | None = None
    place: str | None = None
    frame: Frame | None = None
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """A position in a list of conflicts: its answer, the outlets that carry it, and the number of claims."""

    answer: str
    sources: tuple[str, ...]
    claims: int


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A conflict as a list shows it."""

    id: str
    region: str
    place: str | None
    frame: Frame
    kind: str
    question: str
    confidence: float
    state: ConflictState
    opened_at: datetime
    updated_at: datetime
    sides: tuple[Side, ...] = ()
    acknowledged: bool = False
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who has seen a conflict, at which revision, and when."""

    author: str
    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Dismissal:
    """Who said that a conflict is none, and why; `kind` is the kind of trap in the evaluation format."""

    author: str
    note: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PairDismissal:
    """Two claims (by id) that a person marked as not contradicting each other."""

    first: str
    second: str
    dismissal: Dismissal


@dataclass(frozen=True, slots=True)
class ConflictFile:
    """All that the page of one conflict shows. `texts` are (title, text) by article, as they were when tagged."""

    view: ConflictView
    texts: Mapping[str, tuple[str, str]]
    alerts: tuple[Alert, ...] = ()
    acknowledgement: Acknowledgement | None = None
    dismissal: Dismissal | None = None
    muted_until: datetime | None = None
    pairs: tuple[PairDismissal, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What people decided about a conflict, with the articles behind it in the words its claims were read from."""

    conflict: Conflict
    articles: tuple[Article, ...]
    dismissal: Dismissal | None = None
    acknowledgement: Acknowledgement | None = None
    pairs: tuple[PairDismissal, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """An article with its claims and the conflicts they are part of (claim id → conflict ids)."""

    article: Article
    kind: SourceKind
    state: str
    claims: tuple[Claim, ...]
    conflicts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert with the question of its conflict; `at` is when it was sent or suppressed, if it was."""

    alert: Alert
    question: str
    region: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class RegionLine:
    """A region's numbers: `days` are claims a day, oldest first; `places` the claims about each place."""

    name: str
    days: tuple[int, ...]
    places: Mapping[str, int]
    open: int
    disputed: Mapping[str, int]  # open conflicts by place
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """An outlet's numbers. In disputes, `alone` positions were carried by it only, `joined` by others as well."""

    stored: StoredSource | None
    name: str
    articles: int = 0
    alone: int = 0
    joined: int = 0
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rivals:
    """Two outlets and how many conflicts find them on different sides."""

    first: str
    second: str
    conflicts: int
