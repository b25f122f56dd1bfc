"""A small mutating fuzzer: pieces of a corpus cut, doubled, spliced and salted, from a seed, with a watch for hangs."""

from __future__ import annotations

import random
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from tests.fuzz.targets import Target

HANG_SECONDS = 20
LONGEST = 60_000  # bytes


class HangError(BaseException):
    """A target did not come back in time."""


@dataclass
class Report:
    """What came of a target. Crashes are kept once for each place they come from."""

    name: str
    executions: int = 0
    crashes: dict[str, bytes] = field(default_factory=dict)


def mutate(chance: random.Random, corpus: tuple[bytes, ...], words: tuple[bytes, ...]) -> bytes:
    """Return bytes near something in the corpus."""
    data = bytearray(chance.choice(corpus))
    for _ in range(chance.choice((1, 1, 2, 3, 5, 9))):
        at = chance.randrange(len(data) + 1)
        span = min(chance.choice((1, 2, 8, 64, 512)), len(data) - at)
        match chance.randrange(7):
            case 0 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                data[at : at + span] = b""
            case 2:
                data[at:at] = data[at : at + span] * chance.choice((1, 2, 40))
            case 3 if words:
                data[at:at] = chance.choice(words) * chance.choice((1, 1, 1, 30))
            case 4:
                data[at:at] = chance.randbytes(chance.choice((1, 3, 9)))
            case 5:
                other = chance.choice(corpus)
                start = chance.randrange(len(other) + 1)
                data[at:] = other[start : start + 2000]
            case 6:
                del data[at:]
    return bytes(data[:LONGEST])


def run(name: str, target: Target, *, executions: int = 0, seconds: float = 0.0, seed: int = 1) -> Report:
    """Fuzz until so many executions or seconds have passed; the corpus itself goes first."""
    chance, report, end = random.Random(f"{name} {seed}"), Report(name), time.monotonic() + seconds
    corpus = list(target.corpus)
    while report.executions < executions or (seconds and time.monotonic() < end):
        data = corpus.pop() if corpus else mutate(chance, target.corpus, target.words)
        crash = attempt(target, data)
        report.executions += 1
        if crash is not None:
            report.crashes.setdefault(crash, data)
    return report


def attempt(target: Target, data: bytes) -> str | None:
    """Run a target once; return where and how it broke its promise, None when it kept it."""
    try:
        with _watch():
            target.run(data)
    except target.allowed:
        return None
    except (Exception, HangError) as error:  # noqa: BLE001  # whatever it is, it is what we look for
        return f"{type(error).__name__} {_where(error) or str(error)[:80]}"
    return None


def _where(error: BaseException) -> str:
    """Return the innermost line of our own code that an error went through."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "/monitor/" in frame.filename]
    return f"{ours[-1].filename.rpartition('/')[2]}:{ours[-1].lineno}" if ours else ""


@contextmanager
def _watch() -> Iterator[None]:
    def hang(number: int, frame: FrameType | None) -> None:
        raise HangError(f"more than {HANG_SECONDS} s")

    before = signal.signal(signal.SIGVTALRM, hang)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANG_SECONDS)  # CPU time: a busy machine is no hang
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
