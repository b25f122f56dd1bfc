"""When a page is read again: a few times while it is news, and each time with a reason."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.poll.reread import RereadReason, is_too_late, next_reread
from tests.fakes.values import HOUR, NOON

SPANS = (HOUR, 6 * HOUR, 24 * HOUR)


def test_a_fresh_page_is_read_after_an_hour_then_six_then_a_day_and_no_more() -> None:
    read, times = NOON, []
    while True:
        when, reason = next_reread(SPANS, NOON, NOON, read, {})
        if when is None:
            break
        times.append((when - NOON) / HOUR)
        read = when + timedelta(seconds=2)

    assert times == [1, 6, 24] and reason is RereadReason.ALL_READ


def test_readings_that_were_missed_are_not_made_up_for() -> None:
    assert next_reread(SPANS, NOON, NOON, NOON + 8 * HOUR, {}) == (NOON + 24 * HOUR, RereadReason.FRESH)


def test_an_article_that_was_old_when_its_feed_listed_it_is_not_read_again() -> None:
    assert next_reread(SPANS, NOON - 24 * HOUR, NOON, NOON, {}) == (None, RereadReason.OLD)


def test_an_empty_list_turns_it_off() -> None:
    assert next_reread((), NOON, NOON, NOON, {}) == (None, RereadReason.OFF)


def test_no_page_is_read_before_the_max_age_that_its_publisher_gives() -> None:
    two_hours = {"cache-control": "public, max-age=7200"}
    for_a_week = {"cache-control": "max-age=604800"}

    assert next_reread(SPANS, NOON, NOON, NOON, two_hours) == (NOON + 6 * HOUR, RereadReason.MAX_AGE)
    assert next_reread(SPANS, NOON, NOON, NOON, for_a_week) == (None, RereadReason.MAX_AGE)


def test_a_reading_that_is_days_late_is_not_done() -> None:
    assert not is_too_late(SPANS, NOON, NOON + 48 * HOUR)
    assert is_too_late(SPANS, NOON, NOON + 49 * HOUR)


_HOURS = st.integers(1, 200).map(lambda minutes: timedelta(minutes=minutes))


@given(st.lists(_HOURS, max_size=6), st.integers(0, 300), st.integers(0, 300), st.integers(0, 20_000))
def test_the_next_reading_is_one_of_those_configured_and_lies_ahead(
    spans: list[timedelta], age: int, since: int, fresh_for: int
) -> None:
    read = NOON + timedelta(minutes=since)
    headers = {"cache-control": f"max-age={fresh_for}"}
    when, _ = next_reread(spans, NOON - timedelta(minutes=age), NOON, read, headers)

    assert when is None or (when - NOON in spans and when > read and when >= read + timedelta(seconds=fresh_for))
