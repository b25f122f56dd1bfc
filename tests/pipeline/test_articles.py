"""JSON Lines in: every fault with its line, nothing taken while one is left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.cli.articles import load_articles
from monitor.errors import InputError

GOOD = {
    "id": "a1",
    "source": "Example Wire",
    "url": "https://wire.example/1",
    "published": "2026-01-10T14:00:00+02:00",
    "title": "Troops take Makhnovka",
    "text": "Troops took the village.\n\nNobody was hurt.",
}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "articles.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def faults(folder: Path, *lines: object) -> list[str]:
    with pytest.raises(InputError) as refused:
        load_articles(written(folder, *lines))
    return refused.value.faults


def test_an_article_is_read_with_its_time_in_utc(tmp_path: Path) -> None:
    (article,) = load_articles(written(tmp_path, GOOD, ""))
    assert article.id == "a1" and article.published.utcoffset() is not None
    assert article.text == GOOD["text"]


def test_html_may_stand_in_place_of_text(tmp_path: Path) -> None:
    paragraphs = "".join(f"<p>The village was quiet on day {n} after the troops had left it.</p>" for n in range(20))
    page = {**GOOD, "html": f"<html><body><article><h1>Quiet</h1>{paragraphs}</article></body></html>"}
    del page["text"]

    (article,) = load_articles(written(tmp_path, page))
    assert "quiet on day 3" in article.text and "<p>" not in article.text


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text(json.dumps({**GOOD, "text": "one\u2028two"}, ensure_ascii=False), encoding="utf-8")
    assert load_articles(path)[0].text == "one\u2028two"


def test_every_fault_is_named_with_its_line(tmp_path: Path) -> None:
    without_url = {name: value for name, value in GOOD.items() if name != "url"}
    found = faults(
        tmp_path,
        GOOD,
        "{not json",
        "[1]",
        without_url,
        {**GOOD, "id": "a5", "published": "yesterday"},
        {**GOOD, "id": "a6", "published": "2026-01-10T14:00:00"},
        {**GOOD, "id": 7},
        GOOD,
    )

    assert [fault.split(":")[0] for fault in found] == [f"line {n}" for n in (2, 3, 4, 5, 6, 7, 8)]
    assert "not JSON" in found[0] and "url is missing" in found[2] and "line 1" in found[6]


def test_bytes_that_are_no_utf8_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b"\n\xff\xfe")
    with pytest.raises(InputError, match="line 2: not UTF-8"):
        load_articles(path)


def test_replay_says_bad_input_in_words_and_ends_with_1(tmp_path: Path) -> None:
    config = tmp_path / "counterclaim.yaml"
    config.write_text("regions: [{name: Kursk Oblast}]")
    articles = written(tmp_path, "nonsense")
    missing = str(tmp_path / "none.jsonl")
    run = CliRunner().invoke
    bad = run(main, ["replay", "--config", str(config), "--articles", str(articles), "--json"])
    absent = run(main, ["replay", "--config", str(config), "--articles", missing, "--json"])
    wrong = run(main, ["replay", "--config", str(config)])

    assert bad.exit_code == 1 and "line 1" in bad.stderr and bad.stdout == ""
    assert absent.exit_code == 1 and missing in absent.stderr
    assert wrong.exit_code == 2


def test_replay_of_no_articles_is_an_empty_answer(tmp_path: Path) -> None:
    config = tmp_path / "counterclaim.yaml"
    config.write_text("regions: [{name: Kursk Oblast}]")
    done = CliRunner().invoke(main, ["replay", "--config", str(config), "--articles", str(written(tmp_path)), "--json"])

    assert done.exit_code == 0 and json.loads(done.stdout) == {"articles": 0, "claims": [], "conflicts": []}
