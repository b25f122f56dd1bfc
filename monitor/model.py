"""The frozen values that flow through the house, in flow order.

`poll → article → extract → claims → conflicts → alerts`: every stage takes values of this file and gives values of
this file. Times are timezone-aware UTC datetimes. Offsets are code points, half-open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

# --- poll ------------------------------------------------------------------------------------------------------------


class SourceKind(StrEnum):
    """What an outlet is; shown beside its claims and usable in alert routes."""

    AGENCY = "agency"
    STATE = "state"
    LOCAL = "local"
    BROADCASTER = "broadcaster"
    NEWSPAPER = "newspaper"
    OFFICIAL = "official"
    ANALYSIS = "analysis"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet's feed. `every` is the least time between polls; None lets the daemon adapt."""

    name: str
    feed: str
    country: str | None = None
    kind: SourceKind = SourceKind.OTHER
    every: timedelta | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed lists. `key` is its identity inside the source: guid, else link, else a hash."""

    key: str
    title: str
    link: str | None
    published: datetime | None
    updated: datetime | None = None
    summary: str = ""
    content_html: str = ""
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """One parsed feed document. `notes` names what was odd about it without being fatal."""

    title: str
    link: str | None
    entries: tuple[Entry, ...]
    kind: str = ""
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    update_period: timedelta | None = None
    hub: str | None = None
    self_link: str | None = None
    notes: tuple[str, ...] = ()


# --- article and extract ---------------------------------------------------------------------------------------------


class Quality(StrEnum):
    """How much of an article its page gave."""

    FULL = "full"
    THIN = "thin"
    PAYWALLED = "paywalled"
    BOILERPLATE = "boilerplate"
    EMPTY = "empty"
    NOT_HTML = "not-html"
    FOREIGN = "foreign-language"


@dataclass(frozen=True, slots=True)
class Document:
    """The readable part of a page. `text` is plain, with blank lines between paragraphs."""

    title: str
    text: str
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    canonical_url: str | None = None
    quality: Quality = Quality.FULL
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """A document with its origin: the unit that is tagged. `copy_of` names the original of a syndicated copy."""

    id: str
    source: str
    url: str
    published: datetime
    title: str
    text: str
    fetched: datetime | None = None
    author: str | None = None
    language: str | None = None
    quality: Quality = Quality.FULL
    copy_of: str | None = None
    revision: int = 1
    sample: bool = False


# --- claims ----------------------------------------------------------------------------------------------------------


class Frame(StrEnum):
    """The kind of thing asserted."""

    CONTROL = "control"
    ATTACK = "attack"
    CASUALTIES = "casualties"
    PEOPLE = "people"  # displaced, detained, hostages, missing, aboard
    EQUIPMENT = "equipment"
    LAUNCHES = "launches"
    AREA = "area"
    RESPONSIBILITY = "responsibility"
    OCCURRENCE = "occurrence"  # did it happen; denials
    AGREEMENT = "agreement"
    STATUS = "status"  # open, shut, damaged, offline, in office, arrested, alive
    DISASTER = "disaster"  # magnitude, depth, water level, burnt area
    ELECTION = "election"
    CROWD = "crowd"
    TIME = "time"
    PLACE = "place"
    IDENTITY = "identity"
    QUANTITY = "quantity"  # any other figure
    STATEMENT = "statement"  # an assertion that no other frame reads


class Factuality(StrEnum):
    """How far the speaker commits to the claim (after MUC-4's graded labels)."""

    ASSERTED = "asserted"
    CLAIMED = "claimed"
    DENIED = "denied"
    SUSPECTED = "suspected"
    POSSIBLE = "possible"
    PLANNED = "planned"
    CONDITIONAL = "conditional"
    QUESTION = "question"
    OPINION = "opinion"
    BACKGROUND = "background"


class QuantityType(StrEnum):
    """How a figure relates to the whole it is about."""

    TOTAL = "total"
    INCREMENT = "increment"
    SUBSET = "subset"
    COMPLEMENT = "complement"
    PERIOD = "period"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as an interval: `low <= true value <= high` (`inf` when open above), in `unit`.

    `text` is the wording ("at least 40"), `exact` false when an approximator or a round number widened it.
    """

    low: float
    high: float
    text: str
    unit: str = ""
    type: QuantityType = QuantityType.TOTAL
    exact: bool = True


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """When something happened, or as of when it is said to hold; `text` is the wording it came from."""

    start: datetime
    end: datetime
    text: str = ""


class SpeakerKind(StrEnum):
    """Who asserts a claim."""

    NAMED = "named"
    UNNAMED = "unnamed"  # "two officials", "residents"
    OUTLET = "outlet"  # the outlet in its own voice


@dataclass(frozen=True, slots=True)
class Speaker:
    """`name` as written; `key` its normalised form; `root` the deepest attribution ("health ministry")."""

    name: str
    key: str
    kind: SpeakerKind
    root: str
    side: str | None = None  # the state or party it speaks for, where that is plain ("russia")


@dataclass(frozen=True, slots=True)
class Claim:
    """One assertion in one article about a watched region.

    `quote` is exactly `getattr(article, field)[start:end]`. `measure` says what within the frame is asserted
    ("killed", "holder", "cause"), `subject` of whom or what (a normalised head word), `actor` and `target` the
    normalised roles, `answer` the canonical value of a claim that is no figure ("captured"), and `negated` whether the
    clause says that it is not so. `sentence` is the whole sentence around the quote, with pronouns as written.
    """

    id: str
    article: str
    source: str
    region: str
    place: str | None
    frame: Frame
    measure: str
    speaker: Speaker
    factuality: Factuality
    quote: str
    field: str
    start: int
    end: int
    sentence: str
    published: datetime
    subject: str | None = None
    actor: str | None = None
    target: str | None = None
    answer: str | None = None
    negated: bool = False
    quantity: Quantity | None = None
    event_time: TimeSpan | None = None
    as_of: TimeSpan | None = None
    hedges: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()  # words that made the frame fire
    places: tuple[str, ...] = ()  # all places that the sentence names
    order: int = 0  # place of the sentence in the article; the title is 0

    @property
    def voice(self) -> str:
        """Who stands behind it: the deepest attribution, or the outlet itself."""
        if self.speaker.kind is SpeakerKind.OUTLET:
            return f"outlet:{self.source}"
        # "Residents" of two outlets are other people.
        return f"{self.speaker.root}@{self.source}" if self.speaker.kind is SpeakerKind.UNNAMED else self.speaker.root

    @property
    def value(self) -> str:
        """The value as shown to a person."""
        if self.quantity is not None:
            return self.quantity.text
        return ("not " if self.negated else "") + (self.answer or self.quote)


# --- conflicts -------------------------------------------------------------------------------------------------------


class ConflictKind(StrEnum):
    """What kind of question a conflict is about; the words of the evaluation format."""

    COUNT = "count"
    CONTROL = "control"
    OUTCOME = "outcome"
    OCCURRENCE = "occurrence"
    RESPONSIBILITY = "responsibility"
    STATUS = "status"
    TIME = "time"
    PLACE = "place"
    IDENTITY = "identity"


class ConflictState(StrEnum):
    """Where a conflict is in its life."""

    OPEN = "open"
    SETTLED = "settled"
    QUIET = "quiet"
    DISMISSED = "dismissed"


class Cause(StrEnum):
    """Why a conflict changed: the cause kept with each revision."""

    OPENED = "opened"
    NEW_POSITION = "new-position"
    NEW_SOURCE = "new-independent-source"
    MORE_EVIDENCE = "more-evidence"
    CORRECTED = "corrected"
    SETTLED = "settled"
    QUIET = "gone-quiet"
    REOPENED = "reopened"
    MERGED = "merged"  # into the conflict that its note names
    DISMISSED = "dismissed"
    PAIR_DISMISSED = "two-quotes-dismissed"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Position:
    """One answer to a question, with all the claims that give it."""

    answer: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """One change in a conflict's life: its number, when, its cause, and a line for a person."""

    number: int
    at: datetime
    cause: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question with positions that cannot all be true.

    `reasons` are lines for a person: why it counts as a conflict and what it is not. `id` depends on the question
    alone, so that a conflict found again is the same one.
    """

    id: str
    region: str
    place: str | None
    frame: Frame
    kind: ConflictKind
    question: str
    positions: tuple[Position, ...]
    confidence: float
    opened_at: datetime
    updated_at: datetime
    state: ConflictState = ConflictState.OPEN
    reasons: tuple[str, ...] = ()
    revisions: tuple[Revision, ...] = ()

    @property
    def revision(self) -> int:
        """The number of the latest revision, from 1."""
        return self.revisions[-1].number if self.revisions else 1

    @property
    def standing(self) -> tuple[Position, ...]:
        """The positions that some voice still holds: its latest word is there."""
        latest: dict[str, tuple[datetime, int]] = {}
        for index, position in enumerate(self.positions):
            for claim in position.claims:
                word = (claim.published, index)
                latest[claim.voice] = max(latest.get(claim.voice, word), word)
        held = {index for _, index in latest.values()}
        return tuple(position for index, position in enumerate(self.positions) if index in held)


@dataclass(frozen=True, slots=True)
class Dismissed:
    """What a person marked as no conflict: no claim of one side contradicts a claim of another.

    `alike` extends it to whatever says the same as a claim of a side; otherwise it is about these claims alone.
    """

    sides: tuple[tuple[Claim, ...], ...]
    alike: bool = True


@dataclass(frozen=True, slots=True)
class ConflictChange:
    """A conflict as it now is, what changed it, and whether it is new."""

    conflict: Conflict
    cause: str
    is_new: bool


# --- alerts ----------------------------------------------------------------------------------------------------------


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
