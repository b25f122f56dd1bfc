"""What each wording of a time means, relative to the day of publication: patterns and their resolvers.

A resolver gives a half-open interval in UTC, or None when the words do not name a time after all. Days are UTC days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from monitor.text.dates import MONTHS, WEEKDAYS
from monitor.text.numbers import ONES, TENS


class TimeRole(StrEnum):
    """What a time says: when it happened, as of when it holds, from when on it counts, an older event, or a plan."""

    EVENT = "event"
    AS_OF = "as of"
    SINCE = "since"
    BACKGROUND = "background"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The moment of publication, the day that weekdays count from, and whether the sentence speaks of plans."""

    published: datetime
    day: date
    future: bool = False
    previous: datetime | None = None


Interval = tuple[datetime, datetime]
Resolver = Callable[[re.Match[str], Anchor], Interval | None]
DAY = timedelta(days=1)
_HOURS = {
    "morning": (5, 12), "afternoon": (12, 18), "evening": (17, 24), "night": (18, 30), "midday": (11, 13),
    "noon": (12, 13), "midnight": (23, 25), "dawn": (4, 7), "dusk": (17, 20), "lunchtime": (11, 14),
}  # fmt: skip
_UNIT_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "fortnight": 14.0, "month": 30.4,
              "year": 365.25, "decade": 3652.5, "century": 36525.0, "night": 1.0, "weekend": 7.0}  # fmt: skip
_VAGUE_COUNTS = {"a": (1, 1), "an": (1, 1), "several": (3, 9), "few": (2, 6), "couple": (2, 3), "many": (3, 20)}


def midnight(day: date) -> datetime:
    """The first instant of a UTC day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def whole_day(day: date, part: str = "") -> Interval:
    """The UTC day, or the part of it ("morning", "evening") that is named."""
    start, end = _HOURS.get(part.lower(), (0, 24))
    return midnight(day) + timedelta(hours=start), midnight(day) + timedelta(hours=end)


def shift(day: date, days: int) -> date | None:
    """`day` moved by `days`; None beyond the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def month_span(year: int, month: int) -> Interval:
    """From the first of a month to the first of the next."""
    first = date(year, month, 1)
    return midnight(first), midnight(first) + timedelta(days=monthrange(year, month)[1])


def year_span(year: int, last: int | None = None) -> Interval:
    """From new year of `year` to the end of `last` (default: the same year)."""
    final = max(year, min(last or year, 9998))
    return datetime(year, 1, 1, tzinfo=UTC), datetime(final + 1, 1, 1, tzinfo=UTC)


def count(written: str) -> tuple[int, int]:
    """A small count in digits or words as a range; "a few" is 2 to 6."""
    key = written.lower().strip()
    if key.isdecimal():
        return int(key[:4]), int(key[:4])
    if key in ONES or key in TENS:
        value = int(ONES.get(key, TENS.get(key, 0.0)))
        return value, value
    return next((_VAGUE_COUNTS[word] for word in reversed(key.split()) if word in _VAGUE_COUNTS), (1, 1))


def unit_days(unit: str) -> float:
    """The length of a unit of time in days."""
    key = unit.lower()
    return _UNIT_DAYS.get(key) or _UNIT_DAYS.get(key.removesuffix("s")) or (36525.0 if key == "centuries" else 1.0)


def weekday_of(name: str) -> int:
    """0 for Monday to 6 for Sunday."""
    return WEEKDAYS[name.lower().rstrip(".")]


def _weekday(match: re.Match[str], anchor: Anchor) -> Interval | None:
    part = match.groupdict()
    lead, when = (part.get("lead") or "").lower(), (part.get("part") or "")
    back = (anchor.day.weekday() - weekday_of(part["weekday"] or "")) % 7
    if lead in {"next", "coming", "this coming", "following"} or (anchor.future and not lead.startswith("last")):
        days = (7 - back) if back or lead else 0
    elif lead in {"last", "previous"}:
        days = -(back or 7)
    else:
        days = -back
    day = shift(anchor.day, days)
    return whole_day(day, when) if day else None


def _relative_day(match: re.Match[str], anchor: Anchor) -> Interval | None:
    key = re.sub(r"\s+", " ", match.group("word").lower())
    part = (match.groupdict().get("part") or "").lower()
    offsets = {"yesterday": -1, "tomorrow": 1, "the day before yesterday": -2, "the day after tomorrow": 2}
    day = shift(anchor.day, offsets.get(key, 0))
    if key == "overnight":
        start = midnight(anchor.day) - timedelta(hours=6)
        return start, min(start + timedelta(hours=15), max(anchor.published, start + timedelta(hours=1)))
    if key == "last night":
        start = midnight(anchor.day) - timedelta(hours=6)
        return start, start + timedelta(hours=12)
    if key == "tonight":
        return whole_day(anchor.day, "night")
    return whole_day(day, part) if day else None


