"""`counterclaim feeds`: how the sources do, and tools for feeds (parse, discover, export, import)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from monitor.cli.options import config_option, json_option, print_json, says_errors
from monitor.errors import FeedError, InputError
from monitor.model import Feed

_WEEK = 7 * 86_400.0  # seconds


@click.group(invoke_without_command=True)
@config_option
@json_option
@click.pass_context
@says_errors
def feeds(context: click.Context, config_path: str, as_json: bool) -> None:
    """Show how every source does: last success, next poll and why, failures, entries a week."""
    context.obj = config_path
    if context.invoked_subcommand is not None:
        return
    from monitor.app import open_app
    from monitor.config import load_config

    app = open_app(load_config(config_path))
    try:
        stored = app.store.sources()
        leases = app.store.push_leases([one.id for one in stored])
        rows = _health(stored, app.config.sources, leases, datetime.now(UTC))
    finally:
        app.close()
    if as_json:
        print_json({"sources": rows})
    else:
        _print_table(rows)


@feeds.command("parse")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--content-type", help="The HTTP header that it came with.")
@click.option("--url", default="", help="The address that relative links start from.")
@json_option
@says_errors
def parse(file: Path, content_type: str | None, url: str, as_json: bool) -> None:
    """Read one feed document and print its entries."""
    from monitor.poll.feed import parse_feed

    try:
        feed = parse_feed(_bytes(file), content_type, url)
    except FeedError as error:
        raise FeedError(error.reason, error.detail, str(file)) from error
    if as_json:
        print_json(feed_as_json(feed))
        return
    click.echo(f"{feed.title or '(no title)'}  {feed.link or ''}  [{feed.kind}, {len(feed.entries)} entries]")
    for note in feed.notes:
        click.echo(f"  note: {note}")
    for entry in feed.entries:
        click.echo(f"  {_rfc3339(entry.published) or '-':20}  {entry.title or '(no title)'}  {entry.link or ''}")


@feeds.command("discover")
@click.argument("url")
@json_option
@click.pass_obj
@says_errors
def discover(config_path: str, url: str, as_json: bool) -> None:
    """Find the feeds of a site by its address."""
    from monitor.adapters.discovery import FoundFeed
    from monitor.adapters.discovery import discover as search
    from monitor.adapters.http import HttpFetcher
    from monitor.config import FetchPolicy, load_config

    policy = load_config(config_path).fetch if Path(config_path).exists() else FetchPolicy()

    async def run() -> list[FoundFeed]:
        async with HttpFetcher(policy) as fetcher:
            return await search(fetcher, url)

    found = asyncio.run(run())
    if not found and not as_json:
        raise InputError([f"no feed is linked from {url} nor at the usual places"])
    if as_json:
        print_json(
            {"feeds": [{"url": one.url, "title": one.title, "kind": one.kind, "entries": one.entries} for one in found]}
        )
    for one in [] if as_json else found:
        click.echo(f"{one.url}  {one.title or '(no title)'}  [{one.kind}, {one.entries} entries]")


@feeds.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=False)
@click.pass_obj
@says_errors
def export(config_path: str, file: Path | None) -> None:
    """Write the config's sources as OPML, to FILE or standard output."""
    from monitor.config import load_config
    from monitor.poll.opml import write_opml

    data = write_opml(load_config(config_path).sources)
    if file is None:
        click.echo(data.decode(), nl=False)
    else:
        file.write_bytes(data)


@feeds.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@says_errors
def import_(file: Path) -> None:
    """Print the feeds of an OPML file as `sources:` lines for the config."""
    import yaml

    from monitor.config.opml import read_opml

    try:
        found = read_opml(_bytes(file))
    except ValueError as error:
        raise InputError([str(error)], str(file)) from error
    if not found:
        raise InputError(["lists no feeds"], str(file))
    names: dict[str, int] = {}
    rows = []
    for name, url in found:
        names[name] = names.get(name, 0) + 1
        rows.append({"name": name if names[name] == 1 else f"{name} {names[name]}", "feed": url})
    click.echo(yaml.safe_dump({"sources": rows}, sort_keys=False, allow_unicode=True, width=200), nl=False)


def feed_as_json(feed: Feed) -> dict[str, Any]:
    """Return a feed in the shape of the contract."""
    entries = [
        {
            "id": entry.key,
            "title": entry.title,
            "link": entry.link,
            "published": _rfc3339(entry.published),
            "summary": entry.summary,
        }
        for entry in feed.entries
    ]
    return {"title": feed.title, "link": feed.link, "entries": entries, "notes": list(feed.notes)}


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError([f"cannot be read: {error.strerror}"], str(file)) from error


def _rfc3339(time: datetime | None) -> str | None:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if time else None


def _health(stored: Any, configured: Any, leases: Mapping[str, datetime], now: datetime) -> list[dict[str, Any]]:
    from monitor.config.addresses import public_address
    from monitor.poll.state import PollState, state_from_json

    known = {one.source.feed: one for one in stored}
    rows = []
    present = now.timestamp()
    for source in configured:
        feed = public_address(source.feed)
        one = known.get(feed)
        state = state_from_json(one.memory) if one and one.memory else PollState(feed)
        rows.append(
            {
                "name": source.name,
                "url": state.url,
                "last_success": _rfc3339(state.last_success),
                "next_poll": _rfc3339(state.next_poll),
                "why": state.due.value,
                "failures": state.failures,
                "failing_since": _rfc3339(state.failing_since),
                "failure": state.failure,
                "disabled": state.disabled,
                "pushed_until": _rfc3339(leases.get(one.id)) if one else None,
                "entries_a_week": sum(1 for time in state.published if present - _WEEK <= time <= present),
            }
        )
    return rows


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("source", "last success", "next poll", "why", "failures", "entries/week", box=None)
    for row in rows:
        failing = f"{row['failures']} {row['failure'][:60]}" if row["failures"] else "-"
        following = "never" if row["disabled"] else row["next_poll"] or "now"
        cells = (
            row["name"],
            row["last_success"] or "never",
            following,
            row["why"],
            failing,
            str(row["entries_a_week"]),
        )
        table.add_row(*(escape(cell) for cell in cells))
    Console().print(table)


COMMANDS = [feeds]
