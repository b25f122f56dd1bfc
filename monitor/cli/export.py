"""`counterclaim export`: claims, conflicts and verdicts as JSON Lines or CSV, streaming."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.cli.options import config_option, says_errors


@click.command()
@config_option
@click.argument("what", type=click.Choice(["claims", "conflicts", "cases"]))
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--output", "-o", metavar="FILE", help="Where to write; standard output by default.")
@click.option("--region", help="Only this region.")
@click.option("--since", metavar="DAY", default="", help="Only what was published or changed since that day.")
@says_errors
def export(config_path: str, what: str, form: str, output: str | None, region: str | None, since: str) -> None:
    """Write WHAT the store holds. `cases` are people's verdicts as labelled cases of the evaluation format."""
    from monitor.adapters.clock import SystemClock
    from monitor.app import storage_url
    from monitor.config import load_config
    from monitor.store.repository import open_store
    from monitor.web.desk import Desk
    from monitor.web.exports import Form, Order, What, lines
    from monitor.web.forms import chosen_claims, chosen_conflicts

    if what == "cases" and form == "csv":
        raise click.UsageError("cases are written as JSON Lines only")
    config = load_config(config_path)
    chosen = chosen_claims(region=region or "", since=since)
    order = Order(What(what), Form(form), chosen, chosen_conflicts(region=region or "", since=since, state="every"))
    store = open_store(storage_url(config))
    try:
        with click.open_file(output, "w", encoding="utf-8") if output else click.open_file("-", "w") as file:
            for line in lines(Desk(config, store, SystemClock()), order):
                file.write(line)
    except BrokenPipeError:  # whoever read us has seen enough
        sys.stdout = Path("/dev/null").open("w")  # noqa: SIM115
    finally:
        store.close()


COMMANDS = [export]
