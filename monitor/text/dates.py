"""Calendar dates and times of day as written in English, without resolving them against a day of publication.

All patterns are bounded, so that no text makes them slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, names in enumerate(("monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thur thurs",
                                    "friday fri", "saturday sat", "sunday sun"))
    for name in names.split()
}  # fmt: skip
ZONES = {
    "utc": 0.0, "gmt": 0.0, "z": 0.0, "wet": 0.0, "bst": 1.0, "cet": 1.0, "wat": 1.0, "cest": 2.0, "eet": 2.0,
    "cat": 2.0, "sast": 2.0, "eest": 3.0, "msk": 3.0, "eat": 3.0, "trt": 3.0, "pkt": 5.0, "wib": 7.0, "pht": 8.0,
    "jst": 9.0, "kst": 9.0, "aest": 10.0, "aedt": 11.0, "nzst": 12.0, "nzdt": 13.0, "est": -5.0, "edt": -4.0,
    "cst": -6.0, "cdt": -5.0, "mst": -7.0, "mdt": -6.0, "pst": -8.0, "pdt": -7.0,
}  # fmt: skip

_MONTH = (
    r"(?P<month>(?:January|February|March|April|May|June|July|August|September|October|November|December)\b|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_DAY = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?"
_TO = r"(?:\s?[-–—]\s?|\s(?:to|and|or|through|until)\s)"
_DAY2 = r"(?P<day2>[0-3]?[0-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_CASE = re.IGNORECASE
_DATE_PATTERNS = (
    re.compile(rf"\b{_YEAR}-(?P<m>[01][0-9])-(?P<day>[0-3][0-9])(?![0-9])"),
    re.compile(rf"\b(?P<day>[0-3]?[0-9])[./](?P<m>[01]?[0-9])[./]{_YEAR}\b"),
    re.compile(rf"\b{_DAY}{_TO}{_DAY2}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR}\b)?", _CASE),
    re.compile(rf"\b{_DAY}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR}\b)?", _CASE),
    re.compile(rf"\b{_MONTH}\s{_DAY}\b(?:{_TO}{_DAY2}\b)?(?!\s?(?:[:%]|[ap]\.?m))(?:,?\s{_YEAR}\b)?", _CASE),
    re.compile(rf"\b{_MONTH},?\s(?:of\s)?{_YEAR}\b", _CASE),
    re.compile(
        r"\b(?P<year>(?:19|20)[0-9]{2})\s?[-–/]\s?(?P<year2>(?:19|20)[0-9]{2}|[0-9]{2})\b(?![-–/,.]?[0-9])"
        r"(?!\s(?:people|soldiers|troops|dead|km|miles))"
    ),
    re.compile(r"\b(?P<decade>(?:19|20)[0-9]0)['’]?s\b"),
    re.compile(
        rf"\b(?P<lead>in|since|during|early|late|mid|until|till|before|after|from|of|by|between|and|to|mid-|the|a|an|for|"
        rf"its|their|his|her|s|summer|winter|spring|autumn|fall|year|\()[\s-]?{_YEAR}\b(?![-–,.]?[0-9])"
        r"(?!\s(?:people|soldiers|troops|men|women|children|residents|homes|houses|dead|killed|wounded|injured|"
        r"families|civilians|fighters|workers|officers|police|km|kilomet|miles|metres|meters|feet|hectares|acres|"
        r"tons|tonnes|litres|barrels|euros|dollars|of\b))",
        _CASE,
    ),
)
_CLOCK_PATTERNS = (
    re.compile(
        r"(?<![\w.:,])(?P<h>[01]?[0-9]|2[0-3])(?:[:.h](?P<min>[0-5][0-9]))?(?::[0-5][0-9])?\s?"
        r"(?P<half>[ap]\.?\s?m\b\.?|o['’]clock)(?:\s(?:\(?(?P<zone>[A-Z]{3,4})\b\)?|(?P<local>local(?:\stime)?)))?",
        _CASE,
    ),
    re.compile(
        r"(?<![\w.:,])(?P<h>[01]?[0-9]|2[0-3])[:.h](?P<min>[0-5][0-9])(?::[0-5][0-9])?"
        r"(?![\w:]|[.,][0-9]|\s?(?:per|%|million|billion|m\b|km|magnitude))"
        r"(?:\s?(?:\(?(?P<zone>[A-Z]{3,4}|Z)\b\)?|(?P<local>local(?:\stime)?|hours|hrs)))?"
    ),
    re.compile(
        r"(?<![\w.:,])(?P<h>[01][0-9]|2[0-3])(?P<min>[0-5][0-9])\s?"
        r"(?:(?P<zone>UTC|GMT|BST|CET|CEST|EET|EEST|MSK|EST|EDT|PST|PDT|CST|CDT)\b|(?P<local>local\stime|hours|hrs)\b)"
    ),
    re.compile(r"\b(?P<word>noon|midday|midnight)\b(?:\s(?:(?P<zone>[A-Z]{3,4})\b|(?P<local>local\stime)))?", _CASE),
)


@dataclass(frozen=True, slots=True)
class DateMatch:
    """A date as written. `day` and `month` are None where only larger units are named; `text` is the wording."""

    start: int
    end: int
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    last_day: int | None = None
    last_year: int | None = None


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day: minutes after midnight, the zone as written ("local" for local time) and its offset in hours."""

    start: int
    end: int
    text: str
    minute: int
    zone: str = ""
    offset: float | None = None


