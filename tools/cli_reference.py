"""Write docs/cli.md from the commands' own help: `python -m tools.cli_reference`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from workers.cli import main

TARGET = Path(__file__).parents[1] / "docs" / "cli.md"
_HEAD = """\
# Commands

Written by `make docs` from the commands' own help. Every command that takes `--config` looks at `COUNTERCLAIM_CONFIG`
next, and then for `counterclaim.yaml` in the folder you are in. Exit status: 0 done, 1 bad input (every fault named,
nothing half done), 2 wrong usage.
"""


def reference() -> str:
    """Return the whole page."""
    top = click.Context(main, info_name="counterclaim", **main.context_settings)
    return "\n".join([_HEAD, *(_section(context) for context in _commands(top))])


def _commands(context: click.Context) -> Iterator[click.Context]:
    command = context.command
    if not isinstance(command, click.Group):
        yield context
        return
    for name in sorted(command.list_commands(context)):
        found = command.get_command(context, name)
        if found is not None and not found.hidden:
            yield from _commands(click.Context(found, info_name=name, parent=context))


def _section(context: click.Context) -> str:
    usage = " ".join([context.command_path, *context.command.collect_usage_pieces(context)])
    lines = [f"## `{context.command_path}`", "", context.command.help or "", "", "```text", usage]
    records = [record for part in context.command.get_params(context) if (record := part.get_help_record(context))]
    width = max((len(name) for name, _ in records), default=0)
    lines += ["", *(f"  {name:{width}}  {text}".rstrip() for name, text in records)] if records else []
    return "\n".join([*lines, "```", ""])


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
