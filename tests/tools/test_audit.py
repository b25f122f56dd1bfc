"""The audit of dependencies: an index that tells of newest releases only is heard, and silence never passes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests

from tests.fakes.loopback import Answer, Loopback
from tools.audit import newest_instead, report

PAGE = {"info": {"version": "2.0"}, "vulnerabilities": [{"id": "PYSEC-1"}]}


@pytest.fixture
def index() -> Iterator[Loopback]:
    """An index that knows the package `wheel-of-news`, newest 2.0, and no release by itself."""
    with Loopback() as web:
        web.answer("/pypi/wheel-of-news/json", Answer(body=json.dumps(PAGE).encode()))
        yield web


def ask(index: Loopback, path: str) -> requests.Response:
    """Ask as pip-audit does."""
    session = requests.Session()
    session.hooks["response"].append(newest_instead)
    return session.get(index.url(path), timeout=10)


def test_the_newest_release_is_answered_for_by_the_packages_page(index: Loopback) -> None:
    assert ask(index, "/pypi/wheel-of-news/2.0/json").json() == PAGE


def test_an_older_release_stays_without_an_answer(index: Loopback) -> None:
    assert ask(index, "/pypi/wheel-of-news/1.9/json").status_code == 404


def test_a_package_that_nobody_knows_stays_without_an_answer(index: Loopback) -> None:
    assert ask(index, "/pypi/no-such-thing/1.0/json").status_code == 404


def test_an_index_that_knows_the_release_is_taken_at_its_word(index: Loopback) -> None:
    index.answer("/pypi/wheel-of-news/1.9/json", Answer(body=b'{"vulnerabilities": []}'))
    assert ask(index, "/pypi/wheel-of-news/1.9/json").json() == {"vulnerabilities": []}


@dataclass
class Package:
    """What pip-audit says it asked about."""

    name: str
    version: str = "1.0"
    skipped: bool = False

    def is_skipped(self) -> bool:
        """Say whether there was no answer."""
        return self.skipped


@dataclass
class Weakness:
    """What pip-audit says it found."""

    id: str
    fix_versions: list[str] = field(default_factory=list)


def test_all_answered_and_nothing_known_is_well() -> None:
    said: list[str] = []
    assert report([(Package("a"), []), (Package("b"), [])], said.append)
    assert said == ["2 packages: 2 answered for, 0 not"]


def test_a_weakness_is_named_with_the_release_that_mends_it() -> None:
    said: list[str] = []
    assert not report([(Package("a"), [Weakness("PYSEC-1", ["1.1"]), Weakness("PYSEC-2")])], said.append)
    assert said[:2] == ["a 1.0: PYSEC-1, mended in 1.1", "a 1.0: PYSEC-2, mended in no release yet"]


def test_silence_never_passes() -> None:
    said: list[str] = []
    assert not report([(Package("a"), []), (Package("b", skipped=True), [])], said.append)
    assert "b" in said[1].split(": ")[1] and not report([], said.append)