_DIGIT = re.compile(r"[0-9]")  # every date has one
_CLOCKLIKE = re.compile(r"[0-9]|noon|midday|midnight", re.IGNORECASE)

_Match = TypeVar("_Match", DateMatch, ClockTime)


def find_dates(text: str) -> list[DateMatch]:
    """All calendar dates, months with a year and years that stand as years; in order and without overlap."""
    if _DIGIT.search(text) is None:
        return []
    found = [date for pattern in _DATE_PATTERNS for date in _dates(pattern, text)]
    return list(_longest(found))


def find_clocks(text: str) -> list[ClockTime]:
    """All times of day in `text`, in order and without overlap."""
    if _CLOCKLIKE.search(text) is None:
        return []
    return list(_longest([clock for pattern in _CLOCK_PATTERNS for clock in _clocks(pattern, text)]))


def _longest(found: list[_Match]) -> Iterator[_Match]:
    last = -1
    for match in sorted(found, key=lambda match: (match.start, -match.end)):
        if match.start >= last:
            last = match.end
            yield match


def _dates(pattern: re.Pattern[str], text: str) -> Iterator[DateMatch]:
    for match in pattern.finditer(text):
        date = _date(match)
        if date is not None:
            yield date


def _date(match: re.Match[str]) -> DateMatch | None:
    part = match.groupdict()
    start = match.start("year") if part.get("lead") else match.start()
    if part.get("decade"):
        decade = int(part["decade"])
        return DateMatch(start, match.end(), match.group(), decade, last_year=decade + 9)
    named = part.get("month")
    month = MONTHS[named.lower().rstrip(".")] if named else _number(part.get("m"))
    day, last = _number(part.get("day")), _number(part.get("day2"))
    if (month is not None and not 1 <= month <= 12) or any(d is not None and not 1 <= d <= 31 for d in (day, last)):
        return None
    year = _number(part.get("year"))
    return DateMatch(start, match.end(), match.string[start : match.end()], year, month, day, last, _last_year(part))


def _last_year(part: dict[str, str | None]) -> int | None:
    written, first = part.get("year2"), part.get("year")
    if not written or not first:
        return None
    return int(written) if len(written) == 4 else int(first[:2] + written)


def _clocks(pattern: re.Pattern[str], text: str) -> Iterator[ClockTime]:
    for match in pattern.finditer(text):
        part = match.groupdict()
        minute = _minute(part)
        zone = (part.get("zone") or "").lower()
        if minute is None:
            continue
        known = zone in ZONES
        end = match.end() if known or not zone else match.start("zone")
        name = zone.upper() if known else ("local" if part.get("local", "") and "local" in str(part["local"]) else "")
        written = text[match.start() : end].rstrip(" (")
        yield ClockTime(match.start(), match.start() + len(written), written, minute, name, ZONES.get(zone))


def _minute(part: dict[str, str | None]) -> int | None:
    word = (part.get("word") or "").lower()
    if word:
        return 0 if word == "midnight" else 720
    hour, half = int(part["h"] or 0), (part.get("half") or "").lower()
    if half[:1] in {"a", "p"}:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    return hour * 60 + int(part.get("min") or 0)


def _number(written: str | None) -> int | None:
    return int(written) if written else None
