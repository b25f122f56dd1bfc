"""What the commands share: `--config`, `--json`, and errors said in words with the contract's exit status."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import click

from monitor.errors import CounterclaimError

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

config_option = click.option(
    "--config",
    "config_path",
    envvar="COUNTERCLAIM_CONFIG",
    default="counterclaim.yaml",
    show_default=True,
    metavar="FILE",
    help="The watchlist.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")


def says_errors(command: F) -> F:
    """Turn our errors into lines on standard error and exit status 1."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except CounterclaimError as error:
            click.echo(str(error), err=True)
            sys.exit(1)

    return run  # type: ignore[return-value]


def print_json(value: object) -> None:
    """Print a value as JSON; open intervals never reach here, so the output is strict."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def with_progress(items: Sequence[T], label: str) -> Iterable[T]:
    """Yield items, with a progress bar on standard error when a person watches."""
    if not sys.stderr.isatty() or len(items) < 2:
        return items
    return _bar(items, label)


def _bar(items: Sequence[T], label: str) -> Iterator[T]:
    from rich.console import Console
    from rich.progress import track

    yield from track(items, label, console=Console(stderr=True), transient=True)
