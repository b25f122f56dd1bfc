"""How a pair of claims is written for a model that reads sentence pairs; training and use share it."""

from __future__ import annotations

from datetime import datetime

from monitor.model import Claim, SpeakerKind

LABELS = ("conflict", "agree", "update", "compatible", "different")


def wording(first: Claim, second: Claim) -> tuple[str, str]:
    """Return both sides of a pair, the earlier published first, with place, time gap and speaker written into them."""
    return (
        side(first.place or first.region, "first", _speaker(first), first.quote),
        side(second.place or second.region, gap(first.published, second.published), _speaker(second), second.quote),
    )


def side(place: str, when: str, speaker: str | None, text: str) -> str:
    """Write one side."""
    return f"{place} | {when} | {speaker or 'outlet'}: {text}"


def gap(first: datetime, second: datetime) -> str:
    """Write the time between two publications: `same day`, `3 days later`, `2 weeks earlier`."""
    hours = (second - first).total_seconds() / 3600
    if abs(hours) < 20:
        return "same day"
    days, word = max(1, round(abs(hours) / 24)), "later" if hours > 0 else "earlier"
    if days < 14:
        return f"{days} day{'s' if days > 1 else ''} {word}"
    if days < 70:
        return f"{days // 7} weeks {word}"
    return f"{days // 30} months {word}" if days < 700 else f"{days // 365} years {word}"


def _speaker(claim: Claim) -> str | None:
    return None if claim.speaker.kind is SpeakerKind.OUTLET else claim.speaker.name
