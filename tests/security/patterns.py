"""Every regular expression of ours, and texts made to hurt it.

    python -m tests.security.patterns

prints them as JSON: those compiled while all modules are imported, and those written in calls inside functions.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import re._constants as ops  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("monitor", "workers")
_CALLS = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
_UNLIMITED = 20  # a repetition of more than this may go on for long


@dataclass(frozen=True, order=True)
class Pattern:
    """A pattern with its flags and the line that it stands in."""

    where: str
    text: str
    flags: int


def compiled() -> set[Pattern]:
    """Import every module and note what it compiles. For a process of its own: the hook stays."""
    found: set[Pattern] = set()
    original = re._compile  # type: ignore[attr-defined]

    def note(pattern: Any, flags: int) -> Any:
        frame = sys._getframe(1)
        while "/re/" in frame.f_code.co_filename and frame.f_back is not None:
            frame = frame.f_back
        place = Path(frame.f_code.co_filename)
        if any(place.is_relative_to(ROOT / name) for name in PACKAGES) and not isinstance(pattern, re.Pattern):
            text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
            found.add(Pattern(f"{place.relative_to(ROOT)}:{frame.f_lineno}", text, int(flags)))
        return original(pattern, flags)

    re._compile = note  # type: ignore[attr-defined]
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith("__main__") and ".migrations" not in module.name:
                importlib.import_module(module.name)
    return found


def written() -> set[Pattern]:
    """Return the patterns that stand as plain text in a call of `re`, wherever that is."""
    found = set()
    for name in PACKAGES:
        for file in sorted((ROOT / name).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if (text := _text_of(node)) is not None:
                    found.add(Pattern(f"{file.relative_to(ROOT)}:{node.lineno}", text, 0))  # type: ignore[attr-defined]
    return found


def _text_of(node: ast.AST) -> str | None:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
        return None
    function, first = node.func, node.args[0]
    named = isinstance(function.value, ast.Name) and function.value.id == "re" and function.attr in _CALLS
    if not named or not isinstance(first, ast.Constant) or not isinstance(first.value, str | bytes):
        return None
    return first.value.decode("latin-1") if isinstance(first.value, bytes) else first.value


def attacks(pattern: Pattern, length: int) -> Iterator[str]:
    """Yield texts that go through a repetition as often as fits, and then fail: once for each repetition."""
    tree = parser.parse(pattern.text, pattern.flags)
    seen = set()
    for lead, body in _repetitions(list(tree), ""):
        for bodies in (body, body[:1], " ", "a"):
            text = lead + bodies * (length // max(len(bodies), 1)) + "\x00!"
            if bodies and text not in seen:
                seen.add(text)
                yield text


def _repetitions(nodes: list[Any], lead: str) -> Iterator[tuple[str, str]]:
    for node in nodes:
        op, value = node
        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
            _least, most, inner = value
            if most >= _UNLIMITED:
                yield lead, _sample(list(inner))
            yield from _repetitions(list(inner), lead)
        elif op is ops.SUBPATTERN:
            yield from _repetitions(list(value[3]), lead)
        elif op is ops.ATOMIC_GROUP:
            yield from _repetitions(list(value), lead)
        elif op is ops.BRANCH:
            for branch in value[1]:
                yield from _repetitions(list(branch), lead)
        elif op in (ops.ASSERT, ops.ASSERT_NOT):
            yield from _repetitions(list(value[1]), lead)
        lead += _sample([node])


def _sample(nodes: list[Any]) -> str:
    """Return one text that these nodes match, assertions aside."""
    return "".join(_one(op, value) for op, value in nodes)


def _one(op: Any, value: Any) -> str:
    if op is ops.LITERAL:
        return chr(value)
    if op is ops.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if op is ops.ANY:
        return "a"
    if op is ops.IN:
        return _member(value)
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        return _sample(list(value[2])) * max(value[0], 1)
    if op is ops.SUBPATTERN:
        return _sample(list(value[3]))
    if op is ops.ATOMIC_GROUP:
        return _sample(list(value))
    if op is ops.BRANCH:
        return _sample(list(value[1][0]))
    return ""


def _member(members: list[Any]) -> str:
    """Return a character of a class, found by trying."""
    single = parser.SubPattern(parser.State(), [(ops.IN, members)])
    inside = re._compiler.compile(single)  # type: ignore[attr-defined]
    ranges = [value[0] for op, value in members if op is ops.RANGE] + [v for op, v in members if op is ops.LITERAL]
    for char in [*map(chr, ranges), *map(chr, range(32, 127)), "\n", "é", "я", "中", "\u2019"]:
        if inside.match(char):
            return char
    return ""


if __name__ == "__main__":
    print(json.dumps([[one.where, one.text, one.flags] for one in sorted(compiled() | written())]))
