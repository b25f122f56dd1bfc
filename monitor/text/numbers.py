"""Numbers as written in English: digits, words, scales, vague plurals and shares, each as an interval.

A sentence is cut into tokens by one pattern without nested repetition, and numbers are read by walking over the
tokens, so time is linear in the length of the sentence. Interval bounds of vague words follow ACLED's and NEXUS's
coding habits ("dozens" is 24 to 99, "hundreds" 200 to 999).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\s]")
MAX_DIGITS = 15


def words(written: str) -> frozenset[str]:
    """A set of words from one string."""
    return frozenset(written.split())


class Token(NamedTuple):
    """A word, a run of digits with its separators, or one other character; `key` is its lower case."""

    text: str
    key: str
    start: int
    end: int


class NumberKind(StrEnum):
    """How a number was written."""

    CARDINAL = "cardinal"
    VAGUE = "vague"
    SHARE = "share"  # in percent
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Number:
    """`low <= value <= high`, read from tokens `first` to `last` (exclusive). `scale` is 1 without a scale word."""

    low: float
    high: float
    first: int
    last: int
    kind: NumberKind = NumberKind.CARDINAL
    scale: float = 1.0


_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES = {word: float(value) for value, word in enumerate(_ONES.split())}
TENS = {word: float(10 * value) for value, word in enumerate(_TENS.split(), start=2)}
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
SCALES |= {"lakh": 1e5, "crore": 1e7}
SHORT_SCALES = {"bn": 1e9, "mn": 1e6, "mln": 1e6, "bln": 1e9, "tn": 1e12, "k": 1e3}
PLURAL_SCALES = {
    "tens": (20.0, 99.0),
    "dozens": (24.0, 99.0),
    "scores": (40.0, 199.0),
    "hundreds": (200.0, 999.0),
    "thousands": (2_000.0, 9_999.0),
    "millions": (2e6, 9_999_999.0),
    "billions": (2e9, 9_999_999_999.0),
}
VAGUE = {"several": (3.0, 9.0), "few": (3.0, 9.0), "handful": (3.0, 6.0), "couple": (2.0, 3.0)}
DENOMINATORS = {
    "half": 2.0, "halves": 2.0, "third": 3.0, "thirds": 3.0, "quarter": 4.0, "quarters": 4.0, "fifth": 5.0,
    "fifths": 5.0, "sixth": 6.0, "sixths": 6.0, "seventh": 7.0, "sevenths": 7.0, "eighth": 8.0, "eighths": 8.0,
    "ninth": 9.0, "ninths": 9.0, "tenth": 10.0, "tenths": 10.0,
}  # fmt: skip
ARTICLES = frozenset({"a", "an"})
HYPHENS = frozenset("-‐‑–—")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_SHARE_SPREAD = 0.1
_DECIMAL_FOLLOWERS = frozenset({"million", "billion", "trillion", "percent", "per", "magnitude", "%", "m", "bn", "mn"})


def tokenize(text: str) -> list[Token]:
    """All tokens of `text` with their offsets; whitespace is left out."""
    return [Token(m.group(), m.group().lower(), m.start(), m.end()) for m in TOKEN.finditer(text)]


def parse_digits(text: str, *, decimal: bool = False) -> float | None:
    """The value of one digit token ("1,200", "1.200", "3.5"); `decimal` reads a lone dot as a decimal point.

    None when it is no number ("1.2.3") or has more than 15 digits.
    """
    if len(text) > MAX_DIGITS + 6:
        return None
    if _GROUPED.fullmatch(text):
        return float(text.replace(",", ""))
    if not decimal and _DOTTED.fullmatch(text) and not text.startswith("0"):
        return float(text.replace(".", "").replace(",", "."))
    if text.count(".") + text.count(",") <= 1:
        return float(text.replace(",", "."))
    return None


def is_hyphen(tokens: Sequence[Token], at: int) -> bool:
    """Whether the token at `at` is a hyphen or dash that touches its left neighbour."""
    return 0 < at < len(tokens) and tokens[at].text in HYPHENS and tokens[at - 1].end == tokens[at].start


def key_at(tokens: Sequence[Token], at: int) -> str:
    """The lower-case token at `at`, or the empty string outside the sentence."""
    return tokens[at].key if 0 <= at < len(tokens) else ""


def skip_hyphen(tokens: Sequence[Token], at: int) -> int:
    """`at`, or the next position when a joining hyphen stands there ("two-thirds")."""
    joined = is_hyphen(tokens, at) and at + 1 < len(tokens) and tokens[at + 1].start == tokens[at].end
    return at + 1 if joined else at


_OPENERS = frozenset({*ONES, *TENS, *PLURAL_SCALES, *VAGUE, *ARTICLES, "half", "both", "none", "nobody", "no", "not"})


def may_open(token: Token) -> bool:
    """Whether a number may start with the token; `read_number` finds none at any other."""
    return token.key in _OPENERS or token.text[0].isdecimal()


def read_number(tokens: Sequence[Token], at: int) -> Number | None:
    """The number that starts at token `at`, longest reading first; None where none does."""
    return _read_share(tokens, at) or _read_vague(tokens, at) or _read_digits(tokens, at) or _read_words(tokens, at)


def _read_digits(tokens: Sequence[Token], at: int) -> Number | None:
    if not tokens[at].text[0].isdecimal():
        return None
    value = parse_digits(tokens[at].text, decimal=key_at(tokens, at + 1) in _DECIMAL_FOLLOWERS)
    if value is None:
        return None
    end = at + 1
    if re.fullmatch(r"[1-9]\d{0,2}", tokens[at].text):
        value, end = _join_groups(tokens, at, value)
    scale, end = _read_scales(tokens, end)
    return Number(value * scale, value * scale, at, end, scale=scale)


def _join_groups(tokens: Sequence[Token], at: int, value: float) -> tuple[float, int]:
    """Groups of three digits after single spaces: "12 000"."""
    end = at + 1
    while end < min(len(tokens), at + 5) and len(tokens[end].text) == 3 and tokens[end].text.isdecimal():
        if tokens[end].start != tokens[end - 1].end + 1:
            break
        value = value * 1000 + float(tokens[end].text)
        end += 1
    return value, end


def _read_scales(tokens: Sequence[Token], at: int) -> tuple[float, int]:
    """Scale words after digits ("million", "hundred thousand", "bn") as one factor."""
    scale = 1.0
    for _ in range(2):
        step = skip_hyphen(tokens, at)
        key = key_at(tokens, step)
        if key in SCALES:
            scale, at = scale * SCALES[key], step + 1
        elif key in SHORT_SCALES and scale == 1.0:
            return SHORT_SCALES[key], step + 1
    return scale, at


def _read_words(tokens: Sequence[Token], at: int) -> Number | None:
    """Cardinals in words: "two hundred and five", "twenty-one thousand", "a hundred", "a dozen", "three dozen"."""
    total, current, end, scale = 0.0, 0.0, at, 1.0
    start = at + 1 if tokens[at].key in ARTICLES else at
    if start > at:
        if key_at(tokens, start) not in SCALES:
            return _read_dozen(tokens, at, start, 1.0)
        current = 1.0
    step = start
    while step < min(len(tokens), at + 24):
        key = tokens[step].key
        if key in ONES and (current % 100 == 0 or (current % 100 >= 20 and current % 10 == 0 and ONES[key] < 10)):
            current += ONES[key]
        elif key in TENS and current % 100 == 0:
            current += TENS[key]
        elif key == "hundred" and 0 < current < 100:
            current, scale = current * 100, max(scale, 100.0)
        elif key in SCALES and current > 0 and key != "hundred":
            total, current, scale = total + current * SCALES[key], 0.0, max(scale, SCALES[key])
        else:
            break
        end = step + 1
        step = _next_word(tokens, end, joined=key in TENS)
        if step == end and key not in SCALES and key_at(tokens, step) not in SCALES and key not in TENS:
            break
    if end <= start and start == at:
        return None
    if end == at:
        return None
    value = total + current
    if (half := _and_a_half(tokens, end)) is not None:
        return Number((value + 0.5) * half[0], (value + 0.5) * half[0], at, half[1], scale=half[0])
    return _read_dozen(tokens, at, end, value) or Number(value, value, at, end, scale=scale)


def _and_a_half(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """The scale of "and a half million", and where it ends."""
    if [key_at(tokens, at + n) for n in range(3)] != ["and", "a", "half"]:
        return None
    scale = SCALES.get(key_at(tokens, at + 3))
    return (scale, at + 4) if scale is not None else None


def _next_word(tokens: Sequence[Token], end: int, *, joined: bool) -> int:
    """Where a compound number goes on: over "and" after a scale, over a hyphen after tens."""
    if joined:
        return skip_hyphen(tokens, end)
    scaled = key_at(tokens, end - 1) in SCALES
    if scaled and key_at(tokens, end) == "and" and (key_at(tokens, end + 1) in ONES or key_at(tokens, end + 1) in TENS):
        return end + 1
    return skip_hyphen(tokens, end) if key_at(tokens, skip_hyphen(tokens, end)) in SCALES else end


def _read_dozen(tokens: Sequence[Token], at: int, end: int, value: float) -> Number | None:
    """ "a dozen", "two dozen", "a score of", "a pair of", "a couple of hundred", "a few", "a handful", "a single"."""
    key = key_at(tokens, end)
    if key == "dozen" and value > 0:
        return Number(value * 12, value * 12, at, end + 1, NumberKind.VAGUE, 12.0)
    if key == "score" and value > 0 and key_at(tokens, end + 1) == "of":
        return Number(value * 20, value * 20, at, end + 1, NumberKind.VAGUE, 20.0)
    if tokens[at].key not in ARTICLES:
        return None
    if key == "single":
        return Number(1, 1, at, end + 1)
    if key == "pair" and key_at(tokens, end + 1) == "of":
        return Number(2, 2, at, end + 1)
    if key == "good" and key_at(tokens, end + 1) in {"dozen", "few"}:
        end += 1
        key = key_at(tokens, end)
    return _scaled_vague(tokens, at, end) if key in VAGUE else None


def _scaled_vague(tokens: Sequence[Token], at: int, word: int) -> Number:
    low, high = VAGUE[tokens[word].key]
    after = word + 2 if key_at(tokens, word + 1) == "of" else word + 1
    key = key_at(tokens, after)
    if key in SCALES or key == "dozen":
        scale = SCALES.get(key, 12.0)
        return Number(low * scale, high * scale + (scale - 1), at, after + 1, NumberKind.VAGUE, scale)
    return Number(low, high, at, word + 1, NumberKind.VAGUE)


def _read_vague(tokens: Sequence[Token], at: int) -> Number | None:
    key = tokens[at].key
    if key in PLURAL_SCALES:
        return _read_plural_scale(tokens, at)
    if key in VAGUE and key not in {"couple", "handful"}:
        return _scaled_vague(tokens, at, at)
    if key == "both":
        return Number(2, 2, at, at + 1)
    if key in {"none", "nobody"} or (key == "no" and key_at(tokens, at + 1) == "one"):
        return Number(0, 0, at, at + (2 if key == "no" else 1), NumberKind.NONE)
    if key == "not" and key_at(tokens, at + 1) == "one":
        return Number(0, 0, at, at + 2, NumberKind.NONE)
    if key == "not" and key_at(tokens, at + 1) == "a" and key_at(tokens, at + 2) == "single":
        return Number(0, 0, at, at + 3, NumberKind.NONE)
    return None


def _read_plural_scale(tokens: Sequence[Token], at: int) -> Number:
    low, high = PLURAL_SCALES[tokens[at].key]
    end = at + 1
    while key_at(tokens, end) == "of" and key_at(tokens, end + 1) in PLURAL_SCALES:
        factor = PLURAL_SCALES[tokens[end + 1].key][0] / 2
        low, high, end = low * factor, high * factor + (factor - 1), end + 2
        if low > 1e15:
            break
    return Number(low, high, at, end, NumberKind.VAGUE)


def _read_share(tokens: Sequence[Token], at: int) -> Number | None:
    """Shares in percent: "half of", "a third of", "two-thirds", "one in five"; and "half a million" as a count."""
    key = tokens[at].key
    if key == "half":
        return _read_half(tokens, at)
    small = ONES.get(key) if key in ONES else (1.0 if key in ARTICLES else None)
    if small is None and re.fullmatch(r"\d{1,2}", tokens[at].text):
        small = float(tokens[at].text)
    if not small:
        return None
    word = skip_hyphen(tokens, at + 1)
    denominator = DENOMINATORS.get(key_at(tokens, word))
    plural = key_at(tokens, word).endswith("s") or key_at(tokens, word + 1) == "of"
    if denominator and (scale := _of_scale(tokens, word + 1)) is not None:  # "a quarter of a million"
        value = small / denominator * scale[0]
        return Number(value, value, at, scale[1], NumberKind.VAGUE, scale[0])
    if denominator and small < denominator and plural and (key in ARTICLES or key in ONES):
        return _share(100 * small / denominator, at, word + 1)
    return _read_one_in(tokens, at, small)


def _of_scale(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """The scale of "of a million", and where it ends."""
    if key_at(tokens, at) != "of" or key_at(tokens, at + 1) not in {*ARTICLES, "one"}:
        return None
    scale = SCALES.get(key_at(tokens, at + 2))
    return (scale, at + 3) if scale is not None else None


def _read_one_in(tokens: Sequence[Token], at: int, small: float) -> Number | None:
    """ "one in five", "three out of four"."""
    middle = at + 1
    if key_at(tokens, middle) == "in":
        after = middle + 1
    elif key_at(tokens, middle) == "out" and key_at(tokens, middle + 1) == "of":
        after = middle + 2
    else:
        return None
    every = ONES.get(key_at(tokens, after), TENS.get(key_at(tokens, after)))
    if every is None and re.fullmatch(r"\d{1,3}", key_at(tokens, after)):
        every = float(tokens[after].text)
    if tokens[at].key in ARTICLES or every is None or not small < every:
        return None
    return _share(100 * small / every, at, after + 1)


def _read_half(tokens: Sequence[Token], at: int) -> Number | None:
    after = key_at(tokens, at + 1)
    if after in ARTICLES and (key_at(tokens, at + 2) in SCALES or key_at(tokens, at + 2) == "dozen"):
        scale = SCALES.get(tokens[at + 2].key, 12.0)
        return Number(scale / 2, scale / 2, at, at + 3, NumberKind.VAGUE, scale)
    if after in {"of", "the", "its", "their", "his", "her", "all", "that", "our"}:
        return _share(50.0, at, at + 1)
    return None


def _share(percent: float, first: int, last: int) -> Number:
    spread = percent * _SHARE_SPREAD
    return Number(percent - spread, min(100.0, percent + spread), first, last, NumberKind.SHARE)
