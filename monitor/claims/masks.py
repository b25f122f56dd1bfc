"""Numbers that count nothing: dates, clock times, ages, telephone numbers, models, addresses, scores, references."""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import StrEnum
from typing import NamedTuple

from monitor.text.dates import find_clocks, find_dates


class MaskReason(StrEnum):
    """Why a number is no quantity."""

    DATE = "date"
    CLOCK = "clock"
    AGE = "age"
    PHONE = "phone"
    MODEL = "model"
    ORDINAL = "ordinal"
    ADDRESS = "address"
    SCORE = "score"
    REFERENCE = "reference"


class Mask(NamedTuple):
    """A stretch of a sentence whose numbers are no quantities."""

    start: int
    end: int
    reason: MaskReason


_SMALL = (
    r"(?:[0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-[a-z]{3,5})?)"
)
_LABELS = (
    "Boeing|Airbus|Article|Articles|Section|Flight|Resolution|Unit|Chapter|Law|Act|No|No\\.|Nos|Number|Room|Route|Highway|"
    "Channel|Group|Table|Figure|Page|Part|Phase|Tier|Level|Class|Type|Zone|Sector|Hall|Gate|Camp|Ward|District|"
    "Precinct|Station|School|Terminal|Reactor|Runway|Platform|Line|Step|Day|Week|Grade|Series|Block|Leopard|"
    "Challenger|Model|Mark|Mk|Formula|Version|Interstate|Covid|COVID|Shahed|Geran|Patriot|Su|Mi|An|Area|Order|Decree|"
    "Protocol|Task Force|Bill|Point|Building|Apartment|Floor|Hill|Height|Pier|Berth|Shaft|Mine|Well|Track|Lane|Exit|"
    "Bus|Tram|Train|Team|Squadron|Brigade|Battalion|Division|Regiment|Camp|Checkpoint|Precinct|Ballot|Proposition"
)
# A number with a capital inside a sentence belongs to a name: "Mile Ten", "Camp Four".
_NUMBER_NAMES = "Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|Twenty|Thirty|Forty|Fifty|Hundred|Thousand"
_PATTERNS: tuple[tuple[MaskReason, re.Pattern[str]], ...] = (
    (MaskReason.REFERENCE, re.compile(r"https?://\S+|\b[0-9]{1,4}/[0-9]{1,4}\b|\b[0-9]{1,3}:[0-9]{1,3}\b")),
    (MaskReason.REFERENCE, re.compile(r"\A\s{0,8}[0-9]{1,2}[.)]\s|[0-9]{1,3}(?:\.[0-9]{1,6})?\s?°\s?(?![CF])")),
    (MaskReason.REFERENCE, re.compile(r"\[[0-9]{1,3}(?:\s?[,;–-]\s?[0-9]{1,3}){0,8}\]")),
    (MaskReason.MODEL, re.compile(rf"\b[A-Z][a-z]{{1,20}}\s(?:{_NUMBER_NAMES})\b")),
    (
        MaskReason.REFERENCE,
        re.compile(r"\b(?:day|phase|number|round|article|stage|level|zone|no\.)\s(?:one|two|three)\b", re.I),
    ),
    (MaskReason.ORDINAL, re.compile(r"\b[0-9]{1,3}(?:,[0-9]{3})?(?:st|nd|rd|th)\b", re.I)),
    (MaskReason.AGE, re.compile(rf"\b{_SMALL}[- ](?:year|month|week|day)s?[- ]olds?\b", re.I)),
    (MaskReason.AGE, re.compile(rf"\baged?\s(?:between\s)?{_SMALL}(?:\s?(?:-|–|to|and)\s?{_SMALL}\b)?", re.I)),
    (
        MaskReason.AGE,
        re.compile(r"\b(?:under|over)[- ]?[0-9]{1,3}s\b|\b(?:his|her|their|mid|late|early)[- ][0-9]0s\b", re.I),
    ),
    (MaskReason.AGE, re.compile(r"(?<=[a-z]),\s[0-9]{1,2},(?=\s(?!0))|(?<=[a-z])\s\([0-9]{1,2}\)")),
    (MaskReason.PHONE, re.compile(r"\+[0-9][0-9 ()-]{6,18}[0-9]|\b[0-9]{3}-[0-9]{3,4}-[0-9]{4}\b")),
    (
        MaskReason.MODEL,
        re.compile(r"(?<![A-Za-z0-9])(?!(?:US|USD|EUR|GBP|Rs)[0-9$])[A-Za-z]{1,12}[-‑][0-9]{1,5}[A-Za-z]{0,4}\b"),
    ),
    (MaskReason.MODEL, re.compile(r"\b(?!(?:USD|EUR|GBP|RUB|UAH|Rs)[0-9])[A-Za-z]{1,12}[0-9]{1,6}[A-Za-z]{0,4}\b")),
    (MaskReason.MODEL, re.compile(rf"\b(?:{_LABELS})\s[0-9]{{1,5}}[A-Za-z]?\b(?![,.]?[0-9])")),
    (MaskReason.MODEL, re.compile(r"\b[0-9]{1,3}(?:\.[0-9]{1,2})?[- ]?(?:mm|millimet(?:re|er)s?)\b(?!\s(?:of|rain))")),
    (
        MaskReason.MODEL,
        re.compile(
            r"\b[0-9]{1,4}(?!(?:bn|mn|mln|bln|tn|m|k|km|kms|cm|mm|kg|ft|mi|ha|mph|kph|mw|gw|kw|pc|pct|hrs?|mins?|lbs?|"
            r"th|st|nd|rd|kmh|nm|bpd|s|h|am|pm|km²|m²|m³)\b)[A-Za-z]{1,4}[0-9]{0,3}\b",
            re.I,
        ),
    ),
    (
        MaskReason.ADDRESS,
        re.compile(
            r"\b[0-9]{1,5}[A-Z]?\s(?:[A-Z][a-z]{1,20}\s){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Boulevard|Drive|Square)\b"
        ),
    ),
    (
        MaskReason.SCORE,
        re.compile(
            r"\b(?:won|wins?|beat|beats|lost|lose|defeated|drew|draw|victory|final|led|lead|match|voted?|vote of|ruled)"
            r"\s(?:by\s|of\s|[A-Z][a-z]{1,20}\s){0,3}[0-9]{1,2}[-–][0-9]{1,2}\b",
        ),
    ),
    (
        MaskReason.SCORE,
        re.compile(r"\b[0-9]{1,2}[-–][0-9]{1,2}\s(?:win|victory|defeat|draw|loss|vote|scoreline|lead)\b"),
    ),
)
_HYPHENED = re.compile(r"(?<![\w$€£.,-])([0-9]{1,2})[-–]([0-9]{1,2})(?![\w-]|[.,][0-9]|\s?(?:million|billion|%))")


