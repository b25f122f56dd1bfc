"""The one gate in front of every handler: who asks, whether the request may be forged, and the headers of answers."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.errors import StoreError
from monitor.web.desk import Desk
from monitor.web.guard import Guard, csrf_token, digest, new_cookie, same_origin

COOKIE = "counterclaim"
MOST_BYTES = 64 * 1024  # of a request's body: forms are short
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGNED = "/websub/"  # hubs push here, signed and with a limit of its own
_FREE = (_SIGNED, "/static/", "/healthz", "/readyz", "/login", "/favicon.ico")
_MACHINES = ("/api/", "/feeds/", "/export/", "/metrics")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Outlets need not learn that they are watched; "no-referrer" would also take the origin from our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Visitor:
    """Who asks. `author` signs decisions; `csrf` is what forms must carry, None when a token was shown instead."""

    author: str
    csrf: str | None
    cookie: str = ""
    logged_in: bool = False


class Shield:
    """ASGI middleware around the whole desk."""

    def __init__(self, app: ASGIApp, desk: Desk, guard: Guard) -> None:
        self.app = app
        self.desk = desk
        self.guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the request through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cookie = _cookie(headers) or ""
        fresh = "" if cookie else new_cookie()
        sender = _with_headers(send, scope, fresh)
        refusal = self._refusal(scope, headers)
        if refusal is None:
            try:
                visitor = await self._visitor(scope, headers, cookie or fresh)
            except StoreError:  # without the database nobody can be known
                visitor = None
            refusal = self._without_login(scope) if visitor is None else None
            scope.setdefault("state", {})["visitor"] = visitor or Visitor(
                "", csrf_token(cookie or fresh), cookie or fresh
            )
        await (refusal or self.app)(scope, receive, sender)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if not self.guard.allows_host(host):
            return PlainTextResponse("This desk answers on loopback only.\n", 421)
        if scope["method"] in SAFE or scope["path"].startswith(_SIGNED):
            return None
        length = headers.get("content-length", "")
        if not length.isdigit() and "transfer-encoding" in headers:
            return PlainTextResponse("Say how long the body is.\n", 411)
        if length.isdigit() and int(length) > MOST_BYTES:
            return PlainTextResponse("Too long.\n", 413)
        if not same_origin(host, headers.get("origin"), headers.get("sec-fetch-site")):
            return PlainTextResponse("This request came from another site.\n", 403)
        return None

    async def _visitor(self, scope: Scope, headers: Headers, cookie: str) -> Visitor | None:
        if self.guard.knows_token(_token(scope, headers)):
            return Visitor("token", None)
        if self.guard.open:
            return Visitor("desk", csrf_token(cookie), cookie)
        author = await run_in_threadpool(self.desk.rows.session_author, digest(cookie), self.desk.now())
        return None if author is None else Visitor(author, csrf_token(cookie), cookie, logged_in=True)

    def _without_login(self, scope: Scope) -> Response | None:
        path = scope["path"]
        if path.startswith(_FREE):
            return None
        if path.startswith(_MACHINES):
            return JSONResponse({"detail": "token required"}, 401, {"WWW-Authenticate": 'Bearer realm="counterclaim"'})
        back = path + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
        return RedirectResponse(f"/login?next={quote(back)}" if scope["method"] in SAFE else "/login", 303)


def _token(scope: Scope, headers: Headers) -> str | None:
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if scope["path"].startswith("/feeds/"):  # feed readers send no headers of one's own
        return next(iter(parse_qs(scope["query_string"].decode("latin-1")).get("token", [])), None)
    return None


def _cookie(headers: Headers) -> str | None:
    try:
        jar = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return None
    return jar[COOKIE].value if COOKIE in jar else None


def _with_headers(send: Send, scope: Scope, fresh: str) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            html = headers.get("content-type", "").startswith("text/html")
            if fresh and html and f"{COOKIE}=" not in headers.get("set-cookie", ""):
                headers.append("Set-Cookie", cookie_header(fresh, scope["scheme"] == "https"))
        await send(message)

    return with_headers


def cookie_header(value: str, secure: bool, seconds: int | None = None) -> str:
    """Return a Set-Cookie header; without `seconds` the cookie ends with the browser."""
    span = "" if seconds is None else f"; Max-Age={seconds}"
    return f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{span}{'; Secure' if secure else ''}"
