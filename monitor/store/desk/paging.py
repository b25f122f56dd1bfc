"""Pages of a list, newest first, that continue from an opaque cursor instead of counting rows."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, tuple_

from monitor.errors import InputError

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items, and the cursor that continues after them; None at the end."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list that is ordered by time and id, newest first."""

    at: datetime
    id: str

    def __str__(self) -> str:
        data = json.dumps([self.at.astimezone(UTC).isoformat(), self.id], separators=(",", ":"))
        return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, cursor: str) -> Place:
        """Read a cursor back. Raises InputError."""
        try:
            at, id = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
            moment = datetime.fromisoformat(at)
            if moment.tzinfo is None or not isinstance(id, str) or "\x00" in id:
                raise ValueError("not a cursor of ours")
            return cls(moment.astimezone(UTC), id)
        except (ValueError, TypeError, OverflowError, binascii.Error) as error:
            raise InputError(["cursor: not one that this list gave out"]) from error


def after(cursor: str | None, at: ColumnElement[Any], id: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Return the condition that a row comes after the cursor; none at the start. Raises InputError."""
    if not cursor:
        return []
    place = Place.parse(cursor)
    return [tuple_(at, id) < tuple_(place.at, place.id)]


def page(rows: Sequence[R], limit: int, item: Callable[[R], T], place: Callable[[R], Place]) -> Page[T]:
    """Return a page of `limit` items out of rows that were asked for one more."""
    more = len(rows) > limit
    return Page(tuple(item(row) for row in rows[:limit]), str(place(rows[limit - 1])) if more else None)
