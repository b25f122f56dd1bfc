"""The `counterclaim` command: commands that need no queue.

Each module of this package defines click commands and lists them in its `COMMANDS`; heavy imports stay inside the
commands so that `--help` is instant.
"""

from __future__ import annotations

import importlib
from typing import Any

import click

from monitor import __version__
from monitor.errors import CounterclaimError

_MODULES: tuple[str, ...] = (
    "setup",
    "replay",
    "once",
    "poll",
    "holdings",
    "status",
    "doctor",
    "feeds",
    "web",
    "export",
    "explain",
    "alerts",
)


class CommandGroup(click.Group):
    """A group that loads its command modules only when they are needed."""

    loaded = False

    def _load(self) -> None:
        if not self.loaded:
            self.loaded = True
            for name in _MODULES:
                for command in importlib.import_module(f"monitor.cli.{name}").COMMANDS:
                    self.add_command(command)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; our errors become lines on standard error and exit status 1."""
        try:
            return super().invoke(ctx)
        except CounterclaimError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command by name."""
        self._load()
        return super().get_command(ctx, cmd_name)


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="counterclaim")
def main() -> None:
    """Watch news feeds for regions you care about, and be alerted when sources conflict."""
