"""`counterclaim once`: one round over everything due, from polls to sent alerts."""

from __future__ import annotations

import asyncio
import contextlib
import sys

import click

from monitor.cli.options import config_option, json_option, print_json, says_errors


@click.command()
@config_option
@json_option
@says_errors
def once(config_path: str, as_json: bool) -> None:
    """Poll every due source once and take what it lists through to sent alerts, without a broker."""
    from monitor import logs
    from monitor.app import open_app
    from monitor.cli.drain import drain
    from monitor.config import load_config

    logs.configure()
    app = open_app(load_config(config_path))
    try:
        # Alerts of a config without targets go to standard output, which belongs to the JSON object.
        with contextlib.redirect_stdout(sys.stderr) if as_json else contextlib.nullcontext():
            counts = asyncio.run(drain(app)).counts()
    finally:
        app.close()
    if as_json:
        print_json(counts)
    else:
        click.echo(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()))


COMMANDS = [once]
