"""What comes in: forms, and query strings in which an empty field means that it was left out."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, TypeVar
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Query, Request

from monitor.errors import InputError
from monitor.model import ConflictState, Frame
from monitor.store.desk.values import ClaimFilter, ConflictFilter
from monitor.web.shield import Visitor

Form = dict[str, str]
K = TypeVar("K", bound=StrEnum)
LISTED, EVERY = "all", "every"  # all states but dismissed; all states


def _visitor(request: Request) -> Visitor:
    visitor: Visitor = request.state.visitor
    return visitor


TheVisitor = Annotated[Visitor, Depends(_visitor)]


async def _form(request: Request, visitor: TheVisitor) -> Form:
    """Read a form (RFC 1866 urlencoded) whose hidden field proves that our page sent it."""
    body = (await request.body()).decode("utf-8", "replace")
    form = {name: value.replace("\x00", "") for name, value in parse_qsl(body, max_num_fields=50)}
    if visitor.csrf is None or not hmac.compare_digest(form.get("csrf", "").encode(), visitor.csrf.encode()):
        raise HTTPException(403, "This form has grown old: go back, reload the page and try again.")
    return form


TheForm = Annotated[Form, Depends(_form)]

Text = Annotated[str, Query(max_length=300)]


def chosen_conflicts(
    region: Text = "", frame: Text = "", state: Text = "open", confidence: Text = "", source: Text = "",
    since: Text = "", until: Text = "",
) -> ConflictFilter:  # fmt: skip
    """Read the filters of the list of conflicts. Raises InputError, all faults listed."""
    faults: list[str] = []
    wanted = ConflictFilter(
        region=_text(region),
        frame=_one_of(Frame, frame, "frame", faults),
        state=None if state in (LISTED, EVERY) else _one_of(ConflictState, state, "state", faults),
        source=_text(source),
        min_confidence=_share(confidence, faults),
        since=_moment(since, "since", faults),
        until=_moment(until, "until", faults, end=True),
        every_state=state == EVERY,
    )
    if faults:
        raise InputError(faults)
    return wanted


def chosen_claims(
    q: Text = "", region: Text = "", place: Text = "", frame: Text = "", source: Text = "", since: Text = "",
    until: Text = "",
) -> ClaimFilter:  # fmt: skip
    """Read the filters of the list of claims. Raises InputError, all faults listed."""
    faults: list[str] = []
    wanted = ClaimFilter(
        words=_text(q) or "",
        region=_text(region),
        place=_text(place),
        frame=_one_of(Frame, frame, "frame", faults),
        source=_text(source),
        since=_moment(since, "since", faults),
        until=_moment(until, "until", faults, end=True),
    )
    if faults:
        raise InputError(faults)
    return wanted


def _text(value: str) -> str | None:
    return value.replace("\x00", "").strip() or None


def _one_of(kind: type[K], value: str, name: str, faults: list[str]) -> K | None:
    try:
        return kind(value) if value else None
    except ValueError:
        faults.append(f"{name}: {value!r} is none of {', '.join(kind)}")
        return None


def _share(value: str, faults: list[str]) -> float | None:
    try:
        share = float(value) if value else None
    except ValueError:
        share = -1.0
    if share is not None and not 0 <= share <= 1:
        faults.append("confidence: write a number from 0 to 1")
        return None
    return share


def _moment(value: str, name: str, faults: list[str], *, end: bool = False) -> datetime | None:
    """Read a day or an RFC 3339 time; a day that ends a span is meant whole."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        return moment + timedelta(days=1) if end and len(value) == len("2026-01-01") else moment
    except (ValueError, OverflowError):
        faults.append(f"{name}: write a day such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z")
        return None


Conflicts = Annotated[ConflictFilter, Depends(chosen_conflicts)]
Claims = Annotated[ClaimFilter, Depends(chosen_claims)]
