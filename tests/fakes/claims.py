"""Claims as stories: `claim().by("health ministry").killed(12).at("Derna").claim` says who, what, where and when."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from monitor.model import Claim, Factuality, Frame, Quantity, QuantityType, Speaker, SpeakerKind, TimeSpan
from tests.fakes.values import NOON

_OUTLET = Speaker("Harbour Wire", "harbour wire", SpeakerKind.OUTLET, "harbour wire")
_PLAIN = Claim(
    id="",
    article="",
    source="Harbour Wire",
    region="Derna",
    place="Derna",
    frame=Frame.STATEMENT,
    measure="",
    speaker=_OUTLET,
    factuality=Factuality.ASSERTED,
    quote="",
    field="text",
    start=0,
    end=0,
    sentence="",
    published=NOON,
    order=3,
)


@dataclass(frozen=True)
class Said:
    """A claim in the making. Its id follows from all that it says, its article from outlet and time."""

    draft: Claim = _PLAIN

    @property
    def claim(self) -> Claim:
        """The finished claim."""
        made = self.draft
        stamp = f"{made.published:%d%H%M}"
        made = replace(made, article=made.article or f"{made.source.lower().replace(' ', '-')}-{stamp}")
        made = replace(made, quote=made.quote or _words(made))
        made = replace(made, sentence=made.sentence or made.quote + ".", end=made.start + len(made.quote))
        return replace(made, id=made.id or hashlib.sha256(repr(made).encode()).hexdigest()[:10])

    def having(self, **changes: Any) -> Said:
        """Set fields of the claim by name."""
        return Said(replace(self.draft, **changes))

    # who

    def by(self, name: str, side: str | None = None) -> Said:
        """Let a named person or body say it."""
        key = name.lower()
        return self.having(speaker=Speaker(name, key, SpeakerKind.NAMED, key, side))

    def by_unnamed(self, name: str) -> Said:
        """Let somebody without a name say it; each outlet's are its own."""
        key = name.lower()
        return self.having(speaker=Speaker(name, key, SpeakerKind.UNNAMED, f"{key} in {self.draft.source}"))

    def in_(self, outlet: str) -> Said:
        """Let it stand in an outlet's article; in the outlet's own voice until `by` says otherwise."""
        own = Speaker(outlet, outlet.lower(), SpeakerKind.OUTLET, outlet.lower())
        outlets = self.draft.speaker.kind is SpeakerKind.OUTLET
        return self.having(source=outlet, speaker=own if outlets else self.draft.speaker)

    def in_article(self, id: str) -> Said:
        """Let it stand in the article of this id."""
        return self.having(article=id)

    # when

    def after(self, hours: float) -> Said:
        """Publish it so many hours after noon of the first day."""
        return self.having(published=NOON + timedelta(hours=hours))

    def speaking_of(self, day: int, text: str = "") -> Said:
        """Let it speak of one whole day, counted from the first."""
        start = NOON.replace(hour=0) + timedelta(days=day)
        return self.having(event_time=TimeSpan(start, start + timedelta(days=1), text or f"day {day}"))

    # where and how far it is meant

    def at(self, place: str | None) -> Said:
        """Let it be about a place of the region."""
        return self.having(place=place)

    def about(self, region: str, *neighbours: str) -> Said:
        """Let it be about another region, in an article that names these others as well."""
        return self.having(region=region, place=None, neighbours=neighbours)

    def as_a(self, factuality: Factuality) -> Said:
        """Set how far the speaker commits to it."""
        return self.having(factuality=factuality)

    def worded(self, quote: str) -> Said:
        """Set the exact words."""
        return self.having(quote=quote)

    # what

    def killed(self, low: float, high: float | None = None, **quantity: Any) -> Said:
        """Say how many were killed: a figure, or an interval."""
        return self.counted(Frame.CASUALTIES, "killed", low, high, **quantity)

    def wounded(self, low: float, high: float | None = None) -> Said:
        """Say how many were wounded."""
        return self.counted(Frame.CASUALTIES, "wounded", low, high)

    def counted(self, frame: Frame, measure: str, low: float, high: float | None = None, **quantity: Any) -> Said:
        """Say a figure: `high` None is exactly `low`, infinity is at least `low`."""
        top = low if high is None else high
        text = f"at least {low:g}" if math.isinf(top) else f"{low:g}" if top == low else f"{low:g} to {top:g}"
        figure = replace(Quantity(low, top, text), **quantity)
        return self.having(frame=frame, measure=measure, subject="people", quantity=figure)

    def part(self, type: QuantityType) -> Said:
        """Say that the figure is no total."""
        assert self.draft.quantity is not None
        return self.having(quantity=replace(self.draft.quantity, type=type))

    def held(self, answer: str, target: str | None = None) -> Said:
        """Say who holds the place: `captured`, `repelled`."""
        return self.having(frame=Frame.CONTROL, measure="holder", subject="town", target=target, answer=answer)

    def assault(self, answer: str, actor: str | None = None, target: str | None = None) -> Said:
        """Say what came of an assault: `advanced`, `failed`, `repelled`."""
        outcome = {"frame": Frame.ATTACK, "measure": "outcome", "answer": answer, "actor": actor, "target": target}
        return self.having(**outcome, quote=f"the assault was {answer}")

    def denied(self, quote: str) -> Said:
        """Deny that it happened."""
        return self.having(frame=Frame.OCCURRENCE, measure="", factuality=Factuality.DENIED, negated=True, quote=quote)


def claim() -> Said:
    """Start a claim: Harbour Wire in its own voice, about Derna, at noon."""
    return Said()


def _words(made: Claim) -> str:
    what = f"{made.quantity.text} people were {made.measure}" if made.quantity else f"the town was {made.answer}"
    return f"{made.speaker.name} said {what} in {made.place or made.region}"
