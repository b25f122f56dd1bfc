"""Times in a sentence, resolved against publication: `resolve_times`, and times of day: `clock_times`.

Weekdays are the latest such day up to publication ("on Monday" said on a Monday is today), unless the sentence speaks
of plans. Dates without a year are the nearest such date. Spans are half-open and in UTC; days are UTC days.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from monitor.claims.time_rules import RULES, Anchor, Interval, TimeRole, midnight, month_span, year_span
from monitor.model import TimeSpan
from monitor.text.dates import ClockTime, DateMatch, find_clocks, find_dates

BACKGROUND_AGE = timedelta(days=45)
_LEAD = re.compile(
    r"\b(?i:as\sof|as\sat|since|until|till|by|before|up\sto|after|from|through|ahead\sof|prior\sto)\s"
    r"(?:(?:the|late|early|on|mid|around|about)[\s-]){0,2}$"
)
_FUTURE = re.compile(
    r"\b(?i:will|shall|would\s(?:be\sheld|meet|begin|start)|is\s(?:due|scheduled|set|expected|to)|are\s(?:due|scheduled|set|expected|"
    r"to)|planned|plans?\sto|scheduled|slated|due\sto|to\sbe\sheld|upcoming)\b"
)
_CLAUSE = 100
_CLAUSE_END = re.compile(r"[;:.!?]|,\s(?:after|who|which|while|but|following|days|hours)\b")
_WINDOW = re.compile(r"(?i:in|over|during|within|for|from)\s(?i:the\s)?(?i:past|last|previous|preceding)\b")
_AS_OF = re.compile(r"(?i:so\sfar|to\sdate|at\s(?:the|this|present))")
_RANGE = re.compile(r"\s?(?i:and|to|through|until|till|-|–|—)\s(?:on\s)?|\s?[-–—]\s?")
_WEEKDAY_PAIR = re.compile(r"\A\w{3,6}day and \w{3,6}day\b")
_OLDER = re.compile(r"(?i:last|previous)\s(?i:year|decade)")
_FEW = 50


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time at `sentence[start:end]`; `text` is that wording, `span` what it means in UTC."""

    start: int
    end: int
    span: TimeSpan
    role: TimeRole
    text: str


def clock_times(sentence: str) -> list[ClockTime]:
    """Times of day with their zone as written; the zone is "" where none is named and "local" for local time."""
    return find_clocks(sentence)


def resolve_times(
    sentence: str, published: datetime, dateline: date | None = None, *, previous: datetime | None = None
) -> list[TimeMention]:
    """All times of `sentence` in order, without overlap.

    `dateline` is the day that relative days count from (default: the UTC day of publication); `previous` is the time
    that "two days later" counts from where the sentence names none before it. Never raises for a timezone-aware
    `published`.
    """
    moment = published.astimezone(UTC)
    anchor = Anchor(moment, dateline or moment.date(), previous=previous)
    mentions = _ranges(sentence, list(_mentions(sentence, anchor)))
    return _with_clocks(sentence, mentions, anchor)


def _mentions(sentence: str, anchor: Anchor) -> Iterator[TimeMention]:
    last = -1
    found = sorted(_candidates(sentence), key=lambda found: (found[0], -found[1]))
    futures = [match.start() for match in _FUTURE.finditer(sentence)] if found else []
    for start, end, resolve in found:
        if start < last:
            continue
        local = replace(anchor, future=_is_planned(sentence, futures, start))
        interval = resolve(local)
        if interval is None:
            continue
        last = end
        mention = _mention(sentence, start, end, interval, local)
        if mention.role is not TimeRole.BACKGROUND:
            anchor = replace(anchor, previous=mention.span.start)
        yield mention


def _candidates(sentence: str) -> Iterator[tuple[int, int, Callable[[Anchor], Interval | None]]]:
    for found in find_dates(sentence):
        yield found.start, found.end, partial(_resolve_date, found)
    folded = sentence.casefold()
    for rule in RULES:
        for match in rule.pattern.finditer(sentence) if any(word in folded for word in rule.words) else ():
            yield match.start(), match.end(), partial(rule.resolve, match)


def _is_planned(sentence: str, futures: list[int], start: int) -> bool:
    """Whether a word of planning stands before `start` in its clause."""
    at = bisect_left(futures, start) - 1
    if at < 0 or start - futures[at] > _CLAUSE:
        return False
    return not _CLAUSE_END.search(sentence, futures[at], start)


