"""`counterclaim web`: the desk alone."""

from __future__ import annotations

import os
from dataclasses import replace

import click

from monitor.cli.options import config_option, says_errors


@click.command()
@config_option
@click.option("--listen", metavar="HOST:PORT", help="Where to listen instead of where the config says.")
@click.option("--name", default="desk", hidden=True, help="What a supervisor calls this process.")
@says_errors
def web(config_path: str, listen: str | None, name: str) -> None:
    """Serve the desk: conflicts and their evidence, feeds and the API."""
    from monitor import logs
    from monitor.config import load_config
    from monitor.errors import ConfigError
    from monitor.web.guard import may_listen
    from monitor.web.server import serve

    logs.configure(as_json=os.environ.get("COUNTERCLAIM_LOG") == "json")
    config = load_config(config_path)
    policy = replace(config.web, listen=listen or config.web.listen)
    if not may_listen(policy):
        raise ConfigError([f"web.listen: listening on {policy.listen} lets others in: give a password or tokens"], "")
    logs.say("the desk listens", name=name, address=f"http://{policy.listen}/")
    serve(replace(config, web=policy))


COMMANDS = [web]
