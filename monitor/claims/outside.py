"""Sentences that say themselves that they are about another region: "Kurakhove, in the south of the Donetsk region"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from monitor.claims.regions import Mention

# Designators of one rank: where the watched region is one of them, another of the rank lies outside of it.
_RANKS = (
    frozenset({"region", "oblast", "province", "governorate", "prefecture", "krai", "department", "voivodeship"}),
    frozenset({"county"}),
    frozenset({"state"}),
    frozenset({"district", "raion", "municipality"}),
)
_KINDS = "|".join(sorted(kind for rank in _RANKS for kind in rank))
_NAME = r"[A-ZÀ-Þ][\w'’-]{2,24}"
_PLACED = re.compile(
    rf"\b(?:in|of|across|within|throughout|inside|from|into|over)\s+(?:the\s+)?(?:{_NAME}['’]s?\s+)?"
    rf"(?:(?:neighbou?ring|nearby|adjacent|adjoining|bordering|north\w*|south\w*|east\w*|west\w*|central|upper|lower)\s+)?"
    rf"(?P<name>{_NAME}(?:\s{_NAME})?)\s+(?P<kind>{_KINDS})\b"
)
_KIND = re.compile(rf"\b(?:{_KINDS})\b", re.I)


def kinds_of(mentions: Iterable[Mention]) -> frozenset[str]:
    """Return the designators of the ranks by which a text calls its watched regions ("Kursk region": region)."""
    written = {m.region for m in mentions} | {m.text for m in mentions if m.place is None}
    own = {word.lower() for name in written for word in _KIND.findall(name)}
    return frozenset().union(*(rank for rank in _RANKS if rank & own))


def other_region(text: str, start: int, end: int, kinds: frozenset[str], here: Sequence[Mention]) -> str | None:
    """Return the region of a watched rank that `text[start:end]` is about; None where it names a watched place."""
    if not kinds or here:
        return None
    return next((m["name"] for m in _PLACED.finditer(text, start, end) if m["kind"] in kinds), None)


def regions_named(text: str, kinds: frozenset[str]) -> list[int]:
    """Return where a text puts something in a region of a watched rank, in order."""
    return [m.start() for m in _PLACED.finditer(text) if m["kind"] in kinds] if kinds else []