def _mention(sentence: str, start: int, end: int, interval: Interval, anchor: Anchor) -> TimeMention:
    text = sentence[start:end]
    lead = _LEAD.search(sentence[max(0, start - 40) : start])
    role = _role(lead.group().split()[0].lower() if lead else "", text, interval, anchor)
    opens = interval[0]
    closes = max(opens, anchor.published) if role is TimeRole.SINCE else interval[1]
    return TimeMention(start, end, TimeSpan(opens, closes, text), role, text)


def _role(lead: str, text: str, interval: Interval, anchor: Anchor) -> TimeRole:
    start, end = interval
    first = text.split()[0].lower() if text.strip() else ""
    if lead == "since" or first == "since" or _WINDOW.match(text):
        return TimeRole.SINCE if start <= anchor.published else TimeRole.FUTURE
    ahead = end > anchor.published and (anchor.future or start == anchor.published)
    if start > anchor.published or ahead:
        return TimeRole.FUTURE
    if end < anchor.published - BACKGROUND_AGE or _OLDER.search(text):
        return TimeRole.BACKGROUND
    as_of = lead in {"as", "by", "until", "till", "up"} or first in {"by", "until"} or _AS_OF.match(text)
    return TimeRole.AS_OF if as_of else TimeRole.EVENT


def _resolve_date(found: DateMatch, anchor: Anchor) -> Interval | None:
    try:
        return _calendar_span(found, anchor)
    except (ValueError, OverflowError):  # 30 February, year 0
        return None


def _calendar_span(found: DateMatch, anchor: Anchor) -> Interval | None:
    if found.month is None:
        return year_span(found.year, found.last_year) if found.year else None
    year = found.year or _nearest_year(found, anchor)
    if found.day is None:
        return month_span(year, found.month)
    first = midnight(date(year, found.month, found.day))
    final = date(year, found.month, max(found.day, found.last_day or 0))
    return first, midnight(final) + timedelta(days=1)


def _nearest_year(found: DateMatch, anchor: Anchor) -> int:
    """The year that puts a date without one nearest to publication; a plan is never in the past."""
    month, day = found.month or 1, min(found.day or 1, 28)
    year = anchor.day.year
    years = [y for y in (year - 1, year, year + 1) if 1 <= y <= 9998]
    if anchor.future:
        years = [y for y in years if date(y, month, day) >= anchor.day] or years
    return min(years, key=lambda y: abs((date(y, month, day) - anchor.day).days))


def _ranges(sentence: str, mentions: list[TimeMention]) -> list[TimeMention]:
    """ "From Monday to Wednesday", "between 3 March and 5 March" as one span."""
    joined: list[TimeMention] = []
    for mention in mentions:
        before = joined[-1] if joined else None
        if before is not None and _is_range(sentence, before, mention):
            text = sentence[before.start : mention.end]
            span = TimeSpan(before.span.start, mention.span.end, text)
            joined[-1] = replace(before, end=mention.end, span=span, text=text, role=mention.role)
        else:
            joined.append(mention)
    return joined


def _is_range(sentence: str, first: TimeMention, second: TimeMention) -> bool:
    link = _RANGE.fullmatch(sentence, first.end, second.start)
    if link is None or second.span.start < first.span.start or second.start - first.end > 16:
        return False
    word = link.group().split()[0].lower() if link.group().split() else "-"
    lead = sentence[max(0, first.start - 20) : first.start].lower()
    if word == "and":
        return "between " in lead or _WEEKDAY_PAIR.search(sentence[first.start : second.end]) is not None
    return True


def _with_clocks(sentence: str, mentions: list[TimeMention], anchor: Anchor) -> list[TimeMention]:
    """Times of day in a known zone as instants on the day named nearest to them (default: the day of publication)."""
    days = [m for m in mentions if m.span.end - m.span.start <= timedelta(days=1, hours=6)]
    found = []
    for clock in find_clocks(sentence):
        if clock.offset is None:
            continue
        near = min(days, key=lambda m: abs(m.start - clock.start), default=None) if len(days) <= _FEW else None
        instant = _instant(clock, near, anchor)
        if instant is None:
            continue
        late = instant > anchor.published
        role = near.role if near else (TimeRole.FUTURE if late else TimeRole.EVENT)
        span = TimeSpan(instant, instant + timedelta(minutes=1), clock.text)
        found.append(TimeMention(clock.start, clock.end, span, role, clock.text))
    return sorted([*mentions, *found], key=lambda m: m.start)


def _instant(clock: ClockTime, near: TimeMention | None, anchor: Anchor) -> datetime | None:
    day = near.span.start.date() if near else anchor.day
    try:
        return midnight(day) + timedelta(minutes=clock.minute) - timedelta(hours=clock.offset or 0.0)
    except OverflowError:
        return None
