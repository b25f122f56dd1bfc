"""A config in words: what will be watched, polled and alerted."""

from __future__ import annotations

from datetime import timedelta

from monitor.config.shapes import AlertPolicy, Config, Region, Target


def describe(config: Config) -> list[str]:
    """Return lines for a person; no secret appears in them."""
    return [*_watched(config), *_polled(config), *_alerted(config.alerts), *_runtime(config)]


def span(value: timedelta) -> str:
    """Write a duration as the config spells it."""
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _watched(config: Config) -> list[str]:
    return [f"Watching {len(config.regions)} region(s):", *(f"  - {_region(region)}" for region in config.regions)]


def _region(region: Region) -> str:
    parts = [region.name]
    if region.aliases:
        parts.append(f"also called {', '.join(region.aliases)}")
    if region.places:
        parts.append(f"places: {', '.join(place.name for place in region.places)}")
    parts += [f"every gazetteer place of {f'{i.admin1}, ' if i.admin1 else ''}{i.country}" for i in region.include]
    if region.exclude:
        parts.append(f"never: {', '.join(region.exclude)}")
    if region.topics:
        parts.append(f"only about {', '.join(sorted(region.topics))}")
    if region.alerts is not None:
        parts.append(f"alerts to {', '.join(region.alerts) or 'nobody'}")
    return "; ".join(parts)


def _polled(config: Config) -> list[str]:
    lines = [f"Polling {len(config.sources)} source(s):"]
    for source in config.sources:
        pace = f"every {span(source.every)} at most" if source.every else "as often as it publishes"
        sample = ", the sample" if source.sample else ""
        lines.append(f"  - {source.name} ({source.kind}{sample}), {pace}")
    return lines


def _alerted(alerts: AlertPolicy) -> list[str]:
    if not alerts.targets:
        return ["Alerting nobody yet: conflicts are shown here and on the desk. Add alerts.targets."]
    lines = [f"Alerting at confidence {alerts.min_confidence:g} or more, after {span(alerts.group_wait)}, to:"]
    lines += [f"  - {_target(target)}" for target in alerts.targets]
    if alerts.quiet_hours:
        hours = alerts.quiet_hours
        lines.append(f"  nothing between {hours.start:%H:%M} and {hours.end:%H:%M} {hours.zone}")
    if alerts.max_age:
        lines.append(f"  nothing when all its claims are older than {span(alerts.max_age)}")
    return lines


def _target(target: Target) -> str:
    if target.slack:
        way = f"Slack {target.slack.channel or 'by webhook'}"
    elif target.email:
        way = f"email to {', '.join(target.email.to)}"
    else:
        way = f"Apprise ({(target.apprise or '').partition(':')[0]})"
    digest = f", as a digest at {target.digest.at:%H:%M} {target.digest.zone}" if target.digest else ""
    return f"{target.name}: {way}{digest}{', and notices about the daemon' if target.ops else ''}"


def _runtime(config: Config) -> list[str]:
    storage = config.storage.split("://")[0].split("+")[0]
    return [f"Storing in {storage}; broker {config.broker.split('://')[0]}; desk on http://{config.web.listen}"]
