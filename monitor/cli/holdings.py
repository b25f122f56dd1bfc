"""`counterclaim claims` and `counterclaim conflicts`: what the store holds."""

from __future__ import annotations

import click

from monitor.cli.options import config_option, json_option, print_json, says_errors


@click.command()
@config_option
@json_option
@says_errors
def claims(config_path: str, as_json: bool) -> None:
    """Print every claim in the store."""
    from monitor.app import open_app
    from monitor.cli.shapes import claim_lines, claim_shape
    from monitor.config import load_config

    app = open_app(load_config(config_path))
    try:
        if as_json:
            print_json({"claims": [claim_shape(claim) for claim in app.store.claims()]})
            return
        for line in claim_lines(app.store.claims()):
            click.echo(line)
    finally:
        app.close()


@click.command()
@config_option
@json_option
@says_errors
def conflicts(config_path: str, as_json: bool) -> None:
    """Print every conflict in the store."""
    from monitor.app import open_app
    from monitor.cli.shapes import conflict_lines, conflict_shape
    from monitor.config import load_config

    app = open_app(load_config(config_path))
    try:
        found = app.store.conflicts()
    finally:
        app.close()
    if as_json:
        print_json({"conflicts": [conflict_shape(conflict) for conflict in found]})
        return
    for conflict in found:
        click.echo("\n".join(conflict_lines(conflict)) + "\n")


COMMANDS = [claims, conflicts]
