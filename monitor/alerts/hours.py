"""Quiet hours and digest times: clock times in a zone, met on real days with their summer time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.config import Digest, QuietHours


def quiet_until(hours: QuietHours | None, now: datetime) -> datetime | None:
    """Return the end of the quiet hours that `now` falls into, None outside them. The end itself is not quiet."""
    if hours is None or hours.start == hours.end:
        return None
    zone = ZoneInfo(hours.zone)
    local = now.astimezone(zone)
    for days in (0, 1):
        end = _at(local + timedelta(days=days), hours.end, zone)
        begin_day = local + timedelta(days=days - (hours.start > hours.end))
        if _at(begin_day, hours.start, zone) <= now < end:
            return end
    return None


def next_digest(digest: Digest, now: datetime) -> datetime:
    """Return the next time of a daily or weekly digest: `now` itself when it is that minute's start."""
    zone = ZoneInfo(digest.zone)
    local = now.astimezone(zone)
    for days in range(9):
        day = local + timedelta(days=days)
        at = _at(day, digest.at, zone)
        if at >= now and digest.weekday in (None, day.weekday()):
            return at
    raise AssertionError("a week has every weekday")


def _at(day: datetime, clock: time, zone: ZoneInfo) -> datetime:
    """That clock time on that local day, in UTC; a time that summer time skips is an hour later."""
    return datetime.combine(day.date(), clock, zone).astimezone(UTC)
