"""Readers of single config values: durations, times of day, zones, digests, secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.config.shapes import Digest, QuietHours

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PACES = {"ms": "milliseconds", "s": "seconds", "m": "minutes"}
_PACE = re.compile(r"(\d{1,6})(ms|s|m)")
_DURATION = re.compile(r"(\d{1,6})([smhdw])")
_WORDY = re.compile(r"(\d+)\s*(second|minute|hour|day|week)s?", re.IGNORECASE)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def duration(text: object) -> timedelta:
    """Read `90s`, `15m`, `24h`, `7d` or `2w`; raise ValueError with the spelling to use."""
    found = _DURATION.fullmatch(str(text).strip())
    if found and int(found[1]) > 0:
        return timedelta(**{_UNITS[found[2]]: int(found[1])})
    wordy = _WORDY.fullmatch(str(text).strip())
    hint = f"write {wordy[1]}{wordy[2][0].lower()}" if wordy else "write for example 90s, 15m, 24h or 7d"
    raise ValueError(f"{str(text)!r} is not a duration, {hint}")


def pace(text: object) -> timedelta:
    """Read the least time between two requests: `200ms`, `1s`, `1m`, or `0s` for none."""
    found = _PACE.fullmatch(str(text).strip())
    if not found:
        raise ValueError(f"{str(text)!r} is not a pace, write for example 200ms, 1s, or 0s for none")
    return timedelta(**{_PACES[found[2]]: int(found[1])})


def zone(text: str) -> str:
    """Return a known IANA time zone name."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{text!r} is not a time zone, write for example Europe/London") from error
    return text


def clock(text: str) -> time:
    """Read a time of day as `HH:MM`."""
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a time of day, write for example 07:00") from error


def digest(text: object) -> Digest:
    """Read `07:00 Europe/London` (daily) or `Mon 07:00 Europe/London` (weekly)."""
    words = str(text).split()
    weekday = None
    if words and words[0][:3].lower() in _DAYS:
        weekday = _DAYS.index(words.pop(0)[:3].lower())
    if not 1 <= len(words) <= 2:
        raise ValueError(f"{str(text)!r} is not a digest time, write for example '07:00 Europe/London'")
    return Digest(clock(words[0]), zone(words[1] if len(words) == 2 else "UTC"), weekday)


def quiet_hours(text: object) -> QuietHours:
    """Read `22:00-06:00 Europe/London`."""
    words = str(text).split()
    ends = words[0].split("-") if words else []
    if len(ends) != 2 or len(words) > 2:
        raise ValueError(f"{str(text)!r} is not a span of hours, write for example '22:00-06:00 Europe/London'")
    return QuietHours(clock(ends[0]), clock(ends[1]), zone(words[1] if len(words) == 2 else "UTC"))


def expand(value: object, environ: Mapping[str, str], folder: Path) -> object:
    """Replace `${NAME}` by the environment and `{file: path}` by that file's content.

    Raises ValueError naming what is missing, never a secret's value.
    """
    if isinstance(value, dict) and set(value) == {"file"}:
        path = folder / os.fspath(str(value["file"]))
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"cannot read the secret file {str(value['file'])!r}") from error
    if not isinstance(value, str):
        return value
    missing = [name for name in _VARIABLE.findall(value) if name not in environ]
    if missing:
        raise ValueError(f"the environment has no variable {missing[0]}")
    return _VARIABLE.sub(lambda found: environ[found[1]], value)
