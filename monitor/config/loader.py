"""`counterclaim.yaml` → `Config`, or one ConfigError that lists every fault with its line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.config import shapes
from monitor.config.cross import Fault, Listed, cross_check, listed_feeds
from monitor.config.nodes import Location, Reading, path_text, read_yaml
from monitor.config.schema import ConfigIn, RegionIn, SourceIn, TargetIn
from monitor.errors import ConfigError
from monitor.model import Source

_MAX_BYTES = 4 * 1024 * 1024


def load_config(path: str | Path, environ: Mapping[str, str] | None = None) -> shapes.Config:
    """Read and check a config file; raise ConfigError with all its faults."""
    try:
        data = Path(path).read_bytes()
        text = data[: _MAX_BYTES + 1].decode("utf-8")
    except OSError as error:
        raise ConfigError([f"cannot be read: {error.strerror}"], str(path)) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"is not UTF-8 (byte {error.start})"], str(path)) from error
    if len(data) > _MAX_BYTES:
        raise ConfigError(["is larger than 4 MiB"], str(path))
    return parse_config(text, str(path), environ)


def parse_config(text: str, path: str = "counterclaim.yaml", environ: Mapping[str, str] | None = None) -> shapes.Config:
    """Check config text; `path` names it in faults and is where relative files are looked for."""
    folder = Path(path).resolve().parent
    reading = read_yaml(text, os.environ if environ is None else environ, folder)
    if not isinstance(reading.value, dict):
        raise ConfigError(_not_a_mapping(reading), path)
    unread = {where for where, _ in reading.faults}
    later: list[Fault] = []
    feeds = listed_feeds(reading.value, folder, later)
    checked = _validate(reading.value, later)
    later += cross_check(reading.value, feeds)
    reading.faults += [fault for fault in later if fault[0] not in unread]
    if reading.faults or checked is None:
        raise ConfigError(_in_order(reading), path)
    return _config(checked, [_source(one, checked.sources[one.item]) for one in feeds], path)


def _not_a_mapping(reading: Reading) -> list[str]:
    if reading.faults:
        return _in_order(reading)
    return ["line 1: the file is empty: regions are required" if reading.value is None else "line 1: not a mapping"]


def _in_order(reading: Reading) -> list[str]:
    told = sorted(
        (_line(reading, where), path_text(where), _discreet(reading, where, text)) for where, text in reading.faults
    )
    return [f"line {line}: {path}: {text}" for line, path, text in dict.fromkeys(told)]


def _line(reading: Reading, where: Location) -> int:
    """Return the line of the nearest known place above a fault: a missing key stands nowhere itself."""
    while where and where not in reading.lines:
        where = where[:-1]
    return reading.lines.get(where, 1)


def _discreet(reading: Reading, where: Location, text: str) -> str:
    """Leave a value that came from the environment or a file out of its own fault."""
    if where not in reading.expanded:
        return text
    _, _, hint = text.rpartition(", write ")
    return "the value it stands for does not fit" + (f", write {hint}" if hint != text else "")


_PLAIN = {
    "extra_forbidden": "unknown key",
    "missing": "required",
    "too_short": "must not be empty",
    "string_type": "must be text; put a number or a date in quotes",
    "list_type": "must be a list",
    "model_type": "must be a mapping",
    "dict_type": "must be a mapping",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
}
_BOUNDED = {
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "string_too_short": "must be at least {min_length} characters long",
    "string_too_long": "must be at most {max_length} characters long",
}


def _validate(value: object, faults: list[Fault]) -> ConfigIn | None:
    try:
        return ConfigIn.model_validate(value)
    except ValidationError as error:
        for item in error.errors():
            where: Location = tuple(p for p in item["loc"] if isinstance(p, int) or p not in _BRANCHES)
            faults.append((where, _words(dict(item))))
    return None


# The names that pydantic adds to a location for the branches of a union; none is a key of the config.
_BRANCHES = {"mapping", "text", "literal['deny','allow']", "list[str]"}


def _words(item: dict[str, Any]) -> str:
    if item["input"] == "":
        return "must not be empty"
    if item["type"] in _PLAIN:
        return _PLAIN[item["type"]]
    if item["type"] in _BOUNDED:
        return _BOUNDED[item["type"]].format(**item["ctx"])
    if item["type"] == "enum":
        return f"{item['input']!r} is unknown, write {item['ctx']['expected']}"
    return str(item["msg"]).removeprefix("Value error, ")


def _source(listed: Listed, item: SourceIn) -> Source:
    return Source(listed.name, listed.feed, item.country, item.kind, item.every, item.sample)


def _config(checked: ConfigIn, sources: list[Source], path: str) -> shapes.Config:
    return shapes.Config(
        regions=tuple(_region(region) for region in checked.regions),
        sources=tuple(sources),
        alerts=_alerts(checked),
        storage=checked.storage,
        broker=checked.broker,
        web=shapes.WebPolicy(
            checked.web.listen, checked.web.password, tuple(checked.web.tokens), checked.web.public_url
        ),
        fetch=_fetch(checked),
        judge=shapes.JudgePolicy(checked.judge.model),
        language_model=checked.language_model,
        quiet_after=checked.quiet_after,
        retention=checked.retention,
        path=path,
    )


def _region(item: RegionIn) -> shapes.Region:
    places = (
        shapes.PlaceName(place) if isinstance(place, str) else shapes.PlaceName(place.name, tuple(place.aliases))
        for place in item.places
    )
    return shapes.Region(
        name=item.name,
        aliases=tuple(item.aliases),
        places=tuple(places),
        include=tuple(shapes.GazetteerFilter(part.country, part.admin1) for part in item.include),
        exclude=tuple(item.exclude),
        topics=frozenset(item.topics) if item.topics else None,
        alerts=None if item.alerts is None else tuple(item.alerts),
    )


def _alerts(checked: ConfigIn) -> shapes.AlertPolicy:
    alerts = checked.alerts
    return shapes.AlertPolicy(
        targets=tuple(_target(target) for target in alerts.targets),
        min_confidence=alerts.min_confidence,
        group_wait=alerts.group_wait,
        repeat_interval=alerts.repeat_interval,
        max_age=alerts.max_age,
        quiet_hours=alerts.quiet_hours,
        templates=alerts.templates,
    )


def _target(item: TargetIn) -> shapes.Target:
    slack, email, only = item.slack, item.email, item.only
    return shapes.Target(
        name=item.name,
        slack=shapes.SlackTarget(slack.token, slack.channel, slack.webhook, slack.api) if slack else None,
        email=shapes.EmailTarget(tuple(email.to), email.sender, email.smtp) if email else None,
        apprise=item.apprise,
        digest=item.digest,
        ops=item.ops,
        zone=item.zone,
        rate=item.rate,
        frames=frozenset(only.frames) if only.frames else None,
        regions=tuple(only.regions) if only.regions else None,
        min_confidence=only.min_confidence,
        source_kinds=frozenset(only.source_kinds) if only.source_kinds else None,
    )


def _fetch(checked: ConfigIn) -> shapes.FetchPolicy:
    fetch = checked.fetch
    networks = fetch.private_networks
    return shapes.FetchPolicy(
        contact=fetch.contact,
        private_networks=tuple(networks) if isinstance(networks, list) else (),
        allow_private=networks == "allow",
        per_host=fetch.per_host,
        pace=fetch.pace,
        scope=fetch.scope,
        push=fetch.push,
        timeout=fetch.timeout,
        max_bytes=fetch.max_bytes,
        failing_after=fetch.failing_after,
        reread=tuple(fetch.reread),
    )
