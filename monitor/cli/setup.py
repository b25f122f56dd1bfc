"""`counterclaim init`, `check` and `config schema`: from nothing to a watchlist that says what it will do."""

from __future__ import annotations

import shutil
import sys
from importlib.resources import as_file, files
from pathlib import Path

import click

from monitor.cli.options import config_option, json_option, print_json, says_errors
from monitor.errors import InputError

_CONFIG, _WIRE = "counterclaim.yaml", "wire"


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@says_errors
def init(folder: Path) -> None:
    """Write a commented starter watchlist, and the sample wire that it polls first, into DIR."""
    _refuse_to_overwrite(folder)
    with as_file(files("monitor") / "seeds") as seeds:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(seeds / _WIRE, folder / _WIRE)
        shutil.copyfile(seeds / "starter.yaml", folder / _CONFIG)
    click.echo(f"Wrote {folder / _CONFIG} and the sample wire in {folder / _WIRE}.")
    click.echo(f"Look at it, then: counterclaim run --config {folder / _CONFIG}")


def _refuse_to_overwrite(folder: Path) -> None:
    taken = [name for name in (_CONFIG, _WIRE) if (folder / name).exists()]
    if taken:
        raise InputError([f"{name} is there already; nothing was written" for name in taken], str(folder))


@click.command()
@config_option
@json_option
@says_errors
def check(config_path: str, as_json: bool) -> None:
    """Validate the config and say what will be watched, polled and alerted; exit 1 where something is missing here."""
    from monitor.config import describe, find_problems, load_config

    config = load_config(config_path)
    problems = find_problems(config)
    if as_json:
        print_json({"config": config_path, "description": describe(config), "problems": problems})
    else:
        click.echo("\n".join(describe(config)))
        for problem in problems:
            click.echo(f"{config_path}: {problem}", err=True)
    if problems:
        sys.exit(1)


@click.group(name="config")
def config_group() -> None:
    """Tell about the config file's format."""


@config_group.command()
@says_errors
def schema() -> None:
    """Print the JSON Schema of counterclaim.yaml, for editors that complete and check YAML."""
    from monitor.config import json_schema

    print_json(json_schema())


COMMANDS = [init, check, config_group]
