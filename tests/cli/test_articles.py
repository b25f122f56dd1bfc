"""Articles in: each bad line of a JSON Lines file is told with its number, and nothing is done by halves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli import main
from monitor.cli.articles import load_articles
from monitor.errors import InputError
from monitor.model import Quality

Folders = pytest.TempPathFactory
GOOD = {
    "id": "a1",
    "source": "Example Wire",
    "url": "https://example.org/1",
    "published": "2025-01-07T09:30:00Z",
    "title": "A title",
    "text": "A sentence.",
}


def line(**changes: object) -> str:
    """Return a line like the good one, with keys changed, or left out where the value is `...`."""
    return json.dumps({key: value for key, value in {**GOOD, **changes}.items() if value is not ...})


CASES = {
    "not JSON": ('{"id": ', "line 1: not JSON: Expecting value: line 1 column 8 (char 7)"),
    "not an object": ("[1]", "line 1: not a JSON object"),
    "no id": (line(id=...), "line 1: id is missing"),
    "no text": (line(text=...), "line 1: text is missing"),
    "an empty title": (line(title=" "), "line 1: title is empty"),
    "a number for a source": (line(source=7), "line 1: source is not a string"),
    "a time without an offset": (
        line(published="2025-01-07T09:30:00"),
        "line 1: published: '2025-01-07T09:30:00' is not an RFC 3339 time with an offset, such as 2026-01-31T12:00:00Z",
    ),
    "half a character": (line(text="\ud83d"), "line 1: text holds half a surrogate pair"),
    "an id twice": (f"{line()}\n\n{line()}", "line 3: id 'a1' was used on line 1"),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_a_bad_line_is_told_with_its_number(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_articles(path)
    assert caught.value.faults == [expected]


def test_every_bad_line_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text("\n".join([line(), "{", line(id="a2", url=..., title=...)]))
    with pytest.raises(InputError) as caught:
        load_articles(path)
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["line 2", "line 3", "line 3"]


def test_replay_of_a_bad_file_prints_its_faults_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "counterclaim.yaml").write_text("regions: [{name: Kursk}]\n")
    (tmp_path / "articles.jsonl").write_text(line() + "\n{\n")
    words = [
        "replay",
        "--config",
        f"{tmp_path}/counterclaim.yaml",
        "--articles",
        f"{tmp_path}/articles.jsonl",
        "--json",
    ]
    run = CliRunner().invoke(main, words)
    assert (run.exit_code, run.stdout) == (1, "")
    assert "line 2: not JSON" in run.stderr


def test_a_file_that_is_not_there_or_not_utf_8_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.jsonl: No such file"):
        load_articles(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(line().encode() + b"\n\xe1\n")
    with pytest.raises(InputError, match="line 2: not UTF-8"):
        load_articles(tmp_path / "latin.jsonl")


def test_an_empty_text_is_an_article_without_one(tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl").write_text(line(text=""))
    assert load_articles(tmp_path / "articles.jsonl")[0].quality is Quality.EMPTY


def test_a_byte_order_mark_and_a_line_separator_inside_a_string_are_no_matter(tmp_path: Path) -> None:
    text = json.dumps({**GOOD, "text": "One.\u2028Two."}, ensure_ascii=False)
    (tmp_path / "articles.jsonl").write_text("\ufeff" + text + "\r\n", encoding="utf-8")
    assert load_articles(tmp_path / "articles.jsonl")[0].text == "One.\u2028Two."


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_make_the_reader_raise_anything_but_our_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes(data)
    try:
        assert isinstance(load_articles(path), list)
    except InputError as error:
        assert error.faults
