"""Marks of copies on PostgreSQL: partitions of a week, made ahead, dropped when they are old, and no row astray."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import text

from monitor.errors import StoreBusyError
from monitor.model import SourceKind
from monitor.ports import ArticleState
from monitor.store.engine import open_engine, reading, writing
from monitor.store.repository import SqlStore, open_store
from monitor.store.schema import alembic_config
from tests.fakes.values import an_article

from .conftest import _new_database

NOW = datetime(2025, 3, 5, 12, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)


@pytest.fixture
def url(postgres_url: str) -> Iterator[str]:
    """An empty PostgreSQL database."""
    yield from _new_database(postgres_url)


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """A store in it."""
    with closing(open_store(url)) as opened:
        yield opened


def keep(store: SqlStore, id: str, published: datetime) -> None:
    """Store an article with two marks of its own."""
    marks = (hash(id) % 10**6, 10**6 + hash(id) % 10**6)
    store.save_article(None, an_article(id, published=published), SourceKind.OTHER, marks, ArticleState.FETCHED, NOW)


def where(store: SqlStore) -> dict[str, str]:
    """Return in which partition each article's marks are."""
    with reading(store.engine) as connection:
        rows = connection.execute(text("SELECT DISTINCT article, CAST(tableoid AS regclass)::text FROM article_marks"))
        return {row[0]: row[1].removeprefix("article_marks_") for row in rows}


def weeks(store: SqlStore) -> set[str]:
    """Return the partitions by name."""
    query = (
        "SELECT relname FROM pg_class JOIN pg_inherits ON inhrelid = oid WHERE inhparent = 'article_marks'::regclass"
    )
    with reading(store.engine) as connection:
        names = set(connection.scalars(text(query)))
    return {name.removeprefix("article_marks_") for name in names if name.count("_") == 2}


def test_marks_go_into_the_week_of_their_article(store: SqlStore) -> None:
    store.prune(NOW)
    for id, day in (("sunday", -3), ("monday", -2), ("today", 0), ("in two weeks", 14), ("long ago", -400)):
        keep(store, id, NOW + day * DAY)
    assert where(store) == {
        "sunday": "20250224", "monday": "20250303", "today": "20250303", "in two weeks": "20250317", "long ago": "rest"
    }  # fmt: skip


def test_old_weeks_are_dropped_whole_and_young_marks_stay(store: SqlStore) -> None:
    store.prune(NOW)
    for day in range(-20, 1):
        keep(store, f"{day}", NOW + day * DAY)
    store.prune(NOW + 7 * DAY)
    left = where(store)
    assert {f"{day}" for day in range(-7, 1)} <= set(left)  # 14 days are kept
    assert not {f"{day}" for day in range(-20, -9)} & set(
        left
    )  # the week that ended on 2 March, 10 days ago, is not over
    assert min(weeks(store) - {"rest"}) == "20250224"


def test_marks_that_found_no_week_move_when_it_is_made(store: SqlStore) -> None:
    store.prune(NOW)
    keep(store, "after a long rest", NOW + 60 * DAY)
    assert where(store) == {"after a long rest": "rest"}
    store.prune(NOW + 60 * DAY)
    assert where(store) == {"after a long rest": "20250428"}


def test_copies_are_found_across_weeks(store: SqlStore) -> None:
    store.prune(NOW)
    for id, day in (("first", -4), ("second", 0)):
        article = an_article(id, published=NOW + day * DAY)
        store.save_article(None, article, SourceKind.OTHER, (1, 2, 3), ArticleState.FETCHED, NOW)
    assert {one.id for one in store.similar_articles((1, 2, 9), NOW - 5 * DAY, 5)} == {"first", "second"}
    assert {one.id for one in store.similar_articles((1, 2, 9), NOW - 3 * DAY, 5)} == {"second"}


def test_a_backup_that_reads_for_long_delays_the_dropping_and_nothing_else(store: SqlStore) -> None:
    store.prune(NOW)
    with store.engine.connect() as backup, backup.begin():
        backup.execute(text("SELECT count(*) FROM article_marks"))
        with pytest.raises(StoreBusyError):
            store.prune(NOW + 30 * DAY)
        keep(store, "meanwhile", NOW)
    store.prune(NOW + 7 * DAY)
    assert where(store) == {"meanwhile": "20250303"}


def test_what_an_older_version_stored_is_taken_over(url: str) -> None:
    engine, config = open_engine(url), alembic_config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
    now = datetime.now(UTC)
    with closing(SqlStore(engine)) as old:
        keep(old, "young", now - DAY)
        keep(old, "old", now - 30 * DAY)
    with closing(open_store(url)) as store:
        assert set(where(store)) == {"young"} and where(store)["young"] in weeks(store) - {"rest"}
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0007")
    with reading(engine) as connection:
        assert set(connection.scalars(text("SELECT article FROM article_marks"))) == {"young"}
    engine.dispose()
