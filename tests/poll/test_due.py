"""When a source is polled next: single rules, then simulated days with restarts."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.clock import SetClock
from monitor.model import Feed, Source
from monitor.poll.due import BACKOFF_CAP, FLOOR, MOVES_NEEDED, SLOWEST, batches, decide, publishing_interval
from monitor.poll.health import NoticeKind, watch
from monitor.poll.state import (
    DueReason,
    PollOutcome,
    PollResult,
    PollState,
    Redirect,
    state_from_json,
    state_to_json,
)
from monitor.polling import PollRules, poll_sources
from monitor.ports import Work
from monitor.store.repository import open_store
from tests.fakes.publisher import Publisher, World

NOW = datetime(2025, 1, 8, 12, 0, tzinfo=UTC)  # a Wednesday
STATE = PollState("https://wire.example/feed")
EVERY = timedelta(minutes=15)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def fresh(headers: Mapping[str, str] | None = None, **feed: object) -> PollOutcome:
    parsed = Feed("Wire", None, (), **feed)  # type: ignore[arg-type]
    return PollOutcome(PollResult.FRESH, 200, headers or {}, parsed, "hash")


def unchanged(headers: Mapping[str, str] | None = None) -> PollOutcome:
    return PollOutcome(PollResult.UNCHANGED, 304, headers or {})


def failed(status: int | None = None, headers: Mapping[str, str] | None = None) -> PollOutcome:
    return PollOutcome(PollResult.FAILED, status, headers or {}, reason="server-error")


def wait(
    outcome: PollOutcome, state: PollState = STATE, every: timedelta | None = EVERY
) -> tuple[timedelta, DueReason]:
    after = decide("wire", every, state, outcome, NOW)
    assert after.next_poll is not None
    return after.next_poll - NOW, after.due


def test_the_configured_interval_holds_with_a_little_jitter_that_never_shortens_it() -> None:
    length, reason = wait(fresh())
    assert EVERY <= length <= EVERY * 1.1
    assert reason is DueReason.INTERVAL


def test_jitter_is_the_same_after_a_restart_and_differs_between_sources() -> None:
    times = {name: decide(name, EVERY, STATE, fresh(), NOW).next_poll for name in ("a", "b", "c")}
    again = {name: decide(name, EVERY, STATE, fresh(), NOW).next_poll for name in ("a", "b", "c")}
    assert times == again
    assert len(set(times.values())) == 3


@pytest.mark.parametrize("answer", [fresh, unchanged])
@pytest.mark.parametrize(
    ("headers", "expected", "reason"),
    [
        ({"cache-control": "public, max-age=7200"}, 2 * HOUR, DueReason.MAX_AGE),
        ({"cache-control": "max-age=7200", "age": "3600"}, HOUR, DueReason.MAX_AGE),
        ({"cache-control": "max-age=7200", "expires": "Thu, 09 Jan 2025 12:00:00 GMT"}, 2 * HOUR, DueReason.MAX_AGE),
        ({"expires": "Wed, 08 Jan 2025 15:00:00 GMT"}, 3 * HOUR, DueReason.EXPIRES),
        ({"expires": "Wed, 08 Jan 2025 17:00:00 GMT", "date": "Wed, 08 Jan 2025 15:00:00 GMT"}, 2 * HOUR,
         DueReason.EXPIRES),
        ({"cache-control": "max-age=31536000"}, 7 * DAY, DueReason.MAX_AGE),
    ],
)  # fmt: skip
def test_freshness_headers_hold_the_next_poll_back_on_200_and_on_304(
    answer, headers: Mapping[str, str], expected: timedelta, reason: DueReason
) -> None:  # type: ignore[no-untyped-def]
    assert wait(answer(headers)) == (expected, reason)


@pytest.mark.parametrize(
    "headers",
    [
        {"cache-control": "no-cache, max-age=7200"},
        {"cache-control": "max-age=nonsense"},
        {"cache-control": "s-maxage=7200"},
        {"expires": "0"},
        {"expires": "Wed, 08 Jan 2020 15:00:00 GMT"},
        {"expires": "Wed, 08 Jan 2025 20:00:00 GMT", "cache-control": "no-cache"},
        {"retry-after": "7200"},  # means nothing on 200
    ],
)
def test_headers_that_say_nothing_change_nothing(headers: Mapping[str, str]) -> None:
    assert wait(fresh(headers))[1] is DueReason.INTERVAL


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "expected"),
    [("7200", 2 * HOUR), ("Wed, 08 Jan 2025 16:30:00 GMT", 4.5 * HOUR), ("99999999999999", 7 * DAY)],
)
def test_retry_after_is_obeyed_in_both_forms(status: int, value: str, expected: timedelta) -> None:
    assert wait(failed(status, {"retry-after": value})) == (expected, DueReason.RETRY_AFTER)


def test_the_feeds_own_schedule_holds_also_after_a_304() -> None:
    learned = decide("wire", EVERY, STATE, fresh(ttl=2 * HOUR), NOW)
    assert learned.due is DueReason.TTL
    assert wait(unchanged(), learned) == (2 * HOUR, DueReason.TTL)
    assert wait(fresh(update_period=3 * HOUR)) == (3 * HOUR, DueReason.UPDATE_PERIOD)


def test_skipped_hours_and_days_move_the_poll_on() -> None:
    assert wait(fresh(skip_hours=frozenset({12, 13}))) == (2 * HOUR, DueReason.SKIP_HOURS)
    assert wait(fresh(skip_days=frozenset({2, 3}))) == (36 * HOUR, DueReason.SKIP_DAYS)
    assert wait(fresh(skip_hours=frozenset(range(24))))[1] is DueReason.INTERVAL


def test_failures_back_off_to_a_cap_and_never_stop() -> None:
    state, waits = STATE, []
    for _ in range(12):
        state = decide("wire", EVERY, state, failed(500), NOW)
        assert state.next_poll is not None
        waits.append(state.next_poll - NOW)
    assert waits == sorted(waits)
    assert waits[0] < 20 * MINUTE
    assert BACKOFF_CAP <= waits[-1] <= BACKOFF_CAP + 5 * MINUTE
    assert (state.failures, state.failing_since) == (12, NOW)
    assert decide("wire", EVERY, state, unchanged(), NOW).failures == 0


def test_a_failure_keeps_the_validators_and_success_takes_each_on_its_own() -> None:
    state = decide("wire", EVERY, STATE, fresh({"etag": '"1"', "last-modified": "Mon"}), NOW)
    state = decide("wire", EVERY, state, failed(500, {"etag": '"error page"'}), NOW)
    assert (state.etag, state.last_modified) == ('"1"', "Mon")
    state = decide("wire", EVERY, state, unchanged({"etag": 'W/"2"'}), NOW)
    assert (state.etag, state.last_modified) == ('W/"2"', "Mon")
    state = decide("wire", EVERY, state, fresh({"last-modified": "Tue"}), NOW)
    assert (state.etag, state.last_modified) == (None, "Tue")


def test_gone_disables_and_says_so() -> None:
    gone = decide("wire", EVERY, STATE, failed(410), NOW)
    assert (gone.disabled, gone.due, gone.is_due(NOW + 99 * DAY)) == (True, DueReason.GONE, False)
    kept, notice = watch("wire", STATE, gone, DAY, NOW)
    assert notice is not None and notice.kind is NoticeKind.GONE
    assert watch("wire", kept, kept, DAY, NOW + 2 * DAY)[1] is None


def test_a_permanent_move_is_taken_over_only_after_identical_hops_that_end_in_a_feed() -> None:
    there = (Redirect(True, "https://new.example/feed"),)
    state = STATE
    for turn in range(MOVES_NEEDED):
        assert state.url == STATE.url, turn
        state = decide("wire", EVERY, state, replace(unchanged() if turn else fresh(), redirects=there), NOW)
    assert state.url == "https://new.example/feed"


@pytest.mark.parametrize(
    "other",
    [
        replace(unchanged(), redirects=(Redirect(False, "https://new.example/feed"),)),
        replace(unchanged(), redirects=(Redirect(True, "https://other.example/feed"),)),
        replace(unchanged(), redirects=(Redirect(True, "https://x/"), Redirect(False, "https://new.example/feed"))),
        unchanged(),
    ],
)
def test_any_other_answer_starts_the_count_anew(other: PollOutcome) -> None:
    state = STATE
    same = replace(unchanged(), redirects=(Redirect(True, "https://new.example/feed"),))
    for outcome in [*[same] * (MOVES_NEEDED - 1), other, *[same] * (MOVES_NEEDED - 1)]:
        state = decide("wire", EVERY, state, outcome, NOW)
    assert state.url == STATE.url


def test_a_move_that_ends_in_no_feed_is_never_taken_over() -> None:
    state = STATE
    for _ in range(MOVES_NEEDED * 3):
        outcome = replace(failed(200), redirects=(Redirect(True, "https://parking.example/"),))
        state = decide("wire", EVERY, state, outcome, NOW)
    assert state.url == STATE.url


def entries_every(gap: timedelta, count: int, newest: datetime = NOW) -> tuple[float, ...]:
    return tuple((newest - gap * number).timestamp() for number in range(count))


def test_the_adaptive_interval_follows_the_pace_of_publication() -> None:
    hourly = publishing_interval(entries_every(HOUR, 40), NOW)
    daily = publishing_interval(entries_every(DAY, 40), NOW)
    assert FLOOR <= hourly < daily <= SLOWEST
    assert publishing_interval((), NOW) == SLOWEST
    assert publishing_interval(entries_every(MINUTE, 40), NOW) == FLOOR


def test_a_burst_shortens_the_interval_at_once_and_its_end_lengthens_it_again() -> None:
    quiet = entries_every(8 * HOUR, 20, NOW - 3 * HOUR)
    burst = (*entries_every(10 * MINUTE, 9), *quiet)
    assert publishing_interval(quiet, NOW) > 2 * HOUR
    assert publishing_interval(burst, NOW) <= 20 * MINUTE
    assert publishing_interval(burst, NOW + 20 * HOUR) > 2 * HOUR


def test_a_source_that_pushes_is_polled_rarely_until_its_lease_ends() -> None:
    pushed = replace(STATE, pushed_until=NOW + DAY)
    assert wait(fresh(), pushed)[1] is DueReason.PUSH
    assert wait(fresh(), replace(pushed, pushed_until=NOW - HOUR))[1] is DueReason.INTERVAL


def test_batches_keep_a_host_together_and_lose_nothing() -> None:
    urls = [f"https://{host}/{number}" for host, count in (("a", 120), ("b", 30), ("c", 5)) for number in range(count)]
    made = batches(urls, lambda url: url.split("/")[2], 50)
    assert sorted(url for batch in made for url in batch) == sorted(urls)
    assert max(map(len, made)) <= 50
    assert sum(1 for batch in made if any("//b/" in url for url in batch)) == 1


times = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(
    st.builds(
        PollState,
        url=st.just("https://x/"),
        next_poll=st.none() | times,
        due=st.sampled_from(DueReason),
        etag=st.none() | st.text(),
        failures=st.integers(0, 99),
        ttl=st.none() | st.timedeltas(timedelta(0), 30 * DAY),
        skip_hours=st.lists(st.integers(0, 23)).map(tuple),
        published=st.lists(st.floats(0, 4e9), max_size=5).map(tuple),
        disabled=st.booleans(),
    )
)
def test_a_state_survives_its_json(state: PollState) -> None:
    assert state_from_json(json.loads(json.dumps(state_to_json(state)))) == state


@given(
    st.dictionaries(
        st.sampled_from(["cache-control", "expires", "retry-after", "age", "date", "pragma", "etag"]),
        st.text(max_size=30) | st.from_regex(r"(max-age=)?-?\d{0,30}", fullmatch=True),
    ),
    st.sampled_from([200, 304, 404, 429, 500, 503]),
    st.none() | st.timedeltas(timedelta(seconds=1), 30 * DAY),
)
def test_no_header_makes_the_next_poll_earlier_than_our_own_interval_or_later_than_the_cap(
    headers: dict[str, str], status: int, every: timedelta | None
) -> None:
    outcome = PollOutcome(PollResult.FRESH if status == 200 else PollResult.FAILED, status, headers)
    after = decide("wire", every, STATE, outcome, NOW)
    assert after.next_poll is not None
    floor = min(every or FLOOR, BACKOFF_CAP)
    assert NOW + floor <= after.next_poll <= NOW + max(every or SLOWEST, 7 * DAY) + DAY


# --- simulated days ---------------------------------------------------------------------------------------------------


def publishers(rng: random.Random) -> list[Publisher]:
    made = []
    for number in range(300):
        kind = number % 6
        publisher = Publisher(f"p{number}", timedelta(minutes=rng.choice([60, 300, 700, 1500, 4000])))
        if kind == 1:
            publisher.headers, publisher.wait = {"cache-control": "max-age=5400"}, timedelta(seconds=5400)
        elif kind == 2:
            publisher.extra, publisher.wait = "<ttl>120</ttl>", timedelta(minutes=120)
        elif kind == 3:
            publisher.busy = lambda now: now.hour in {3, 4}
        elif kind == 4:
            publisher.extra = "<skipHours><hour>1</hour><hour>2</hour></skipHours>"
        made.append(publisher)
    made[0].down = (NOW + DAY, NOW + 8 * DAY)
    made[6].down = (NOW + DAY, NOW + DAY + 2 * HOUR)
    return made


async def live(world: World, until: datetime, restarts: random.Random) -> list[str]:
    """Poll as the daemon does, a tick where something is due; now and then it dies in a batch and comes back."""
    store, clock = open_store("sqlite://"), SetClock(world.now)
    store.sync_sources([Source(url, url) for url in world.publishers], world.now)
    notices: list[str] = []
    while world.now < until:
        clock.set(world.now)
        due = store.take_due(Work.SOURCE, world.now, 1000, HOUR)
        polling = poll_sources(store, world, due, clock, PollRules(DAY))
        async for polled in polling:
            notices += [polled.notice] if polled.notice else []
            if restarts.random() < 0.002:
                break
        await polling.aclose()
        store.release_held(world.now)  # as at the start of a daemon: only what was stored is left
        times = [state_from_json(one.memory).next_poll for one in store.sources() if one.memory]
        world.now = max(world.now + 5 * MINUTE, min(time for time in times if time))
    store.close()
    return notices


async def test_300_sources_over_simulated_days_are_polled_politely_and_a_dead_one_comes_back() -> None:
    rng = random.Random(5)
    world = World(publishers(rng), NOW)
    notices = await live(world, NOW + 9 * DAY, rng)
    asked = [(publisher, log) for publisher in world.publishers.values() for log in [publisher.asked]]
    later = [entry for _, log in asked for entry in log[1:]]
    assert len(later) > 5_000
    assert sum(entry.conditional for entry in later) / len(later) >= 0.99
    for publisher, log in asked:
        for entry, following in pairwise(log):
            assert following.at >= entry.not_before, publisher.name
            assert following.at - entry.at >= FLOOR - 5 * MINUTE, publisher.name
        if "skipHours" in publisher.extra:
            assert not any(entry.at.hour in {1, 2} for entry in log[1:])
    dead = world.publishers["https://p0.example/feed"]
    assert dead.down is not None
    assert min(entry.at for entry in dead.asked if entry.status) - NOW >= timedelta(0)
    back = min(entry.at for entry in dead.asked if entry.at >= dead.down[1])
    assert back - dead.down[1] <= BACKOFF_CAP + 5 * MINUTE
    failing, recovered = notices
    assert failing.startswith("https://p0.example/feed has failed since")
    assert recovered.startswith("https://p0.example/feed works again")
