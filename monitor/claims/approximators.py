"""Words that turn a number into an interval: "at least", "nearly", "or more", "40-odd", round numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.text.numbers import Token, is_hyphen, key_at, words

Interval = tuple[float, float]
Bound = Callable[[float, float, float], Interval]


def _at_least(low: float, high: float, step: float) -> Interval:
    return low, math.inf


def _more_than(low: float, high: float, step: float) -> Interval:
    return high + step, math.inf


def _just_over(low: float, high: float, step: float) -> Interval:
    return high + step, high * 1.1 + step


def _up_to(low: float, high: float, step: float) -> Interval:
    return 0.0, high


def _under(low: float, high: float, step: float) -> Interval:
    return 0.0, max(0.0, low - step)


def _about(low: float, high: float, step: float) -> Interval:
    return low * 0.9, high * 1.1


def _nearly(low: float, high: float, step: float) -> Interval:
    return low * 0.85, max(low * 0.85, high - step)


def _same(low: float, high: float, step: float) -> Interval:
    return low, high


_PHRASES: dict[Bound, str] = {
    _at_least: "at least|no fewer than|no less than|not less than|not fewer than|as few as|as little as|a minimum of|"
    "minimum of|minimum|from at least|at the very least",
    _more_than: "more than|over|above|in excess of|upwards of|upward of|greater than|well over|far more than|"
    "well above|beyond|exceeding|north of|much more than|many more than|higher than|well more than|topping|"
    "exceeds|exceeded|surpasses|surpassed",
    _just_over: "just over|just above|slightly more than|a little over|slightly over|little more than|"
    "a little more than|just more than",
    _up_to: "up to|as many as|as much as|as high as|no more than|not more than|at most|a maximum of|maximum of|"
    "no greater than|a maximum|never exceeded|never exceeds|did not exceed|does not exceed|not exceed",
    _under: "fewer than|less than|under|below|well under|well below|far fewer than|lower than|short of",
    _about: "about|some|around|roughly|approximately|circa|an estimated|estimated|an approximate|in the region of|"
    "somewhere around|or so|in the order of|on the order of|~|≈|approx|an average of|averaging|in the range of|"
    "reportedly around|or roughly|a reported",
    _nearly: "nearly|almost|close to|just under|just below|approaching|slightly less than|slightly fewer than|nearing|"
    "just short of|slightly under|a little under",
    _same: "exactly|precisely|only|just|a total of|total of|a mere|a combined|all|the|its|their|his|those|these|"
    "a confirmed|some other|fully|a staggering|a record",
}
_BEFORE = {tuple(phrase.split()): bound for bound, phrases in _PHRASES.items() for phrase in phrases.split("|")}
_LONGEST = max(map(len, _BEFORE))
# Verbs that bound a figure only where a toll, a number or a crowd does it: "the toll passes 100", not "passed 3 hills".
_ABOVE = words(
    """
    pass passes passed top tops topped cross crosses crossed exceed exceeds surpass surpasses surpassing passing past
    break breaks
    """
)
_TOWARDS = words("near nears neared approach approaches approached")
_GROWING: dict[str, Bound] = {**dict.fromkeys(_ABOVE, _more_than), **dict.fromkeys(_TOWARDS, _nearly)}
_COUNTED = words(
    """
    toll number count tally total figure figures deaths dead losses casualties cases fatalities victims turnout crowd
    attendance arrests wounded injured missing displaced
    """
)
# "handed over 31 prisoners" bounds nothing.
_PHRASAL = words("hand hands handed handing turn turns turned turning took taken signed gave given ran")
_REACH = 12  # tokens before a figure in which what grows is named
_PLAIN = frozenset({"all", "the", "its", "their", "his", "those", "these"})
INCREMENTS = frozenset({"another", "additional", "further", "extra"})
STRICT = frozenset({"exactly", "precisely"})
_AFTER: dict[tuple[str, ...], Bound] = {
    ("or", "more"): _at_least,
    ("or", "above"): _at_least,
    ("and", "counting"): _at_least,
    ("and", "rising"): _at_least,
    ("at", "least"): _at_least,
    ("and", "more"): _at_least,
    ("or", "so"): _about,
    ("or", "thereabouts"): _about,
    ("or", "fewer"): _up_to,
    ("or", "less"): _up_to,
    ("at", "most"): _up_to,
}
_SUFFIXES: dict[str, Bound] = {"odd": _about, "strong": _about, "plus": _at_least, "some": _about, "ish": _about}


@dataclass(frozen=True, slots=True)
class Before:
    """What stands before a number: where it starts, its bound, and whether it says "another" or "the other"."""

    first: int
    bound: Bound | None = None
    increment: bool = False
    other: bool = False
    strict: bool = False
    widens: bool = False


def read_before(tokens: Sequence[Token], at: int) -> Before:
    """The approximators that end just before token `at`, at most three."""
    found = Before(at)
    for _ in range(3):
        grown = _one_before(tokens, found)
        if grown is None:
            return found
        found = grown
    return found


def _one_before(tokens: Sequence[Token], found: Before) -> Before | None:
    first = found.first
    key = key_at(tokens, first - 1)
    if key in INCREMENTS:
        start = first - (2 if key_at(tokens, first - 2) in {"a", "an"} else 1)
        return Before(start, found.bound, True, found.other, found.strict, found.widens)
    if key in {"other", "remaining"}:
        return Before(first - 1, found.bound, found.increment, True, found.strict, found.widens)
    if key in _GROWING and any(token.key in _COUNTED for token in tokens[max(0, first - _REACH) : first - 1]):
        return Before(first - 1, found.bound or _GROWING[key], found.increment, found.other, found.strict, True)
    for length in range(min(_LONGEST, first), 0, -1):
        phrase = tuple(token.key for token in tokens[first - length : first])
        bound = _BEFORE.get(phrase)
        if bound is None:
            continue
        if phrase == ("over",) and key_at(tokens, first - 2) in _PHRASAL:
            return None
        if phrase[0] in _PLAIN and not found.other:
            return None
        kept = found.bound if bound is _same else (found.bound or bound)
        return Before(first - length, kept, found.increment, found.other, found.strict or phrase[-1] in STRICT, True)
    return None


def read_after(tokens: Sequence[Token], at: int) -> tuple[Bound, int] | None:
    """The approximator that starts at token `at` ("or more", "-odd", "+") and the position after it."""
    if key_at(tokens, at) == "+" and tokens[at].start == tokens[at - 1].end:
        return _at_least, at + 1
    word = at + 1 if is_hyphen(tokens, at) else at
    if word > at and key_at(tokens, word) in _SUFFIXES:
        return _SUFFIXES[tokens[word].key], word + 1
    if key_at(tokens, at) == "odd":
        return _about, at + 1
    bound = _AFTER.get((key_at(tokens, at), key_at(tokens, at + 1)))
    return (bound, at + 2) if bound else None


def is_round(value: float) -> bool:
    """Whether news would round to it: from 100, a multiple of 50, or two significant digits from 1,000."""
    if value < 100 or value != math.floor(value):
        return False
    if value < 1000:
        return value % 50 == 0
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return math.isclose(value / unit, round(value / unit)) or math.isclose(value * 2 / unit, round(value * 2 / unit))
