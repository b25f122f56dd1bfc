"""What an article says: who claims what, how surely, of when and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
    neighbours: tuple[str, ...] = ()  # the other watched regions that its article names, those named most first

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
