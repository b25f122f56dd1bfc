"""What is new since the last visit: two times in a cookie, the last visit's end and the last look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request, Response

COOKIE = "counterclaim_visit"
PAUSE = timedelta(minutes=30)  # without a look ends a visit
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Visit:
    """`previous` is when the visit before this one ended; None on the first."""

    previous: datetime | None
    look: datetime

    @classmethod
    def of(cls, request: Request, now: datetime) -> Visit:
        """Read the cookie; a visit begins when the last look is long past."""
        previous, look = _read(request.cookies.get(COOKIE, ""))
        if look is None or look > now:
            return cls(None, now)
        return cls(look if now - look > PAUSE else previous, now)

    def keep(self, response: Response, secure: bool) -> None:
        """Write the cookie."""
        ends = f"{self.previous.timestamp():.0f}" if self.previous else ""
        value = f"{ends}.{self.look.timestamp():.0f}"
        response.set_cookie(COOKIE, value, max_age=_YEAR, httponly=True, samesite="lax", secure=secure)


def _read(value: str) -> tuple[datetime | None, datetime | None]:
    try:
        previous, look = (datetime.fromtimestamp(int(part), UTC) if part else None for part in value.split("."))
    except (ValueError, OverflowError, OSError):
        return None, None
    return previous, look
