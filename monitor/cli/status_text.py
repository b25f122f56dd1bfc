"""The state of `counterclaim status` in lines for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

MOST_FAILING = 10  # sources by name: a machine without a network would fill the screen
_STEPS = {"source": "poll", "entry": "extract", "article": "tag", "alert": "alert"}
_ALWAYS = ("source", "entry", "article", "claim", "conflict", "alert")
_KINDS = {
    "entry": "entries",
    "notice": "notices to operators",
    "subscription": "hub subscriptions",
    "page": "pages read again",
}
_STATES = {
    ("entry", "new"): "to be fetched",
    ("article", "fetched"): "to be read",
    ("article", "tagged"): "to be compared",
    ("article", "compared"): "done",
    ("article", "unread"): "with nothing to read",
}


def lines(state: dict[str, Any], now: datetime | None = None) -> Iterator[str]:
    """Write the state, a subject a line."""
    if state["daemon"]["running"] is not None:
        yield line("daemon", "runs" if state["daemon"]["running"] else "does not run")
    for kind in (*_ALWAYS, *(kind for kind in state["rows"] if kind not in _ALWAYS)):
        states = state["rows"].get(kind, {})
        if states or kind in _ALWAYS:
            yield line(_KINDS.get(kind, f"{kind}s"), _counts(kind, states))
    for kind, one in state["waiting"].items():
        if one["waiting"] or one["held"]:
            since = f", the oldest for {span(one['oldest'])}" if one["waiting"] else ""
            yield line("waiting", f"{_STEPS.get(kind, kind)}: {one['waiting']}, {one['held']} being done{since}")
    if state["queues"] is not None:
        yield line("queues", ", ".join(f"{name} {count}" for name, count in state["queues"].items()))
    yield from _lags(state["lag"])
    for kind, one in state["given_up"].items():
        yield line("given up", f"{kind}: {one['count']}, last because of: {one['reason']}")
    free = state["disk"]["free"]
    yield line("disk", f"database {_bytes(state['disk']['database'])}" + (f", {_bytes(free)} free" if free else ""))
    yield from _failing(state["failing"], now or datetime.now(UTC))


def line(subject: str, said: str) -> str:
    """Write one line."""
    return f"{subject:20} {said}"


def _counts(kind: str, states: dict[str, int]) -> str:
    told = (f"{count} {_STATES.get((kind, name), name)}" for name, count in sorted(states.items()))
    return ", ".join(told) or "none"


def _lags(lag: dict[str, Any]) -> Iterator[str]:
    words = {"article": "articles are read", "alert": "alerts go out"}
    after = {"article": "after they were stored", "alert": "after they are due"}
    for kind, one in lag.items():
        if one["count"]:
            yield line("lag", f"{words[kind]} {span(one['half'])} {after[kind]}, 9 of 10 within {span(one['most'])}")


def _failing(sources: list[dict[str, Any]], now: datetime) -> Iterator[str]:
    for one in sources[:MOST_FAILING]:
        since = f" for {span((now - datetime.fromisoformat(one['since'])).total_seconds())}" if one["since"] else ""
        times = "once" if one["failures"] == 1 else f"{one['failures']} times"
        yield line("failing", f"{one['source']}{since}, {times}: {one['reason']}")
    if len(sources) > MOST_FAILING:
        yield line("failing", f"and {len(sources) - MOST_FAILING} more sources, see --json")


def span(seconds: float) -> str:
    """Write a number of seconds for a person."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _bytes(number: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"
