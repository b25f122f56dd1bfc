"""What counts as an edit of a page: other words, and not what changes by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.article.edits import Edit, find_edit
from monitor.model import Document, Quality
from tests.fakes.values import an_article

TEXT = "At least 12 people were killed in Lokichar on Friday, the governor said.\n\nThe road to the north is shut."
ARTICLE = an_article(title="Twelve killed in Lokichar", text=TEXT, url="https://wire.example/1")


def edit(text: str, title: str = ARTICLE.title, to: str = ARTICLE.url, quality: Quality = Quality.FULL) -> Edit:
    return find_edit(ARTICLE, Document(title, text, quality=quality), to)


def test_another_figure_is_an_edit_of_the_text() -> None:
    assert edit(TEXT.replace("12", "40")) is Edit.TEXT


def test_another_headline_over_the_same_text_is_an_edit_of_the_title() -> None:
    assert edit(TEXT, "Forty killed in Lokichar") is Edit.TITLE


def test_a_page_without_a_title_of_its_own_did_not_change_it() -> None:
    assert edit(TEXT, "") is Edit.SAME_TEXT


@pytest.mark.parametrize(
    "line",
    ["1,204 views", "3 comments", "Comments (17)", "2.4k shares", "Updated 5 minutes ago", "2 hours ago", "3 min read"],
)
def test_a_counter_that_comes_or_moves_is_no_edit(line: str) -> None:
    assert edit(f"{line}\n\n{TEXT}") is Edit.COUNTER


@pytest.mark.parametrize("line", ["40 dead.", "Killed: 40", "Comments by the army were not available.", "12 hostages"])
def test_a_short_line_with_news_in_it_is_an_edit(line: str) -> None:
    assert edit(f"{TEXT}\n\n{line}") is Edit.TEXT


@pytest.mark.parametrize("quality", [Quality.PAYWALLED, Quality.EMPTY, Quality.BOILERPLATE, Quality.THIN])
def test_a_wall_where_the_article_was_is_no_edit(quality: Quality) -> None:
    assert edit("Subscribe to read on.", quality=quality) is Edit.WORSE


def test_a_thin_article_that_grew_is_an_edit() -> None:
    thin = replace(ARTICLE, text="Blast heard in Lokichar.", quality=Quality.THIN)
    assert find_edit(thin, Document(thin.title, TEXT), thin.url) is Edit.TEXT


def test_a_front_page_to_which_the_article_leads_now_is_no_edit() -> None:
    front = "The budget passed its third reading.\n\nFerries run again after the storm, the harbour master said."
    assert edit(front, to="https://wire.example/") is Edit.ANOTHER_PAGE


def test_an_article_that_moved_and_was_edited_is_an_edit() -> None:
    assert edit(TEXT.replace("12", "40"), to="https://wire.example/news/1") is Edit.TEXT


@given(st.lists(st.sampled_from([" ", "\n", "\n\n", "\t", "  "]), min_size=30, max_size=30))
def test_whitespace_is_never_an_edit(gaps: list[str]) -> None:
    words = TEXT.split()
    spread = "".join(word + gap for word, gap in zip(words, gaps, strict=False))
    assert len(words) <= len(gaps) and edit(spread) is Edit.SAME_TEXT
