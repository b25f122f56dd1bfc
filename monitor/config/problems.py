"""What would stop a valid config from working on this machine: files, folders and packages that are not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from monitor.config.shapes import Config


def find_problems(config: Config) -> list[str]:
    """Return a line for each thing that is missing here; nothing is fetched or opened for writing."""
    folder = Path(config.path).resolve().parent if config.path else Path.cwd()
    return [*_feeds(config, folder), *_files(config, folder), *_storage(config, folder)]


def _feeds(config: Config, folder: Path) -> Iterator[str]:
    for source in config.sources:
        if source.feed.startswith("file:") and (why := _unreadable(folder / unquote(urlsplit(source.feed).path))):
            yield f"source {source.name!r}: cannot read {source.feed}: {why}"


def _unreadable(path: Path) -> str | None:
    try:
        with path.open("rb"):
            return None
    except OSError as error:
        return error.strerror


def _files(config: Config, folder: Path) -> Iterator[str]:
    if config.alerts.templates and not (folder / config.alerts.templates).is_dir():
        yield f"alerts.templates: there is no folder {config.alerts.templates!r}"
    if config.judge.model not in (None, "none") and not (folder / config.judge.model).exists():
        yield f"judge.model: there is no model at {config.judge.model!r}"
    if not config.language_model.isidentifier() or find_spec(config.language_model) is None:
        yield f"language_model: the package {config.language_model!r} is not installed"


def _storage(config: Config, folder: Path) -> Iterator[str]:
    name = config.storage.removeprefix("sqlite:///")
    if name in (config.storage, ":memory:", ""):
        return
    home = (folder / name).parent
    if not os.access(home, os.W_OK | os.X_OK):
        yield f"storage: cannot write to the folder {str(home)!r}"
