"""What is not looked at, for speed, has nothing to be found: the short cuts of times, dates and numbers."""

from __future__ import annotations

import json
from pathlib import Path

from monitor.claims.sentences import split
from monitor.claims.time_rules import RULES
from monitor.text.dates import _CLOCK_PATTERNS, _CLOCKLIKE, _DATE_PATTERNS, _DIGIT
from monitor.text.numbers import may_open, read_number, tokenize

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.json"))[::10]
WORDINGS = [
    "LAST NIGHT and tonight", "so far", "at Present", "On Tue.", "the next morning", "over the weekend", "in Sept.",
    "two days ago", "some weeks ago", "a year later", "within the next hour", "This Morning", "at NOON", "half a dozen",
]  # fmt: skip
TEXTS = WORDINGS + [
    sentence.text
    for path in CASES
    for raw in json.loads(path.read_text(encoding="utf-8"))["articles"]
    for sentence in split(raw["title"], raw["text"])
]


def test_a_time_that_a_rule_finds_has_one_of_the_rule_s_words() -> None:
    found = [(rule, text) for rule in RULES for text in TEXTS if rule.pattern.search(text)]
    assert {rule.pattern for rule, _ in found} == {rule.pattern for rule in RULES}
    assert all(any(word in text.casefold() for word in rule.words) for rule, text in found)


def test_a_date_or_a_time_of_day_has_what_is_looked_for_first() -> None:
    assert all(_DIGIT.search(text) for text in TEXTS if any(pattern.search(text) for pattern in _DATE_PATTERNS))
    assert all(_CLOCKLIKE.search(text) for text in TEXTS if any(pattern.search(text) for pattern in _CLOCK_PATTERNS))


def test_no_number_starts_where_none_may() -> None:
    for text in TEXTS:
        tokens = tokenize(text)
        assert not [t for at, t in enumerate(tokens) if not may_open(t) and read_number(tokens, at) is not None]
