"""The two Jinja2 environments: HTML and text that escape, and JSON in which every expression is written as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined, Undefined
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import SandboxedEnvironment

from monitor.alerts.render.safe import mrkdwn, mrkdwn_parts, shorten

_COLOURS = ("#b3261e", "#1a56b0", "#1a7340", "#8a5a00", "#6b3fa0", "#00707a")


T = TypeVar("T")


class Templates:
    """Templates from the config's folder, else the bundled ones. A faulty own template gives way to the bundled one."""

    def __init__(self, folder: Path | None = None) -> None:
        bundled: BaseLoader = PackageLoader("monitor.alerts.render", "templates")
        own: BaseLoader = ChoiceLoader([FileSystemLoader(folder), bundled]) if folder else bundled
        self._bundled = _environments(bundled)
        self._own = _environments(own)
        self.faults: list[str] = []

    def text(self, name: str, **context: Any) -> str:
        """Render a text or HTML template."""
        return self._render(name, 0, str, context)

    def blocks(self, name: str, **context: Any) -> list[dict[str, Any]]:
        """Render a JSON template to a list of Slack blocks."""
        return self._render(name, 1, _list, context)

    def _render(self, name: str, kind: int, read: Callable[[str], T], context: dict[str, Any]) -> T:
        try:
            return read(self._own[kind].get_template(name).render(context))
        except (JinjaError, ValueError, TypeError, ArithmeticError, LookupError, OSError) as error:
            self.faults.append(f"{name}: {error}")  # an alert is not lost to a slip in a template
            return read(self._bundled[kind].get_template(name).render(context))


def _environments(loader: BaseLoader) -> tuple[Environment, Environment]:
    text = SandboxedEnvironment(
        loader=loader, autoescape=_is_html, undefined=StrictUndefined, keep_trailing_newline=False
    )
    as_json = SandboxedEnvironment(loader=loader, undefined=StrictUndefined, finalize=_as_json)
    for environment in (text, as_json):
        environment.filters.update(clip=shorten, mrkdwn=mrkdwn)
        environment.globals["mrkdwn_parts"] = mrkdwn_parts
        environment.globals["colour"] = lambda number: _COLOURS[(number - 1) % len(_COLOURS)]
    return text, as_json


def _is_html(name: str | None) -> bool:
    return bool(name and name.endswith(".html.jinja"))


def _as_json(value: object) -> str:
    if isinstance(value, Undefined):
        str(value)  # raises: StrictUndefined
    return json.dumps(value, ensure_ascii=False)


def _list(text: str) -> list[dict[str, Any]]:
    value = json.loads(text)
    if not isinstance(value, list) or not all(isinstance(block, dict) for block in value):
        raise ValueError("is no list of blocks")
    return value
