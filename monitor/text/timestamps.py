"""Machine-written dates of feeds and pages → aware UTC datetimes.

RFC 822/2822 and RFC 3339/W3CDTF are read here, since they are nearly all there is and speed matters; feedparser's
handlers take what is left (Korean, Greek, Hungarian, asctime, ISO week dates …).
"""

from __future__ import annotations

import re
from calendar import timegm
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from feedparser.datetimes import _parse_date as feedparser_date

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
    for name in (names,)
}
_ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "ist": 330, "cet": 60, "cest": 120,
    "met": 60, "mest": 120, "eet": 120, "eest": 180, "msk": 180, "msd": 240, "trt": 180, "gst": 240, "pkt": 300,
    "wib": 420, "hkt": 480, "sgt": 480, "awst": 480, "jst": 540, "kst": 540, "acst": 570, "aest": 600, "aedt": 660,
    "nzst": 720, "nzdt": 780, "est": -300, "edt": -240, "et": -300, "cst": -360, "cdt": -300, "ct": -360, "mst": -420,
    "mdt": -360, "mt": -420, "pst": -480, "pdt": -420, "pt": -480, "akst": -540, "akdt": -480, "hst": -600,
    "ast": -240, "adt": -180, "nst": -210, "ndt": -150, "brt": -180, "art": -180, "clt": -240, "cat": 120, "eat": 180,
    "sast": 120, "wat": 60,
}  # fmt: skip
_RFC822 = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,?\s+)?(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]*\.?,?[\s-]+(\d{4}|\d{2})"
    r"(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(?:(?:GMT|UTC)?([+-])(\d{2}):?(\d{2})|([A-Za-z]{1,5}))?"
    r"(?:\s*\(.*\))?"
)
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"\s*(?:([Zz]|UTC|GMT)|([+-])(\d{2}):?(\d{2})?)?)?"
)


@lru_cache(maxsize=8192)
def parse_date(text: str) -> datetime | None:
    """Return the instant, or None for what is no date; a date without a zone is taken as UTC."""
    clean = " ".join(text.split())
    if not clean or len(clean) > 80:
        return None
    try:
        if found := _ISO.fullmatch(clean):
            return _iso(found)
        if found := _RFC822.fullmatch(clean):
            return _rfc822(found)
        return _other(clean)
    except (ValueError, OverflowError):
        return None


def _iso(found: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    offset = 0
    if found[8]:
        offset = (int(found[9]) * 60 + int(found[10] or 0)) * (-1 if found[8] == "-" else 1)
    return _instant(year, month, day, hour, minute, second, offset)


def _rfc822(found: re.Match[str]) -> datetime | None:
    month = _MONTHS.get(found[2].lower())
    if month is None:
        return _other(found[0])
    year = int(found[3])
    if len(found[3]) == 2:
        year += 1900 if year >= 90 else 2000
    offset = _ZONES.get((found[10] or "").lower(), 0)
    if found[7]:
        offset = (int(found[8]) * 60 + int(found[9])) * (-1 if found[7] == "-" else 1)
    return _instant(year, month, int(found[1]), int(found[4] or 0), int(found[5] or 0), int(found[6] or 0), offset)


def _instant(year: int, month: int, day: int, hour: int, minute: int, second: int, offset: int) -> datetime:
    carry = timedelta(days=1) if hour == 24 else timedelta()  # ISO 8601 writes midnight as 24:00
    leap = timedelta(seconds=1) if second == 60 else timedelta()
    when = datetime(year, month, day, hour % 24 if hour == 24 else hour, minute, min(second, 59), tzinfo=UTC)
    return when + carry + leap - timedelta(minutes=offset)


def _other(text: str) -> datetime | None:
    parsed = feedparser_date(text)
    if parsed is None:
        return None
    return datetime.fromtimestamp(timegm(parsed), UTC) if 1900 < parsed[0] < 2200 else None
