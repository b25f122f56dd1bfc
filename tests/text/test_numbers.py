"""Numbers as written: digits, words, scales, vague plurals and shares."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.dates import find_clocks, find_dates
from monitor.text.nouns import singular
from monitor.text.numbers import parse_digits, read_number, tokenize

MODULES = (
    "monitor.text.numbers",
    "monitor.text.dates",
    "monitor.claims.masks",
    "monitor.claims.quantity_types",
    "monitor.claims.time_rules",
    "monitor.claims.times",
)
HOSTILE = [
    "1", "1,", "1.1", "1-", "12 ", "a", "A", "Aa ", "a-", "January ", "January 5 ", "Monday ", "+1 ", "(1) ", ", 12",
    "2009-", "in 2009 ", "of the ", "in the past ", "last ", "two-", "the toll ", "total of ", " ", "\t", "’", "http://a",
    "will ", "the early ", "won by of ", "12:30 ", "aged between ", "12 Aa ", "number ", "since the ",
]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("two hundred and five", 205),
        ("twenty-one thousand three hundred and four", 21_304),
        ("1,200", 1200),
        ("1.2 million", 1_200_000),
        ("3.5bn", 3_500_000_000),
        ("12 000", 12_000),
        ("1.200", 1200),
        ("a hundred", 100),
        ("five hundred thousand", 500_000),
        ("half a million", 500_000),
        ("a single", 1),
        ("not one", 0),
    ],
)
def test_a_number_has_one_value_however_it_is_written(written: str, value: float) -> None:
    number = read_number(tokenize(written), 0)
    assert number is not None
    assert (number.low, number.high) == (value, value)


@given(st.integers(0, 999_999_999))
def test_grouped_digits_read_back(value: int) -> None:
    assert parse_digits(f"{value:,}") == value


@given(st.text(max_size=200))
def test_tokens_are_exact_substrings_in_order(text: str) -> None:
    tokens = tokenize(text)
    assert all(text[t.start : t.end] == t.text for t in tokens)
    assert "".join(t.text for t in tokens) == "".join(text.split()) or any(c.isspace() for c in text)


@given(st.text(max_size=200))
def test_dates_and_clocks_are_exact_substrings(text: str) -> None:
    assert all(text[found.start : found.end] == found.text for found in find_dates(text))
    assert all(text[found.start : found.end] == found.text for found in find_clocks(text))


@pytest.mark.parametrize(
    ("plural", "one"),
    [("people", "person"), ("policewomen", "policewoman"), ("bodies", "body"), ("buses", "bus"), ("houses", "house"),
     ("crosses", "cross"), ("soldiers", "soldier"), ("aircraft", "aircraft"), ("boxes", "box"), ("bus", "bus")],
)  # fmt: skip
def test_heads_are_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


def patterns() -> Iterator[re.Pattern[str]]:
    for name in MODULES:
        yield from _patterns_in(vars(importlib.import_module(name)).values())


def _patterns_in(values: object) -> Iterator[re.Pattern[str]]:
    for value in values:  # type: ignore[attr-defined]
        if isinstance(value, re.Pattern):
            yield value
        elif isinstance(value, tuple):
            yield from _patterns_in(value)


def test_there_are_patterns_to_try() -> None:
    assert len(list(patterns())) > 40


@pytest.mark.parametrize("piece", HOSTILE)
def test_every_pattern_gets_through_long_hostile_text(piece: str) -> None:
    # A pattern that backtracks without bound does not return from 100,000 characters within the suite's time.
    text = piece * (100_000 // len(piece))
    for pattern in patterns():
        for match in pattern.finditer(text + "!"):
            assert match.end() <= len(text) + 1
