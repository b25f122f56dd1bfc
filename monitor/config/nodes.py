"""YAML text → plain values, with the line of every path.

Follows YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema), so that `country: NO` is Norway and not
false; duplicate keys, anchors that expand without end and unreadable secrets are faults.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from monitor.config import values

UNREAD = "unread"  # stands in for a value that could not be read; the fault is known, so others about it are not told
Location = tuple[str | int, ...]
_MAX_NODES = 200_000
_MAX_DEPTH = 50
_INTEGER = re.compile(r"[-+]?\d+")
_FLOAT = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?")


@dataclass(slots=True)
class Reading:
    """What a file says: its value, where each part stands, and the faults met while reading."""

    value: object = None
    lines: dict[Location, int] = field(default_factory=dict)
    faults: list[tuple[Location, str]] = field(default_factory=list)
    expanded: set[Location] = field(default_factory=set)  # values from the environment or a file: never to be printed


def path_text(where: Location) -> str:
    """Write a location as `sources[2].every`."""
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"


def read_yaml(text: str, environ: Mapping[str, str], folder: Path) -> Reading:
    """Read one YAML document; syntax errors become a fault, not an exception."""
    reading = Reading()
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reading.lines[()] = mark.line + 1 if mark else 1
        reading.faults.append(((), f"not YAML: {getattr(error, 'problem', None) or error}"))
        return reading
    except RecursionError:
        reading.faults.append(((), "not YAML that can be read: nested too deeply"))
        return reading
    if node is not None:
        try:
            reading.value = _Walk(reading, environ, folder).value(node, ())
        except _TooMuchError as error:
            reading.faults.append(((), str(error)))
    return reading


class _TooMuchError(Exception):
    """An alias that contains itself, or aliases of aliases, expand without end."""


class _Walk:
    def __init__(self, reading: Reading, environ: Mapping[str, str], folder: Path) -> None:
        self.reading, self.environ, self.folder, self.count = reading, environ, folder, 0

    def value(self, node: yaml.Node, where: Location) -> object:
        self.reading.lines.setdefault(where, node.start_mark.line + 1)
        self.count += 1
        if self.count > _MAX_NODES or len(where) > _MAX_DEPTH:
            raise _TooMuchError("the file expands to too many values, or is nested too deeply")
        if isinstance(node, yaml.MappingNode):
            return self._secret(self._mapping(node, where), where)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*where, index)) for index, item in enumerate(node.value)]
        return self._secret(_scalar(node), where)

    def _mapping(self, node: yaml.MappingNode, where: Location) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                self.reading.faults.append(((*where, key), "the key stands here twice"))
            self.reading.lines[(*where, key)] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, (*where, key))
        return found

    def _secret(self, value: object, where: Location) -> object:
        try:
            expanded = values.expand(value, self.environ, self.folder)
        except ValueError as error:
            self.reading.faults.append((where, str(error)))
            return UNREAD
        if expanded is not value and expanded != value:
            self.reading.expanded.add(where)
        return expanded


def _scalar(node: yaml.Node) -> object:
    text = str(node.value)
    if getattr(node, "style", None) in ("'", '"', "|", ">"):
        return text
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