def _this_part(match: re.Match[str], anchor: Anchor) -> Interval | None:
    return whole_day(anchor.day, match.group("part"))


def _calendar_unit(match: re.Match[str], anchor: Anchor) -> Interval | None:
    """ "last week", "earlier this month", "next year", "this year"."""
    lead, unit = match.group("lead").lower(), match.group("unit").lower()
    step = {"last": -1, "previous": -1, "next": 1, "coming": 1, "past": -1}.get(lead, 0)
    span = _unit_span(anchor.day, unit, step)
    if span is None or step or anchor.future:
        return span
    return span[0], max(span[0] + timedelta(hours=1), min(span[1], anchor.published))


def _unit_span(day: date, unit: str, step: int) -> Interval | None:
    if unit == "year":
        return year_span(day.year + step) if 1 < day.year + step < 9998 else None
    if unit == "month":
        index = day.year * 12 + day.month - 1 + step
        return month_span(index // 12, index % 12 + 1) if 24 < index < 9998 * 12 else None
    if unit == "decade":
        return year_span(day.year // 10 * 10 + 10 * step, day.year // 10 * 10 + 10 * step + 9)
    monday = shift(day, -day.weekday() + 7 * step)
    if monday is None:
        return None
    if unit == "weekend":
        ahead = 7 if step == 0 and day.weekday() < 5 else 0
        first = shift(monday, 5 - ahead if step == 0 else 5)
        return (midnight(first), midnight(first) + 2 * DAY) if first else None
    return midnight(monday), midnight(monday) + 7 * DAY


def _weekend(match: re.Match[str], anchor: Anchor) -> Interval | None:
    """The weekend now running, else the latest one; the next one in a plan."""
    back = (anchor.day.weekday() - 5) % 7
    first = shift(anchor.day, 7 - back if anchor.future and back > 1 else -back)
    return (midnight(first), midnight(first) + 2 * DAY) if first else None


def _past_window(match: re.Match[str], anchor: Anchor) -> Interval | None:
    """ "in the past 24 hours", "over the last three days"."""
    length = count(match.group("n") or "a")[1] * unit_days(match.group("unit") or match.group("unit1"))
    return _before(anchor.published, length), anchor.published


def _next_window(match: re.Match[str], anchor: Anchor) -> Interval | None:
    length = count(match.group("n") or "a")[1] * unit_days(match.group("unit"))
    return anchor.published, anchor.published + timedelta(days=min(length, 36525.0))


def _ago(match: re.Match[str], anchor: Anchor) -> Interval | None:
    few, many = count(match.group("n") or "a few")
    unit = unit_days(match.group("unit"))
    if unit < 1:
        middle = _before(anchor.published, few * unit)
        return _before(middle, (many - few + 0.5) * unit), middle + timedelta(days=unit / 2)
    early, late = _before(anchor.published, many * unit), _before(anchor.published, few * unit)
    slack = 0.0 if unit == 1 else unit / 2
    start, end = _before(early, slack), late + timedelta(days=slack)
    return midnight(start.date()), midnight(end.date()) + DAY


def _before(moment: datetime, days: float) -> datetime:
    try:
        return moment - timedelta(days=days)
    except OverflowError:
        return datetime(1, 1, 1, tzinfo=UTC)


def _later(match: re.Match[str], anchor: Anchor) -> Interval | None:
    """ "two days later", counted from the time named before it; None where none was."""
    if anchor.previous is None:
        return None
    days = count(match.group("n") or "a")[0] * unit_days(match.group("unit"))
    sign = -1 if match.group("way").lower() in {"earlier", "before"} else 1
    try:
        moment = anchor.previous + timedelta(days=sign * days)
    except OverflowError:
        return None
    if unit_days(match.group("unit")) < 1:
        return moment, moment + timedelta(days=unit_days(match.group("unit")))
    return whole_day(moment.date())


def _next_day(match: re.Match[str], anchor: Anchor) -> Interval | None:
    day = shift(anchor.previous.date(), 1) if anchor.previous else None
    return whole_day(day) if day else None


def _bare_month(match: re.Match[str], anchor: Anchor) -> Interval | None:
    """ "in August", "since last August": the latest such month up to now, or the next one in a plan."""
    lead = (match.groupdict().get("lead") or "").lower()
    month = MONTHS[match.group("month").lower().rstrip(".")]
    year = anchor.day.year
    if whose := match.groupdict().get("whose"):
        year += {"last": -1, "next": 1}.get(whose, 0)
    elif anchor.future or lead in {"next", "coming"}:
        year += month < anchor.day.month
    else:
        year -= month > anchor.day.month or (month == anchor.day.month and lead == "last")
    return month_span(year, month) if 1 < year < 9998 else None


def _now(match: re.Match[str], anchor: Anchor) -> Interval | None:
    return anchor.published, anchor.published


_N = (
    r"(?P<n>(?:a\s)?(?:few|couple\sof|couple)|several|many|a|an|[0-9]{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|fifteen|twenty|thirty|forty|forty-eight|seventy-two|twenty-four)"
)
_UNITS = r"(?P<unit>minutes?|hours?|days?|weeks?|fortnight|months?|years?|decades?|century|centuries|nights?)"
_WEEKDAY = (
    r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|"
    r"(?:Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri)(?:\.|\b(?=[,\s)])))"
)
_MONTH_NAMES = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b"
)
# "Monday, January 6" is one time: the date says it all.
_NO_DATE = rf"(?!,?\s(?:{_MONTH_NAMES}\.?\s[0-9]|[0-9]{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH_NAMES}))"
_PART = r"(?P<part>morning|afternoon|evening|night|midday|dawn|lunchtime)"
_FULL_MONTH = (
    r"(?P<month>(?:January|February|March|April|May|June|July|August|September|October|November|December)\b|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_DAYS = "mon tue wed thu fri sat sun"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"


class Rule(NamedTuple):
    """A wording of a time; a text without any of `words`, folded, has none of it."""

    pattern: re.Pattern[str]
    resolve: Resolver
    words: tuple[str, ...]


RULES: tuple[Rule, ...] = tuple(
    Rule(re.compile(pattern), resolver, tuple(words.split()))
    for pattern, resolver, words in (
        (
            rf"\b(?:(?P<lead>(?i:next|last|this\scoming|this|coming|previous|following))\s)?{_WEEKDAY}(?:['’]s)?"
            rf"(?:\s(?:early\s|late\s)?{_PART}\b)?{_NO_DATE}",
            _weekday,
            _DAYS,
        ),
        (
            rf"\b(?i:(?:late\s|early\s)?(?:in\sthe\s|at\s)?{_PART}\s(?:on\s|of\s)(?:\w{{4,6}}\s)?){_WEEKDAY}",
            _weekday,
            _DAYS,
        ),
        (
            rf"\b(?i:(?P<word>the\sday\sbefore\syesterday|the\sday\safter\stomorrow|yesterday|tomorrow|today|tonight|overnight|"
            rf"last\snight)(?:\s{_PART})?)\b",
            _relative_day,
            "yesterday tomorrow today tonight night",
        ),
        (r"\b(?i:this\s(?P<part>morning|afternoon|evening))\b", _this_part, "this"),
        (
            r"\b(?i:(?:earlier\s|later\s)?(?P<lead>last|this|next|previous|coming)\s"
            r"(?P<unit>week|month|year|weekend|decade))\b(?:['’]s)?",
            _calendar_unit,
            "last this next previous coming",
        ),
        (
            rf"\b(?i:(?:in|over|during|within|for|from)\s(?:(?:the\s)?(?:past|last|previous|preceding)\s{_N}\s{_UNITS}|"
            rf"the\s(?:past|last|previous|preceding)\s(?P<unit1>{_UNITS[9:]}))\b",
            _past_window,
            "past last previous preceding",
        ),
        (
            rf"\b(?i:(?:in|over|during|within|for)\s(?:the\s)?(?:next|coming|following)\s(?:{_N}\s)?{_UNITS})\b",
            _next_window,
            "next coming following",
        ),
        (rf"\b(?i:{_N}\s{_UNITS}\s(?:ago|back))\b", _ago, "ago back"),
        (
            r"\b(?i:(?:many\s|some\s)?(?P<n>)(?P<unit>decades|centuries|years|months|weeks|days|hours)\sago)\b",
            _ago,
            "ago",
        ),
        (
            rf"\b(?i:{_N}\s{_UNITS}\s(?P<way>later|earlier|afterwards|before\sthat))\b",
            _later,
            "later earlier afterwards before",
        ),
        (r"\b(?i:the\s(?:next|following)\s(?:day|morning|night))\b", _next_day, "next following"),
        (
            rf"\b(?:(?i:in|since|during|until|from|by|of|early|late|mid|through)[\s-](?:(?i:early|late|mid)[\s-])?)"
            rf"(?:(?P<lead>(?i:last|next|this))\s)?{_FULL_MONTH}(?!\s?[0-9])"
            r"(?:\s(?:of\s)?(?P<whose>last|this|next)\syear\b)?",
            _bare_month,
            _MONTHS,
        ),
        (rf"\b(?P<lead>(?i:last|next))\s{_FULL_MONTH}(?!\s?[0-9])", _bare_month, "last next"),
        (r"\b(?i:(?:over|at|during)\s(?:the|last)\sweekend)\b", _weekend, "weekend"),
        (r"\b(?i:so\sfar|to\sdate|at\s(?:the|this)\smoment|at\spresent)\b", _now, "far date moment present"),
    )
)
