"""`counterclaim alerts`, `silence`, `test-alert` and `preview`: what was sent, why, and what would be."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import Any

import click

from monitor.cli.options import config_option, json_option, print_json, says_errors
from monitor.config.values import duration
from monitor.ports import Silence


@click.group(invoke_without_command=True)
@config_option
@json_option
@click.option("--state", help="Only alerts in this state: pending, leased, sent, dead or suppressed.")
@click.option("--target", help="Only alerts to this target.")
@click.option("--conflict", help="Only alerts about this conflict.")
@click.option("--limit", default=200, show_default=True, help="How many, the latest first.")
@click.pass_context
@says_errors
def alerts(
    ctx: click.Context,
    config_path: str,
    as_json: bool,
    state: str | None,
    target: str | None,
    conflict: str | None,
    limit: int,
) -> None:
    """List alerts: sent, waiting, given up and not sent, each with its reason."""
    ctx.obj = config_path
    if ctx.invoked_subcommand is not None:
        return
    from monitor.cli.shapes import timestamp

    app = _open(config_path)
    try:
        found = app.store.alerts(100_000 if state or target else limit, conflict)
    finally:
        app.close()
    wanted = [one for one in found if state in (None, one.state.value) and target in (None, one.target)][:limit]
    shapes = [
        {
            "id": one.id,
            "conflict": one.conflict,
            "revision": one.revision,
            "target": one.target,
            "state": one.state.value,
            "cause": one.reason,
            "reason": one.detail,
            "created": timestamp(one.created),
            "not_before": timestamp(one.not_before),
            "attempts": one.attempts,
            "possible_repeat": one.possible_repeat,
        }
        for one in wanted
    ]
    if as_json:
        print_json({"alerts": shapes})
        return
    for shape in shapes:
        click.echo(_line(shape))


def _line(shape: dict[str, Any]) -> str:
    marks = ", possible repeat" if shape["possible_repeat"] else ""
    tries = f", attempt {shape['attempts']}" if shape["state"] in ("pending", "leased") and shape["attempts"] else ""
    reason = f": {shape['reason']}" if shape["reason"] else ""
    what = f"{shape['cause']}, conflict {shape['conflict']} revision {shape['revision']}"
    return (
        f"{shape['created']}  {shape['id'][:12]}  {shape['state']:10} {shape['target']}  {what}{tries}{marks}{reason}"
    )


@alerts.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that were given up.")
@click.pass_context
@says_errors
def retry(ctx: click.Context, ids: tuple[str, ...], every: bool) -> None:
    """Send alerts again that were given up: by id (its beginning is enough), or all."""
    if bool(ids) == every:
        raise click.UsageError("name alerts by their ids, or say --all")
    app = _open(ctx.obj)
    try:
        dead = [one.id for one in app.store.alerts(100_000) if one.state.value == "dead"]
        wanted = dead if every else [id for id in dead if id.startswith(ids)]
        unknown = [id for id in ids if not any(one.startswith(id) for one in dead)]
        now = app.clock.now()
        revived = sum(app.store.revive_alert(id, now) for id in wanted)
    finally:
        app.close()
    for id in unknown:
        click.echo(f"{id}: no alert of this id was given up", err=True)
    click.echo(f"{revived} alert{'' if revived == 1 else 's'} to be sent again")
    if unknown:
        sys.exit(1)


@click.group()
def silence() -> None:
    """Keep alerts from being sent for a time."""


@silence.command("add")
@config_option
@click.option("--region", "regions", multiple=True, help="Only of this region.")
@click.option("--place", "places", multiple=True, help="Only of this place.")
@click.option("--frame", "frames", multiple=True, help="Only of this frame.")
@click.option("--target", "targets", multiple=True, help="Only to this target.")
@click.option("--conflict", "conflicts", multiple=True, help="Only about this conflict.")
@click.option("--for", "span", required=True, metavar="DURATION", help="How long: 90s, 30m, 6h, 7d.")
@click.option("--from", "start", type=click.DateTime(), help="When it begins, in UTC; default: now.")
@click.option("--comment", default="", help="Why, for the others.")
@click.option("--author", envvar="USER", default="", help="Who; default: you.")
@says_errors
def add_silence(
    config_path: str, span: str, start: datetime | None, comment: str, author: str, **matchers: tuple[str, ...]
) -> None:
    """Silence what matches every option given; several values of one option match any of them."""
    import secrets
    from datetime import UTC

    if not any(matchers.values()):
        raise click.UsageError("say what to silence: --region, --place, --frame, --target or --conflict")
    length = _duration(span)
    app = _open(config_path)
    try:
        now = app.clock.now()
        _check_names(app.config, matchers)
        begin = start.replace(tzinfo=UTC) if start else now
        made = Silence(secrets.token_hex(4), begin, begin + length, author, comment, **matchers)
        app.store.add_silence(made, now)
    finally:
        app.close()
    click.echo(f"{made.id}: {_matches(made)}, until {made.ends:%d %b %Y %H:%M} UTC")


@silence.command("list")
@config_option
@json_option
@click.option("--all", "every", is_flag=True, help="Ended ones too.")
@says_errors
def list_silences(config_path: str, as_json: bool, every: bool) -> None:
    """List silences in force and to come."""
    from monitor.cli.shapes import timestamp

    app = _open(config_path)
    try:
        now = app.clock.now()
        found = [one for one in app.store.silences() if every or one.ends > now]
    finally:
        app.close()
    if as_json:
        names = ("id", "author", "comment", "regions", "places", "frames", "targets", "conflicts")
        shapes = [
            {name: getattr(one, name) for name in names}
            | {"starts": timestamp(one.starts), "ends": timestamp(one.ends), "active": one.starts <= now < one.ends}
            for one in found
        ]
        print_json({"silences": shapes})
        return
    for one in found:
        span = f"{one.starts:%d %b %Y %H:%M} to {one.ends:%d %b %Y %H:%M} UTC"
        state = "ended" if one.ends <= now else "to come" if one.starts > now else "in force"
        tail = " — ".join(part for part in (one.author, one.comment) if part)
        click.echo(f"{one.id}  {state:8}  {span}  {_matches(one)}{f'  ({tail})' if tail else ''}")


@silence.command("expire")
@config_option
@click.argument("id")
@says_errors
def expire_silence(config_path: str, id: str) -> None:
    """End a silence now; it stays in the list of all."""
    app = _open(config_path)
    try:
        ended = app.store.expire_silence(id, app.clock.now())
    finally:
        app.close()
    if not ended:
        click.echo(f"{id}: no silence of this id is in force or to come", err=True)
        sys.exit(1)
    click.echo(f"{id}: ended")


@click.command("test-alert")
@config_option
@click.argument("target")
@says_errors
def test_alert(config_path: str, target: str) -> None:
    """Send an invented conflict to a target and say what the server answered."""
    from monitor.alerts.sample import sample_job
    from monitor.errors import SendError

    app = _open(config_path)
    try:
        sender = app.senders.get(target)
        if sender is None:
            raise click.UsageError(f"there is no target {target!r}; there is {', '.join(sorted(app.senders))}")
        receipt = sender.send(app.renderer.message([sample_job(target, app.clock.now())]), target)
    except SendError as error:
        again = "trying again may help" if error.retry else "trying again will not help"
        click.echo(f"{target}: not sent: {error.reason}: {error.detail} ({again})", err=True)
        sys.exit(1)
    finally:
        app.close()
    said = ", ".join(f"{name} {value}" for name, value in receipt.data.items() if name != "claims")
    click.echo(f"{target}: sent{f' ({said})' if said else ''}")


@click.command()
@config_option
@click.argument("conflict")
@click.option("--target", required=True, help="For whom.")
@click.option("--output", "folder", metavar="DIR", help="Write files there instead of printing the text.")
@says_errors
def preview(config_path: str, conflict: str, target: str, folder: str | None) -> None:
    """Show what an alert about a conflict would look like; `sample` is an invented conflict."""
    from pathlib import Path

    from monitor.adapters.discreet import bare
    from monitor.alerts.preview import preview_files, preview_job

    app = _open(config_path)
    try:
        if target not in app.senders:
            raise click.UsageError(f"there is no target {target!r}; there is {', '.join(sorted(app.senders))}")
        job = preview_job(app.store, conflict, target, app.clock.now())
        if job is None:
            click.echo(f"{conflict}: there is no such conflict", err=True)
            sys.exit(1)
        files = preview_files(app.renderer, job, bare(app.senders[target]))
    finally:
        app.close()
    for fault in app.renderer.templates.faults:
        click.echo(f"the bundled template was used instead of yours: {fault}", err=True)
    if folder is None:
        click.echo(files["alert.txt"])
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = Path(folder) / name
        path.write_text(content, encoding="utf-8")
        click.echo(str(path))


def _open(config_path: str) -> Any:
    from monitor.app import open_app
    from monitor.config import load_config

    return open_app(load_config(config_path))


def _duration(text: str) -> timedelta:
    try:
        return duration(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--for") from error


def _check_names(config: Any, matchers: dict[str, tuple[str, ...]]) -> None:
    """A silence for a misspelt name would silence nothing, and nobody would know."""
    from monitor.model import Frame

    known = {
        "regions": {region.name.casefold() for region in config.regions},
        "targets": {target.name.casefold() for target in config.alerts.targets} | {"console"},
        "frames": {frame.value for frame in Frame},
    }
    for kind, names in known.items():
        for value in matchers[kind]:
            if value.casefold() not in names:
                raise click.UsageError(f"there is no {kind[:-1]} {value!r}; there is {', '.join(sorted(names))}")


def _matches(one: Silence) -> str:
    kinds = ("regions", "places", "frames", "targets", "conflicts")
    parts = [f"{kind[:-1]} {' or '.join(getattr(one, kind))}" for kind in kinds if getattr(one, kind)]
    return ", ".join(parts) or "everything"


COMMANDS = [alerts, silence, test_alert, preview]
