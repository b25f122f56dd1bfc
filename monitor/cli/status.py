"""`counterclaim status`: how much is waiting, done and failed, and how the sources do."""

from __future__ import annotations

from typing import Any

import click

from monitor.cli.options import config_option, json_option, print_json, says_errors


@click.command()
@config_option
@json_option
@says_errors
def status(config_path: str, as_json: bool) -> None:
    """Print the state of the store: rows by state, and the sources that fail."""
    from monitor.app import open_app
    from monitor.config import load_config
    from monitor.pipeline import SourceHealth

    app = open_app(load_config(config_path))
    try:
        counts, stored = app.store.counts(), app.store.sources()
    finally:
        app.close()
    bad = [one for one in stored if one.state in (SourceHealth.FAILING, SourceHealth.GONE)]
    failing: list[dict[str, Any]] = [
        {
            "source": one.source.name,
            "since": one.memory.get("failing_since"),
            "failures": one.memory.get("failures", 0),
            "reason": one.reason,
        }
        for one in bad
    ]
    if as_json:
        print_json({"rows": counts, "failing": failing})
        return
    for kind, states in counts.items():
        click.echo(f"{kind:10} " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())))
    for one in failing:
        click.echo(f"failing    {one['source']} since {one['since']}, {one['failures']} times: {one['reason']}")


COMMANDS = [status]
