"""The desk as an ASGI application."""

from __future__ import annotations

from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from monitor import __version__
from monitor.adapters.clock import SystemClock
from monitor.config import Config
from monitor.errors import CounterclaimError, InputError, StoreBusyError, StoreError
from monitor.ports import Clock
from monitor.store.repository import SqlStore
from monitor.web.api import api
from monitor.web.decisions import decisions
from monitor.web.desk import Desk
from monitor.web.exports import exports
from monitor.web.feeds import feeds
from monitor.web.guard import Guard, Throttle
from monitor.web.health import health
from monitor.web.login import login
from monitor.web.pages import pages
from monitor.web.render import render
from monitor.web.shield import Shield
from monitor.web.websub import websub

ABOUT = "Conflicts between news sources, with the claims, quotes and articles behind them."
_MACHINES = ("/api/", "/feeds/", "/export/", "/metrics")


class Assets(StaticFiles):
    """Files whose address changes with their content (`?v=`), so that they may be kept for long."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """Answer with a file."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a stylesheet or script, and with nothing else of the package."""
        if not path.endswith((".css", ".js", ".svg")):
            raise HTTPException(404)
        return await super().get_response(path, scope)


def build_desk(config: Config, store: SqlStore, clock: Clock | None = None) -> FastAPI:
    """Return the application over an open store."""
    app = FastAPI(
        title="Counterclaim", version=__version__, description=ABOUT, docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json", separate_input_output_schemas=False,
    )  # fmt: skip
    desk, guard = Desk(config, store, clock or SystemClock()), Guard(config.web)
    app.state.desk, app.state.guard, app.state.throttle = desk, guard, Throttle()
    for router in (pages, decisions, login, api, feeds, exports, health, websub):
        app.include_router(router)
    app.mount("/static", Assets(directory=str(files("monitor.web") / "static")), name="static")
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(CounterclaimError, _failed)
    app.add_middleware(Shield, desk=desk, guard=guard)
    return app


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _say(request, error.status_code, str(error.detail), dict(error.headers or {}))


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [f"{'.'.join(str(part) for part in fault['loc'][1:])}: {fault['msg']}" for fault in error.errors()]
    return _say(request, 422, "\n".join(faults))


def _failed(request: Request, error: Exception) -> Response:
    if isinstance(error, InputError):
        return _say(request, 422, "\n".join(error.faults))
    if isinstance(error, StoreBusyError):
        return _say(request, 503, "The database is busy. Try again in a moment.", {"Retry-After": "5"})
    if isinstance(error, StoreError):
        return _say(request, 500, "The database refused. The log says why.")
    return _say(request, 500, str(error))


def _say(request: Request, status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    if request.url.path.startswith(_MACHINES):
        return JSONResponse({"detail": text}, status, headers)
    page = render(request, "error.html", status, code=status, text=text)
    page.headers.update(headers or {})
    return page
