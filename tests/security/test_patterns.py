"""No regular expression of ours can be made to run for ever by what a feed or a page says.

Twice over: a static search for repetitions that can split one text in many ways (regexploit), and texts built from each
pattern that go through its repetitions and then fail, in a process that is ended when it takes too much CPU time.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys

import pytest
from regexploit.ast.sre import SreOpParser
from regexploit.redos import find

from tests.security.patterns import ROOT, Pattern, attacks

LENGTH = 2_000  # characters: exponential or cubic needs minutes for it, quadratic a moment
CPU_SECONDS = 5
CATASTROPHES = [r"(a+)+$", r"(?:x|x)*y", r"(\w+\s?)*!", r"^(?:[a-z]+)*\d$", r"\s*\s*\s*\s*;"]


@pytest.fixture(scope="module")
def ours() -> list[Pattern]:
    """Every pattern of ours, collected in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.security.patterns"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return [Pattern(*one) for one in json.loads(run.stdout.splitlines()[-1])]


def suspicious(pattern: Pattern) -> list[str]:
    """Return what the static search finds."""
    return [str(one.redos_sequence) for one in find(SreOpParser().parse_sre(pattern.text, pattern.flags))]


def endless(patterns: list[Pattern], length: int = LENGTH) -> list[str]:
    """Return where the patterns stand that need more than CPU_SECONDS for one of their attacks."""
    found = []
    left = list(patterns)
    while left:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _search(left, length, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            done = len(pipe.read())
        os.waitpid(child, 0)
        if done == len(left):
            break
        found.append(left[done].where)
        left = left[done + 1 :]
    return found


def _search(patterns: list[Pattern], length: int, writing: int) -> None:
    """Try each pattern, one byte for each that ends in time; the system ends the process at the limit."""
    for pattern in patterns:
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime)
        resource.setrlimit(resource.RLIMIT_CPU, (spent + CPU_SECONDS, resource.RLIM_INFINITY))
        compiled = re.compile(pattern.text, pattern.flags)
        for text in attacks(pattern, length):
            compiled.search(text)
        os.write(writing, b".")
    os._exit(0)


def test_every_pattern_is_seen(ours: list[Pattern]) -> None:
    assert len(ours) > 150 and len({one.where.partition(":")[0] for one in ours}) > 40


def test_no_pattern_can_split_one_text_in_endless_ways(ours: list[Pattern]) -> None:
    assert {f"{one.where} {one.text}": faults for one in ours if (faults := suspicious(one))} == {}


def test_no_pattern_runs_for_ever_on_a_text_made_for_it(ours: list[Pattern]) -> None:
    assert endless(ours) == []


@pytest.mark.parametrize("text", CATASTROPHES)
def test_the_static_search_knows_a_catastrophe(text: str) -> None:
    if text == r"(?:x|x)*y":
        pytest.xfail("alternatives that overlap are found by trying only")
    assert suspicious(Pattern("here", text, 0))


@pytest.mark.parametrize("text", CATASTROPHES)
def test_trying_finds_a_catastrophe(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.CPU_SECONDS", 1)
    assert endless([Pattern("good", r"a+b", 0), Pattern("here", text, 0), Pattern("last", "c", 0)]) == ["here"]