def find_masks(sentence: str) -> list[Mask]:
    """All stretches whose numbers are no quantities, by start."""
    found = [Mask(m.start(), m.end(), reason) for reason, pattern in _PATTERNS for m in pattern.finditer(sentence)]
    # A range rises; "7-2" is a score or a vote.
    scores = (m for m in _HYPHENED.finditer(sentence) if int(m.group(1)) >= int(m.group(2)))
    found += [Mask(m.start(), m.end(), MaskReason.SCORE) for m in scores]
    found += [Mask(date.start, date.end, MaskReason.DATE) for date in find_dates(sentence)]
    found += [Mask(clock.start, clock.end, MaskReason.CLOCK) for clock in find_clocks(sentence)]
    return sorted(found)


class MaskIndex:
    """Answers whether an offset lies in a mask in logarithmic time."""

    def __init__(self, masks: list[Mask]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for mask in masks:
            if self._ends and mask.start < self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], mask.end)
            else:
                self._starts.append(mask.start)
                self._ends.append(mask.end)

    def covers(self, offset: int) -> bool:
        """Whether a mask covers the character at `offset`."""
        at = bisect_right(self._starts, offset) - 1
        return at >= 0 and offset < self._ends[at]


class LazyMasks:
    """The masks of one sentence, found when first asked for: most sentences hold no number."""

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence
        self._index: MaskIndex | None = None

    def covers(self, offset: int) -> bool:
        """Whether a mask covers the character at `offset`."""
        if self._index is None:
            self._index = MaskIndex(find_masks(self._sentence))
        return self._index.covers(offset)
