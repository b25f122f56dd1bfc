"""Logging in and out."""

from __future__ import annotations

import math
import time
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from monitor.web.desk import TheDesk
from monitor.web.forms import Text, TheForm, TheVisitor
from monitor.web.guard import Guard, Throttle, digest, new_cookie
from monitor.web.render import render
from monitor.web.shield import cookie_header

login = APIRouter(include_in_schema=False)
SESSION = timedelta(days=14)


@login.get("/login")
def ask(request: Request, next: Text = "/") -> Response:
    """Show the form."""
    guard: Guard = request.app.state.guard
    return (
        RedirectResponse(_inside(next), 303)
        if guard.open
        else render(request, "login.html", next=_inside(next), wrong="")
    )


@login.post("/login")
def enter(request: Request, desk: TheDesk, form: TheForm) -> Response:
    """Let in who knows the password; the cookie is a new one, so that a planted one is worth nothing."""
    guard: Guard = request.app.state.guard
    throttle: Throttle = request.app.state.throttle
    address = request.client.host if request.client else ""
    next = _inside(form.get("next", "/"))
    if wait := throttle.wait(address, time.monotonic()):
        refused = render(request, "login.html", 429, next=next, wrong="Too many tries. Wait a minute.")
        refused.headers["Retry-After"] = str(math.ceil(wait))
        return refused
    if guard.open or not guard.knows_password(form.get("password", "")):
        throttle.failed(address, time.monotonic())
        return render(request, "login.html", 403, next=next, wrong="That is not the password.")
    value = new_cookie()
    desk.rows.open_session(digest(value), form.get("name", "").strip()[:80] or "desk", desk.now(), SESSION)
    response = RedirectResponse(next, 303)
    seconds = int(SESSION.total_seconds())
    response.headers.append("Set-Cookie", cookie_header(value, request.url.scheme == "https", seconds))
    return response


@login.post("/logout")
def leave(request: Request, desk: TheDesk, visitor: TheVisitor, form: TheForm) -> Response:
    """End the session."""
    desk.rows.close_session(digest(visitor.cookie))
    response = RedirectResponse("/login", 303)
    response.headers.append("Set-Cookie", cookie_header("", request.url.scheme == "https", 0))
    return response


def _inside(path: str) -> str:
    """Return a path of this desk; an address of another site, however spelled, becomes the front page."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if plain else "/"
