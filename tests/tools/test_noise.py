"""Invented news without a conflict: the world keeps its word, and the daemon finds next to nothing in it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from monitor.cli.articles import load_articles
from monitor.cli.shapes import conflict_lines
from monitor.config import load_config
from tools import noise, noise_world

# The aim is one; this is what is reached today, and it may only fall.
MOST_FALSE = 2


@pytest.mark.slow
def test_a_hundred_articles_without_a_conflict_give_few() -> None:
    found = noise.false_conflicts(noise_world.articles(100, regions=2), regions=2)

    assert len(found) <= MOST_FALSE, "\n".join(line for conflict in found for line in conflict_lines(conflict))


def test_there_are_stories_enough_to_be_lost_in() -> None:
    kinds = {kind: phases for kind, phases in noise_world.stories().items() if kind not in noise_world.PASSING}

    assert len(kinds) >= 12
    assert sum(len(tellings) for phases in kinds.values() for tellings in phases.values()) >= 60


def test_the_world_is_the_same_for_a_seed_and_another_for_another() -> None:
    assert noise_world.articles(50, seed=3) == noise_world.articles(50, seed=3)
    assert noise_world.articles(50, seed=3) != noise_world.articles(50, seed=4)


def test_a_thousand_articles_fill_every_slot_on_ten_regions() -> None:
    articles = noise_world.articles()

    assert len({article.id for article in articles}) == len(articles) == 1000
    assert not [article for article in articles if re.search(r"[{}]", article.title + article.text)]
    assert len(Counter(article.id[:-4] for article in articles)) == 10
    assert max(Counter(article.text for article in articles).values()) > 1  # wire copies


def test_many_articles_name_another_watched_region() -> None:
    others = [
        region
        for article in noise_world.articles()
        for region in noise_world.REGIONS
        if region in article.text and not article.id.startswith(region.lower().replace(" ", "-"))
    ]

    assert len(others) > 200


def test_one_day_has_one_count_of_new_cases() -> None:
    """Daily figures differ from day to day and never within one: the noise must not hold a conflict."""
    counts: dict[tuple[str, str], set[str]] = {}
    for article in noise_world.articles():
        for town, fresh, day in re.findall(
            r"(\w+) recorded (\w+) new cases of fever in the 24 hours to (\w+)", article.text
        ):
            counts.setdefault((article.id[:-4] + town, f"{article.published:%j}{day}"), set()).add(fresh)

    assert counts and all(len({_digits(figure) for figure in found}) == 1 for found in counts.values())


def test_what_is_written_can_be_replayed(tmp_path: Path) -> None:
    articles = noise_world.articles(20, regions=2)

    noise.write(tmp_path, articles, regions=2)

    assert [one.id for one in load_articles(tmp_path / "articles.jsonl")] == [one.id for one in articles]
    assert len(load_config(tmp_path / "watchlist.yaml").regions) == 2


def _digits(figure: str) -> str:
    words = noise_world.WORDS
    return str(words.index(figure)) if figure in words else figure
