"""Content words of a text, lightly stemmed: what two sentences can be compared by without a parse."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from anyascii import anyascii

_TOKEN = re.compile(r"[A-Za-z][A-Za-z'’\-]*|\d[\d,.]*")
_NAME = re.compile(r"(?<![.!?\"“‘'(]\s)(?<!^)\b[A-Z][\w'’\-]+")
_SUFFIXES = (
    "ations", "ation", "ments", "ment", "ingly", "edly", "ities", "ity", "ions", "ion", "ings", "ing", "ers", "ies",
    "ied", "ed", "er", "es", "ly", "al", "s",
)  # fmt: skip


@lru_cache(maxsize=1)
def stopwords() -> frozenset[str]:
    """Return English function words and reporting verbs, which say nothing about what is claimed."""
    text = resources.files("monitor.text").joinpath("stopwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Strip an English inflection from a lower-case word, keeping at least four letters (after Porter 1980, step 1)."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return _double(word[: -len(suffix)])
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _double(word: str) -> str:
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "ls" else word.removesuffix("e")


def tokens(text: str) -> list[str]:
    """Return the lower-case words and digit groups of a text, possessives stripped."""
    found = _TOKEN.findall(anyascii(text))
    return [re.sub(r"['’]s?$", "", token.lower()).rstrip(".,") for token in found]


@lru_cache(maxsize=16384)
def content(text: str) -> frozenset[str]:
    """Return the stems of the words that carry content."""
    stop = stopwords()
    return frozenset(stem(token) for token in tokens(text) if token not in stop and len(token) > 1)


@lru_cache(maxsize=16384)
def names(text: str) -> frozenset[str]:
    """Return the capitalised words inside sentences, as stems: the names that two texts may share."""
    return frozenset(anyascii(found).lower().removesuffix("'s") for found in _NAME.findall(text))


def overlap(left: frozenset[str], right: frozenset[str], weigh: Iterable[tuple[str, float]] = ()) -> float:
    """Return the shared weight over the smaller side's weight, 0 to 1."""
    weights = dict(weigh)

    def total(words: Iterable[str]) -> float:
        return sum(weights.get(word, 1.0) for word in words)

    least = min(total(left), total(right))
    return total(left & right) / least if least else 0.0
