"""The JSON API, version 1; its description is at /api/openapi.json."""

from __future__ import annotations

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException, Path, Query, Request
from pydantic import BaseModel, Field

from monitor.model import AlertState
from monitor.web import shapes
from monitor.web.decisions import LONGEST_NOTE, decide
from monitor.web.desk import TheDesk
from monitor.web.forms import Claims, Conflicts, TheVisitor
from monitor.web.guard import Guard

_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": shapes.Problem, "description": "There is none of that id"}}
_FORGED: dict[int | str, dict[str, Any]] = {
    403: {"model": shapes.Problem, "description": "It may be forged"},
    413: {"description": "The body is too long"},
}
api = APIRouter(prefix="/api/v1", responses=shapes.REFUSALS)
Cursor = Annotated[str, Query(max_length=300, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200)]
Id = Annotated[str, Path(max_length=200)]


class Muting(BaseModel):
    """How long alerts are silenced."""

    span: Annotated[str, Field(pattern="^(1d|7d|30d)$")] = "7d"
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


class Dismissing(BaseModel):
    """Why it is not a conflict: a kind of trap of the evaluation format, and a reason in words."""

    kind: Annotated[str, Field(max_length=24)]
    note: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)]


class Pair(BaseModel):
    """Two claims of different positions of one conflict, by their ids."""

    first: Annotated[str, Field(max_length=64)]
    second: Annotated[str, Field(max_length=64)]


class DismissingPair(Pair, Dismissing):
    """Two claims, and why they do not contradict each other."""


@api.get("/conflicts", tags=["conflicts"])
def conflicts(desk: TheDesk, wanted: Conflicts, cursor: Cursor = "", limit: Limit = 30) -> shapes.ConflictPage:
    """List conflicts, the latest changed first; `state=all` lists every state but dismissed."""
    page = desk.rows.conflicts(wanted, desk.now(), cursor, limit)
    return shapes.ConflictPage(conflicts=[shapes.line_out(line) for line in page.items], next=page.next)


@api.get("/conflicts/{id}", tags=["conflicts"], responses=_MISSING)
def conflict(desk: TheDesk, id: Id) -> shapes.ConflictOut:
    """Return one conflict with its evidence."""
    file = desk.rows.conflict(id.replace("\x00", ""), desk.now())
    if file is None:
        raise HTTPException(404, "There is no such conflict.")
    return shapes.conflict_out(file)


@api.get("/claims", tags=["claims"])
def claims(desk: TheDesk, wanted: Claims, cursor: Cursor = "", limit: Limit = 50) -> shapes.ClaimPage:
    """Search claims by words and filters, the latest published first."""
    page = desk.rows.claims(wanted, cursor, limit)
    return shapes.ClaimPage(claims=[shapes.claim_out(claim) for claim in page.items], next=page.next)


@api.get("/articles/{id:path}", tags=["claims"], responses=_MISSING)
def article(desk: TheDesk, id: Id) -> shapes.ArticleOut:
    """Return an article as extracted, with its claims."""
    file = desk.rows.article(id.replace("\x00", ""))
    if file is None:
        raise HTTPException(404, "There is no such article.")
    return shapes.article_out(file)


@api.get("/regions", tags=["overview"])
def regions(desk: TheDesk) -> list[shapes.RegionOut]:
    """Return the watched regions with their numbers."""
    lines = desk.kept("regions", lambda: desk.rows.regions(desk.regions, desk.now()))
    return [shapes.region_out(line) for line in lines]


@api.get("/sources", tags=["overview"])
def sources(desk: TheDesk) -> list[shapes.SourceOut]:
    """Return the outlets with their health and how often they stand alone."""
    lines, _ = desk.kept("sources", lambda: desk.rows.sources(desk.now()))
    return [shapes.source_out(line) for line in lines]


@api.get("/alerts", tags=["overview"])
def alerts(desk: TheDesk, state: AlertState | None = None, cursor: Cursor = "", limit: Limit = 50) -> shapes.AlertPage:
    """List alerts that were sent, wait, or were held back, with the reason."""
    page = desk.rows.alerts(state, None, cursor, limit)
    return shapes.AlertPage(alerts=[shapes.alert_out(line) for line in page.items], next=page.next)


def _not_forged(request: Request, visitor: TheVisitor) -> None:
    """A token proves intent; a cookie needs the CSRF header beside it; an open desk takes programs without either."""
    guard: Guard = request.app.state.guard
    shown = request.headers.get("x-csrf-token", "")
    if visitor.csrf is None or hmac.compare_digest(shown.encode(), visitor.csrf.encode()):
        return
    if not guard.open or "cookie" in request.headers or "origin" in request.headers:
        raise HTTPException(403, "Show a token, or the page's X-CSRF-Token.")


_WRITES: dict[str, Any] = {
    "status_code": 204,
    "tags": ["decisions"],
    "responses": _MISSING | _FORGED,
    "dependencies": [Depends(_not_forged)],
}


@api.post("/conflicts/{id}/acknowledge", **_WRITES)
def acknowledge(desk: TheDesk, visitor: TheVisitor, id: Id) -> None:
    """Note that someone has seen a conflict as it now is."""
    decide(desk, id, visitor.author, "acknowledge", {})


@api.post("/conflicts/{id}/mute", **_WRITES)
def mute(desk: TheDesk, visitor: TheVisitor, id: Id, how: Annotated[Muting, Body()]) -> None:
    """Silence a conflict's alerts for a while."""
    decide(desk, id, visitor.author, "mute", how.model_dump())


@api.post("/conflicts/{id}/unmute", **_WRITES)
def unmute(desk: TheDesk, visitor: TheVisitor, id: Id) -> None:
    """Let a conflict's alerts through again."""
    decide(desk, id, visitor.author, "unmute", {})


@api.post("/conflicts/{id}/dismiss", **_WRITES)
def dismiss(desk: TheDesk, visitor: TheVisitor, id: Id, why: Annotated[Dismissing, Body()]) -> None:
    """Mark a conflict as none; its claims, and what repeats them, are not reported against each other again."""
    decide(desk, id, visitor.author, "dismiss", why.model_dump())


@api.post("/conflicts/{id}/restore", **_WRITES)
def restore(desk: TheDesk, visitor: TheVisitor, id: Id) -> None:
    """Take a dismissal back."""
    decide(desk, id, visitor.author, "restore", {})


@api.post("/conflicts/{id}/dismiss-pair", **_WRITES)
def dismiss_pair(desk: TheDesk, visitor: TheVisitor, id: Id, why: Annotated[DismissingPair, Body()]) -> None:
    """Mark two claims as not contradicting each other; with the last such pair the conflict is dismissed."""
    decide(desk, id, visitor.author, "dismiss-pair", why.model_dump())


@api.post("/conflicts/{id}/restore-pair", **_WRITES)
def restore_pair(desk: TheDesk, visitor: TheVisitor, id: Id, pair: Annotated[Pair, Body()]) -> None:
    """Take back that two claims do not contradict each other."""
    decide(desk, id, visitor.author, "restore-pair", pair.model_dump())
