"""Times read from invented news: each golden sentence with every time that it holds, and its role."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.claims.time_rules import TimeRole
from monitor.claims.times import clock_times, resolve_times
from monitor.text.numbers import words

GOLDEN = Path(__file__).parent.parent / "data" / "golden"
PUBLISHED = datetime(2025, 1, 8, 14, 30, tzinfo=UTC)


def load(*names: str) -> list[dict[str, Any]]:
    return [json.loads(line) for name in names for line in (GOLDEN / name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", load("times.jsonl", "times_fresh.jsonl"), ids=lambda c: c["sentence"][:60])
def test_every_time_of_a_golden_sentence_is_resolved(case: dict[str, Any]) -> None:
    mentions = resolve_times(case["sentence"], datetime.fromisoformat(case["published"]))
    found = [(m.text, m.span.start.isoformat(), m.span.end.isoformat(), m.role.value) for m in mentions]
    assert found == [(t["text"], t["start"], t["end"], t["role"]) for t in case["times"]]


@given(st.text(max_size=300), st.datetimes(timezones=st.just(UTC)))
def test_any_text_at_any_time_is_read_without_error(text: str, published: datetime) -> None:
    for mention in resolve_times(text, published):
        assert text[mention.start : mention.end] == mention.text != ""


WORDS = sorted(
    words(
        """on Monday last next week month year 2009 since by as of in the past 24 hours 31 30 February January 5 days
        two later ago years 9999 to and - tomorrow overnight 01:47 UTC 9 a.m. will from between May Sunday decade"""
    )
)


@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join), st.datetimes(timezones=st.just(UTC)))
def test_any_order_of_time_words_gives_spans_that_end_after_they_start(text: str, published: datetime) -> None:
    mentions = resolve_times(text, published)
    assert all(m.span.start <= m.span.end and m.span.start.tzinfo is not None for m in mentions)
    assert all(a.start <= b.start for a, b in pairwise(mentions))


def test_weekdays_count_from_the_dateline_where_one_is_given() -> None:
    (mention,) = resolve_times("It fell on Monday.", PUBLISHED, date(2025, 1, 4))
    assert mention.span.start.date() == date(2024, 12, 30)


def test_two_days_later_counts_from_the_time_of_the_sentence_before() -> None:
    (mention,) = resolve_times("Two days later it fell.", PUBLISHED, previous=datetime(2025, 1, 3, tzinfo=UTC))
    assert (mention.span.start.date(), mention.role) == (date(2025, 1, 5), TimeRole.EVENT)


@pytest.mark.parametrize(
    ("sentence", "minute", "zone", "offset"),
    [
        ("at 9 a.m. local time", 540, "local", None),
        ("at 9am", 540, "", None),
        ("at 9:30 p.m. on Monday", 1290, "", None),
        ("at 01:47 UTC", 107, "UTC", 0.0),
        ("at 0147 GMT", 107, "GMT", 0.0),
        ("at 14:05 (MSK)", 845, "MSK", 3.0),
        ("at midnight", 0, "", None),
        ("at noon EST", 720, "EST", -5.0),
        ("at 12 a.m.", 0, "", None),
        ("at 12:15 p.m.", 735, "", None),
        ("at 7.30pm", 1170, "", None),
    ],
)
def test_times_of_day_keep_their_zone(sentence: str, minute: int, zone: str, offset: float | None) -> None:
    (clock,) = clock_times(sentence)
    assert (clock.minute, clock.zone, clock.offset) == (minute, zone, offset)
    assert sentence[clock.start : clock.end] == clock.text


@pytest.mark.parametrize("sentence", ["a 2:1 majority", "rose 9.30 percent", "25:00", "13 a.m.", "3.5 million"])
def test_other_figures_are_no_times_of_day(sentence: str) -> None:
    assert clock_times(sentence) == []
