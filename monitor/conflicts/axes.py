"""Axes of opposition: which pole of which axis a claim's words stand on."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib import resources

from anyascii import anyascii

_NEGATION = re.compile(
    r"\b(?:not|n't|no|never|none|nobody|nothing|neither|nor|without|denie[sd]|deny|denying|rejects?|rejected|dismiss(?:es|ed)?"
    r"|refut(?:es|ed)|false|untrue|failed to|fails? to|far from|cannot|hardly|nowhere|no longer)\b|n['’]t\b",
    re.IGNORECASE,
)
_REACH = 28  # characters before a pole word in which a negation turns it


@lru_cache(maxsize=1)
def _axes() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    data = json.loads(resources.files("monitor.conflicts").joinpath("axes.json").read_text(encoding="utf-8"))
    return tuple((name, _pole(poles[0]), _pole(poles[1])) for name, poles in data["axes"].items())


def _pole(words: list[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")")


def negations(text: str) -> int:
    """Count the words of negation and denial."""
    return len(_NEGATION.findall(text))


@lru_cache(maxsize=16384)
def poles(text: str) -> dict[str, int]:
    """Return axis → +1 (first pole), -1 (second pole); an axis with both poles is left out."""
    plain = anyascii(text).lower()
    found: dict[str, int] = {}
    for name, first, second in _axes():
        signs = {_sign(plain, match, +1) for match in first.finditer(plain)}
        signs |= {_sign(plain, match, -1) for match in second.finditer(plain)}
        if len(signs) == 1:
            found[name] = signs.pop()
    return found


def _sign(text: str, match: re.Match[str], side: int) -> int:
    before = text[max(0, match.start() - _REACH) : match.start()]
    return -side if _NEGATION.search(before) else side


def opposed(left: str, right: str) -> tuple[int, int]:
    """Return how many axes two texts stand on with opposite poles, and with the same pole."""
    a, b = poles(left), poles(right)
    shared = a.keys() & b.keys()
    against = sum(a[name] != b[name] for name in shared)
    return against, len(shared) - against
