"""What cannot all be true, and how it came to be known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.claims import Claim, Frame


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
    def regions(self) -> tuple[str, ...]:
        """Every region that its claims are about, its own first: both banks of one border, a town and its country."""
        said = sorted({claim.region for position in self.positions for claim in position.claims} - {self.region})
        return (self.region, *said)

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
