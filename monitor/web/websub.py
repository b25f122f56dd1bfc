"""The callback of WebSub subscriptions: hubs confirm them here, and bring what is new."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool

from monitor import logs
from monitor.poll.push import PushRefusal
from monitor.pushing import CALLBACK, Pushed, take_push, verify
from monitor.web.desk import Desk, TheDesk

MOST_BYTES = 8 * 1024 * 1024  # of one push; a hub sends what is new, not a whole archive

websub = APIRouter(include_in_schema=False)

_STATUS = {
    PushRefusal.UNKNOWN: 404,
    PushRefusal.OTHER_TOPIC: 404,
    PushRefusal.NOT_ASKED: 404,
    PushRefusal.LAPSED: 410,  # tells the hub that it need not go on (section 7)
    PushRefusal.TOO_LARGE: 413,
    PushRefusal.UNSIGNED: 403,
    PushRefusal.BAD_SIGNATURE: 403,
    PushRefusal.UNREADABLE: 202,  # sending it again would not make it readable
}


@websub.get(f"/{CALLBACK}/{{id}}")
def confirm(request: Request, id: str, desk: TheDesk) -> Response:
    """Echo the challenge of a hub that asks whether we want this subscription."""
    if not _is_on(desk):
        return _refused("", PushRefusal.UNKNOWN)
    challenge, refusal = verify(desk.store, id, dict(request.query_params), desk.now())
    return PlainTextResponse(challenge) if refusal is None else _refused("", refusal)


@websub.post(f"/{CALLBACK}/{{id}}")
async def push(request: Request, id: str, desk: TheDesk) -> Response:
    """Take in what a hub pushes, once its signature fits."""
    if not _is_on(desk):
        return _refused("", PushRefusal.UNKNOWN)
    body = await _body(request, min(MOST_BYTES, desk.config.fetch.max_bytes))
    if body is None:
        return _refused("", PushRefusal.TOO_LARGE)
    pushed = await run_in_threadpool(take_push, desk.store, id, _headers(request), body, desk.now())
    if pushed.refusal is not None:
        return _refused(pushed.source, pushed.refusal, pushed.detail)
    logs.pushed(pushed)
    return PlainTextResponse("taken\n")


def _is_on(desk: Desk) -> bool:
    return desk.config.fetch.push and desk.config.web.public_url is not None


async def _body(request: Request, most: int) -> bytes | None:
    """Return the body, None as soon as it proves too large, whatever its length was said to be."""
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > most:
            return None
        parts.append(part)
    return b"".join(parts)


def _headers(request: Request) -> dict[str, str]:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return headers | {"link": ", ".join(request.headers.getlist("link"))}


def _refused(source: str, refusal: PushRefusal, detail: str = "") -> Response:
    logs.pushed(Pushed(source, refusal=refusal, detail=detail))
    return PlainTextResponse(f"{refusal.value}\n", _STATUS[refusal])
