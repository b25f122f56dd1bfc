"""The head of an agency report: "KYIV, Jan 5 (Agency) —". Its place is where it was filed, not where things happen."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{1,2}}\s+{_MONTH}(?:,? \d{{4}})?"
_AGENCY = r"\((?P<agency>[^()\n]{2,50})\)|/(?P<slashed>[^/\n]{2,50})/\.?"
_HEAD = re.compile(
    r"\s*(?P<place>[^\W\d_](?:[^\W\d_]|[ .'’\-/]|, (?!\s*(?:\d|" + _MONTH + r"\s*\d))){1,60}?)"
    rf"(?:,\s{{0,4}}(?P<date>{_DATE})\.?)?\s{{0,4}}(?:{_AGENCY})?\s{{0,4}}(?P<mark>—|–|--| - |:|(?<=[./])\s)\s*"
)

_LONGEST = 200  # characters that a dateline can take


@dataclass(frozen=True, slots=True)
class Dateline:
    """`place` and `date` as written (date "" when absent); `end` is where the report itself begins."""

    place: str
    date: str
    end: int


def dateline(text: str) -> Dateline | None:
    """Return the dateline that `text` opens with: a place in capitals, or one with a date or an agency."""
    match = _HEAD.match(text[:_LONGEST])
    if not match:
        return None
    place = match["place"].strip(" ,")
    signed = bool(match["date"] or match["agency"] or match["slashed"])
    if not place.isupper() and not (signed and place[:1].isupper() and len(place.split()) <= 4):
        return None
    if match["mark"] not in ("—", "–", "--", " - ") and not signed:
        return None
    return Dateline(place, match["date"] or "", match.end())
