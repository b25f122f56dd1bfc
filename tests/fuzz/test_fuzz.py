"""The short form of the fuzzing, the same inputs each time; `make fuzz` goes on with others for as long as you like."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.engine import HANG_SECONDS, attempt, run
from tests.fuzz.targets import TARGETS, Target

CASES = sorted((Path(__file__).parent / "corpus").glob("*-*"))


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_keeps_its_promise_whatever_it_is_given(name: str) -> None:
    report = run(name, TARGETS[name], executions=TARGETS[name].short)
    assert report.executions >= TARGETS[name].short and report.crashes == {}


@pytest.mark.parametrize("name", ["opml", "articles", "config", "feed"])
@settings(max_examples=40)
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_a_target_keeps_its_promise_for_bytes_out_of_nowhere(name: str, data: bytes) -> None:
    assert attempt(TARGETS[name], data) is None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_once_crashed_a_target_does_so_no_more(case: Path) -> None:
    assert attempt(TARGETS[case.name.partition("-")[0]], case.read_bytes()) is None


def test_a_crash_is_told_once_with_its_input_and_a_promised_error_is_none() -> None:
    def fragile(data: bytes) -> None:
        if len(data) % 2:
            raise KeyError("odd")
        raise ValueError("even")

    report = run("fragile", Target(fragile, (ValueError,), (b"abc", b"abcd")), executions=50)
    assert list(report.crashes) == ["KeyError 'odd'"] and len(report.crashes["KeyError 'odd'"]) % 2


def test_a_target_that_never_comes_back_is_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(data: bytes) -> None:
        while True:
            pass

    assert HANG_SECONDS > 1
    monkeypatch.setattr("tests.fuzz.engine.HANG_SECONDS", 0.2)
    assert "HangError" in str(attempt(Target(endless), b""))
