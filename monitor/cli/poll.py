"""`counterclaim poll --once`: only poll, and store what the feeds list."""

from __future__ import annotations

import asyncio

import click

from monitor.cli.options import config_option, json_option, print_json, says_errors


@click.command()
@config_option
@click.option("--once", "only_once", is_flag=True, required=True, help="Poll the due sources once and stop.")
@click.option("--force", is_flag=True, help="Poll every source, due or not; still conditional.")
@json_option
@says_errors
def poll(config_path: str, only_once: bool, force: bool, as_json: bool) -> None:
    """Poll the due sources and store what they list."""
    from monitor import logs
    from monitor.app import App, open_app
    from monitor.cli.drain import poll_counts, poll_due
    from monitor.config import load_config

    async def round_of(app: App) -> dict[str, int]:
        async with app.fetching() as fetcher:
            return poll_counts(await poll_due(app, fetcher, force=force))

    if not only_once:
        raise click.UsageError("say --once; to poll again and again, use `counterclaim run`")
    logs.configure()
    app = open_app(load_config(config_path))
    try:
        counts = asyncio.run(round_of(app))
    finally:
        app.close()
    if as_json:
        print_json(counts)
    else:
        click.echo(", ".join(f"{count} {name}" for name, count in counts.items()))


COMMANDS = [poll]
