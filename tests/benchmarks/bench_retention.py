"""How fast PostgreSQL forgets: texts past `retention`, and the marks of copies, by the row and by the week.

`python -m tests.benchmarks.bench_retention [ARTICLES]` (default 1,000,000, which takes 10 GB of disk).
Each article has about 1.8 KB of text, twice, as articles of 300 words have; one in fifty is evidence of a conflict and
keeps it. The marks are 37 an article, of three weeks.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from monitor.store.engine import writing
from monitor.store.partitions import WEEK, drop_weeks, make_weeks
from monitor.store.repository import open_store
from monitor.store.retention import drop_texts
from tests.fakes.servers import Postgres

NOW = datetime.now(UTC)
MARKS = 37  # of an article of 300 words
EVIDENCE = 50  # one in so many
SLICE = 100_000  # articles in one statement


def main() -> None:
    """Fill a database and empty it again."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with Postgres() as server, closing(open_store(server.database("retention"))) as store:
        engine = store.engine
        took(f"stored {count:,} articles", lambda: fill(engine, count), count)
        _vacuum(engine)
        print(f"{'database':46}{_size(engine) / 1e9:10.2f} GB")
        took("texts dropped", lambda: drop_all(engine), count - count // EVIDENCE)
        _vacuum(engine)
        took("nothing left to drop", lambda: drop_texts(engine, NOW), None)
        rows = count // 10 * MARKS
        took(f"stored {rows:,} marks", lambda: fill_marks(engine, count // 10), rows)
        oldest = "DELETE FROM article_marks WHERE published < :before"
        took("a week of marks, row by row", lambda: _execute(engine, oldest, before=NOW - 2 * WEEK), rows // 3)
        took("a week of marks, its partition dropped", lambda: _drop_week(engine), rows // 3)


def took(what: str, work: Callable[[], object], rows: int | None) -> None:
    """Print how long a piece of work took."""
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    speed = f"{rows / seconds:14,.0f} rows/s" if rows else ""
    print(f"{what:46}{seconds:10.2f} s {speed}", flush=True)


def fill(engine: Engine, count: int) -> None:
    """Store articles of the last 90 days, each with its revision, some with a claim that a conflict rests on."""
    for start in range(0, count, SLICE):
        span = {"first": start, "last": min(start + SLICE, count) - 1, "now": NOW, "some": EVIDENCE}
        with writing(engine) as connection:
            for statement in _FILL:
                connection.execute(text(statement), span)


# 300 words that do not compress better than news does: hexadecimal digits in groups of five.
_DIGITS = "(SELECT string_agg(md5(n || ' ' || k), '') FROM generate_series(1, 47) k)"
_TEXT = f"regexp_replace({_DIGITS}, '(.{{5}})', '\\1 ', 'g')"
_EACH = "generate_series(CAST(:first AS int), CAST(:last AS int)) n"
_WHEN = "CAST(:now AS timestamptz) - make_interval(secs => n % 7776000 + 60)"
_FILL = (
    f"""INSERT INTO articles (id, source, source_kind, url, published, title, text, quality, revision,
        tagged_revision, sample, state, attempts, held, reason, created_at, finished_at)
    SELECT 'a' || n, 's' || n % 10000, 'other', 'https://outlet.example/' || n, {_WHEN}, 'A headline ' || n, {_TEXT},
        'full', 1, 1, false, 'compared', 1, false, '', {_WHEN}, {_WHEN} FROM {_EACH}""",
    f"""INSERT INTO article_revisions (article, revision, title, text)
    SELECT id, 1, title, text FROM articles
    WHERE id IN (SELECT 'a' || n FROM {_EACH}) AND CAST(:now AS timestamptz) > published AND :some > 0""",
    f"""INSERT INTO claims (id, article, revision, current, region, place, frame, published, data)
    SELECT 'c' || n, 'a' || n, 1, true, 'Riverland', '', 'control', {_WHEN}, '{{}}'
    FROM {_EACH} WHERE n % :some = 0""",
    f"""INSERT INTO conflicts (id, region, frame, kind, question, confidence, reasons, state, opened_at, updated_at)
    SELECT 'k' || n, 'Riverland', 'control', 'control', 'Who?', 0.9, '[]', 'open', :now, :now
    FROM {_EACH} WHERE n % :some = 0""",
    f"""INSERT INTO position_claims (conflict, claim, position, number)
    SELECT 'k' || n, 'c' || n, 0, 0 FROM {_EACH} WHERE n % :some = 0""",
)


def drop_all(engine: Engine) -> None:
    """Drop every text as the hourly task does, which calls itself again while there is more."""
    while drop_texts(engine, NOW):
        pass


def fill_marks(engine: Engine, articles: int) -> None:
    """Store the marks of three weeks."""
    with writing(engine) as connection:
        make_weeks(connection, NOW - 5 * WEEK, NOW)
        when = "CAST(:now AS timestamptz) - make_interval(secs => n::float8 / :count * 1814400)"
        statement = f"""INSERT INTO article_marks SELECT hashtextextended(n || ' ' || k, 0), 'a' || n, {when}
            FROM generate_series(0, CAST(:count AS int) - 1) n, generate_series(1, {MARKS}) k"""
        connection.execute(text(statement), {"now": NOW, "count": articles})


def _drop_week(engine: Engine) -> None:
    with writing(engine) as connection:
        drop_weeks(connection, NOW - timedelta(days=7))


def _execute(engine: Engine, statement: str, **values: Any) -> None:
    with writing(engine) as connection:
        connection.execute(text(statement), values)


def _vacuum(engine: Engine) -> None:
    with create_engine(engine.url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _size(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


if __name__ == "__main__":
    main()
