"""`counterclaim.yaml` → `Config`, or one ConfigError that lists every fault with its line."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.config import shapes
from monitor.config.nodes import Location, Reading, path_text, read_yaml
from monitor.config.opml import read_opml
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
    faults = [] if reading.faults else _missing(reading)
    checked = None if faults else _validate(reading)
    sources: list[tuple[Location, Source]] = []
    if checked is not None:
        sources = list(_sources(checked.sources, folder, reading))
        _cross_check(checked, sources, reading)
    faults += [_fault(reading, where, text) for where, text in reading.faults]
    if faults or checked is None:
        raise ConfigError(list(dict.fromkeys(faults)), path)
    return _config(checked, [source for _, source in sources], path)


def _missing(reading: Reading) -> list[str]:
    if isinstance(reading.value, dict):
        return []
    return ["line 1: the file is empty: regions are required" if reading.value is None else "line 1: not a mapping"]


def _fault(reading: Reading, where: Location, text: str) -> str:
    known = where
    while known and known not in reading.lines:
        known = known[:-1]
    return f"line {reading.lines.get(known, 1)}: {path_text(where)}: {text}"


_PLAIN = {
    "extra_forbidden": "unknown key",
    "missing": "required",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "string_type": "must be text",
    "list_type": "must be a list",
    "model_type": "must be a mapping",
    "dict_type": "must be a mapping",
}


def _validate(reading: Reading) -> ConfigIn | None:
    try:
        return ConfigIn.model_validate(reading.value)
    except ValidationError as error:
        for item in error.errors():
            where: Location = tuple(p for p in item["loc"] if isinstance(p, int) or not _is_branch(p))
            reading.faults.append((where, _words(dict(item))))
    return None


def _is_branch(part: str) -> bool:
    """True for the names that pydantic adds to a location for the branches of a union."""
    return part in {"PlaceIn", "constrained-str", "str"} or "[" in part


def _words(item: dict[str, Any]) -> str:
    if item["type"] in _PLAIN:
        return _PLAIN[item["type"]]
    if item["type"] == "enum":
        return f"{item['input']!r} is unknown, write {item['ctx']['expected']}"
    return str(item["msg"]).removeprefix("Value error, ")


def _sources(items: list[SourceIn], folder: Path, reading: Reading) -> Iterable[tuple[Location, Source]]:
    for index, item in enumerate(items):
        where: Location = ("sources", index)
        if item.feed and item.name:
            yield where, Source(item.name, item.feed, item.country, item.kind, item.every, item.sample)
            continue
        try:
            outlines = read_opml((folder / str(item.opml)).read_bytes())
        except (OSError, ValueError) as error:
            reading.faults.append(((*where, "opml"), f"cannot read {item.opml!r}: {error}"))
            continue
        for name, feed in outlines:
            yield where, Source(name, feed, item.country, item.kind, item.every, item.sample)


def _cross_check(checked: ConfigIn, sources: list[tuple[Location, Source]], reading: Reading) -> None:
    for key, names in (
        ("regions", [region.name for region in checked.regions]),
        ("alerts.targets", [target.name for target in checked.alerts.targets]),
    ):
        for index in _repeated(names):
            where: Location = (*key.split("."), index, "name")
            reading.faults.append((where, f"{names[index]!r} is used twice; names are unique"))
    for index in _repeated([source.name for _, source in sources]):
        where, source = sources[index]
        reading.faults.append(((*where, "name"), f"{source.name!r} is used twice; names are unique"))
    targets, regions = {t.name for t in checked.alerts.targets}, {r.name for r in checked.regions}
    for index, region in enumerate(checked.regions):
        for name in set(region.alerts or []) - targets:
            reading.faults.append((("regions", index, "alerts"), f"there is no alert target {name!r}"))
    for index, target in enumerate(checked.alerts.targets):
        for name in set(target.only.regions or []) - regions:
            reading.faults.append((("alerts", "targets", index, "only", "regions"), f"there is no region {name!r}"))


def _repeated(names: list[str]) -> list[int]:
    seen: Counter[str] = Counter()
    indexes = []
    for index, name in enumerate(names):
        seen[name.casefold()] += 1
        if seen[name.casefold()] == 2:
            indexes.append(index)
    return indexes


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
        timeout=fetch.timeout,
        max_bytes=fetch.max_bytes,
        failing_after=fetch.failing_after,
    )
