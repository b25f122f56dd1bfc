"""Templates: everything is escaped, times carry UTC, and only http(s) addresses become links."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from string import ascii_uppercase
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from monitor import __version__
from monitor.model import AlertState, ConflictState, Frame, SpeakerKind
from monitor.web.charts import clipped, spark

COLOURS = 6  # of positions; a seventh takes the first again
DISMISSAL_KINDS = {
    "update": "the later figure replaces the earlier one",
    "superseded": "the state changed between the two reports",
    "different-event": "they are about different events",
    "different-measure": "they measure different things",
    "subset": "one figure is part of the other",
    "cumulative": "one is a daily figure, the other a total",
    "rounding": "the figures agree when rounded",
    "agreement": "they say the same in other words",
    "syndicated": "one report carried twice",
    "old-figure": "background from an earlier event",
    "hypothetical": "a plan, threat, condition or forecast",
    "same-name": "another place of that name",
    "opinion": "an opinion",
    "unit": "other units",
}
"""Kinds of trap in the evaluation format, in words."""


def assets_version() -> str:
    """Return a word that changes with the stylesheet and script, so that browsers may keep them for long."""
    static = files("monitor.web") / "static"
    parts = [(static / name).read_bytes() for name in ("desk.css", "desk.js")]
    return sha256(b"".join(parts)).hexdigest()[:12]


def safe_url(url: str | None) -> str | None:
    """Return an address that may become a link: http or https with a host."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def time_tag(moment: datetime | None) -> Markup:
    """Return a `<time>` that reads UTC without a script; the script writes the viewer's own zone."""
    if moment is None:
        return Markup("<span class=none>—</span>")
    utc = moment.astimezone(UTC)
    words = f"{utc.day} {utc:%b %Y, %H:%M} UTC"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(f"{utc:%Y-%m-%dT%H:%M:%SZ}", words, words)


def percent(share: float) -> str:
    """Write a share."""
    return f"{share:.0%}"


def plural(number: int, word: str) -> str:
    """Write a number of things."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def words(value: object) -> str:
    """Write an enum's value as words."""
    return str(value).replace("-", " ").replace("_", " ")


def quoted(text: str) -> str:
    """Put quotation marks around a quote that does not bring its own."""
    return text if text[:1] in '"“‘«„' else f"“{text}”"


def query(values: Mapping[str, Any], **changes: Any) -> str:
    """Return a query string of these values with changes; empty ones are left out."""
    kept = {name: value for name, value in {**values, **changes}.items() if value not in (None, "")}
    return f"?{urlencode(kept)}" if kept else "?"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("monitor.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "when": time_tag,
        "percent": percent,
        "plural": plural,
        "words": words,
        "safe_url": safe_url,
        "clipped": clipped,
        "quoted": quoted,
        "path": lambda text: quote(str(text), safe=""),
    }
    environment.globals |= {
        "version": __version__,
        "assets": assets_version(),
        "frames": list(Frame),
        "states": list(ConflictState),
        "alert_states": list(AlertState),
        "dismissal_kinds": DISMISSAL_KINDS,
        "OUTLET": SpeakerKind.OUTLET,
        "colours": COLOURS,
        "letters": ascii_uppercase,
        "query": query,
        "spark": spark,
        "escape": escape,
    }
    return environment


ENVIRONMENT = _environment()


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page."""
    page = ENVIRONMENT.get_template(template).render(
        request=request,
        visitor=request.state.visitor,
        here=request.url.path,
        asked=dict(request.query_params),
        **values,
    )
    return HTMLResponse(page, status)
