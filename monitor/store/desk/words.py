"""Full-text search over claims: SQLite's FTS5, PostgreSQL's tsvector, both without stemming (names must match).

The words stand in `claim_words`, an ordinary table with an integer key. SQLite's FTS5 table only indexes it ("external
content", https://sqlite.org/fts5.html#external_content_tables) and follows it by triggers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Text,
    column,
    event,
    func,
    literal_column,
    table,
    text,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

from monitor.model import Claim
from monitor.store.tables import claim_words

_SQLITE = (
    "CREATE VIRTUAL TABLE claim_search USING fts5("
    "words, content='claim_words', content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
    "CREATE TRIGGER claim_words_added AFTER INSERT ON claim_words BEGIN "
    "INSERT INTO claim_search(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER claim_words_removed AFTER DELETE ON claim_words BEGIN "
    "INSERT INTO claim_search(claim_search, rowid, words) VALUES ('delete', old.id, old.words); END",
)
_POSTGRESQL = ("CREATE INDEX ix_claim_words_words ON claim_words USING gin (to_tsvector('simple', words))",)
_WORD = re.compile(r'"([^"]+)"|(\S+)')
_PLAIN_NAME = re.compile(r"[^\W_]+(?: [^\W_]+)*")
MOST_WORDS = 12
_SEARCH = table("claim_search", column("rowid", Integer), column("claim_search", Text))


def create_search(connection: Connection) -> None:
    """Create what finds words, beside the table `claim_words`."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.execute(text(statement))


def drop_search(connection: Connection) -> None:
    """Drop what `create_search` made."""
    if connection.dialect.name == "sqlite":
        for statement in ("TRIGGER claim_words_added", "TRIGGER claim_words_removed", "TABLE claim_search"):
            connection.execute(text(f"DROP {statement}"))
    else:
        connection.execute(text("DROP INDEX ix_claim_words_words"))


@event.listens_for(claim_words, "after_create")
def _after_create(_table: object, connection: Connection, **_options: object) -> None:
    create_search(connection)  # for a database in memory, which has no migrations


def index_claims(connection: Connection, claims: Sequence[Claim]) -> None:
    """Make claims findable by the words of their quote, speaker, outlet and place; known ones stay as they are."""
    if not claims:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    rows = [{"claim": claim.id, "words": words_of(claim)} for claim in claims]
    connection.execute(dialect.insert(claim_words).on_conflict_do_nothing(index_elements=["claim"]), rows)


def words_of(claim: Claim) -> str:
    """Return what a claim is found by."""
    return "\n".join(filter(None, (claim.quote, claim.speaker.name, claim.source, claim.place, claim.region)))


def matching(
    connection: Connection, query: str, names: Sequence[str] = ()
) -> tuple[FromClause, ColumnElement[bool], ColumnElement[int]]:
    """Return what to read, the condition that a row of it holds every word and "quoted phrase" of the query, and its
    number: read in the order of that, newest first, a common word need not be sorted.

    `names` are of the outlet and region that the claims are filtered by: they stand among a claim's words, so that the
    index can narrow a common word down to them. Names that are more than plain words are left to the filter.
    """
    terms = [phrase or word for phrase, word in _WORD.findall(query)][:MOST_WORDS]
    terms += [name for name in names if _PLAIN_NAME.fullmatch(name)]
    if connection.dialect.name == "postgresql":
        vector = func.to_tsvector(literal_column("'simple'"), claim_words.c.words)
        asked = [func.phraseto_tsquery(literal_column("'simple'"), term) for term in terms]
        # One query of all terms: each further condition would split every row's words into a vector again.
        if not asked:
            return claim_words, true(), claim_words.c.id
        first, *others = asked
        whole = reduce(_both, others, cast("ColumnElement[Any]", first))
        return claim_words, vector.op("@@")(whole), claim_words.c.id
    quoted = " ".join(f'"{clean}"' for term in terms if (clean := _plain(term))) or '""'
    found = claim_words.join(_SEARCH, _SEARCH.c.rowid == claim_words.c.id)
    return found, _SEARCH.c.claim_search.op("MATCH")(quoted), _SEARCH.c.rowid


def _both(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return one.op("&&")(other)


def _plain(term: str) -> str:
    """Leave of a term what FTS5 reads as words: in its syntax a quote or a NUL would be more."""
    return re.sub(r'["\x00]', " ", term).strip()
