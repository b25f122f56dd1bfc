"""Builders of the values that flow through the house: say what matters, the rest is filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import (
    Alert,
    Article,
    Claim,
    Conflict,
    ConflictKind,
    Entry,
    Factuality,
    Frame,
    Position,
    Revision,
    Source,
    Speaker,
    SpeakerKind,
)

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_source(name: str = "Example Wire", **changes: Any) -> Source:
    """Return a source whose feed follows from its name."""
    slug = name.lower().replace(" ", "-")
    return replace(Source(name, f"https://{slug}.example/feed.xml"), **changes)


def an_entry(key: str = "e1", **changes: Any) -> Entry:
    """Return a feed's entry."""
    return replace(Entry(key, f"Title of {key}", f"https://wire.example/{key}", NOON), **changes)


def an_article(id: str = "a1", **changes: Any) -> Article:
    """Return an article whose text names its id."""
    text = f"Troops hold Makhnovka, says {id}."
    return replace(Article(id, "Example Wire", f"https://wire.example/{id}", NOON, f"Report {id}", text), **changes)


def a_claim(id: str = "c1", article: str = "a1", **changes: Any) -> Claim:
    """Return a claim on who holds a place."""
    speaker = Speaker("the ministry", "ministry", SpeakerKind.NAMED, "ministry")
    claim = Claim(
        id=id,
        article=article,
        source="Example Wire",
        region="Kursk Oblast",
        place="Makhnovka",
        frame=Frame.CONTROL,
        measure="holder",
        speaker=speaker,
        factuality=Factuality.ASSERTED,
        quote="Troops hold Makhnovka",
        field="text",
        start=0,
        end=21,
        sentence="Troops hold Makhnovka.",
        published=NOON,
        answer="held",
    )
    return replace(claim, **changes)


def a_conflict(*positions: Position, id: str = "k1", **changes: Any) -> Conflict:
    """Return an open conflict with these positions."""
    first = positions[0].claims[0]
    conflict = Conflict(
        id=id,
        region=first.region,
        place=first.place,
        frame=first.frame,
        kind=ConflictKind.CONTROL,
        question="Who controls Makhnovka?",
        positions=positions,
        confidence=0.9,
        opened_at=NOON,
        updated_at=NOON,
        reasons=("they cannot both hold it",),
        revisions=(Revision(1, NOON, "opened", "two sides"),),
    )
    return replace(conflict, **changes)


def an_alert(id: str = "x1", **changes: Any) -> Alert:
    """Return a pending alert that is due at once."""
    return replace(Alert(id, "k1", 1, "desk", "opened", NOON, NOON), **changes)
