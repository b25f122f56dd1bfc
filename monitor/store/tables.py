"""The tables, for SQLite and PostgreSQL alike.

Every row that wants attention has the columns of `_work()`: nobody may claim it before `free_at`, the sweep queues it
again after `due_at` (NULL when it is finished), and `held` says that a worker has it. One partial index on `due_at`
finds all waiting rows, however many finished ones there are. Keys are business identities: storing a thing twice
stores it once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite has no such type and gets it back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, which would be off by hours without anyone seeing it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _work() -> list[Column[Any]]:
    return [
        Column("state", String(16), nullable=False),
        Column("attempts", Integer, nullable=False, default=0, server_default="0"),
        Column("free_at", UtcDateTime),
        Column("due_at", UtcDateTime),
        Column("held", Boolean, nullable=False, default=False, server_default=false()),
        Column("reason", Text, nullable=False, default="", server_default=""),
        Column("created_at", UtcDateTime, nullable=False),
        Column("finished_at", UtcDateTime),
    ]


def _due_index(table: Table) -> None:
    waiting = table.c.due_at.is_not(None)
    Index(f"ix_{table.name}_due_at", table.c.due_at, sqlite_where=waiting, postgresql_where=waiting)


sources = Table(
    "sources",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("feed", Text, nullable=False, unique=True),
    Column("data", Text, nullable=False),  # the Source of the config
    Column("memory", Text, nullable=False),  # what the last polls left behind, as JSON
    Column("active", Boolean, nullable=False),
    *_work(),
)

entries = Table(
    "entries",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("source", ForeignKey("sources.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("link", Text),  # canonical
    Column("data", Text, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("changes", Integer, nullable=False),
    Column("article", String(64)),
    *_work(),
    UniqueConstraint("source", "key"),
)
Index("ix_entries_source_link", entries.c.source, entries.c.link)

articles = Table(
    "articles",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_kind", String(16), nullable=False),
    Column("url", Text, nullable=False),
    Column("published", UtcDateTime, nullable=False),
    Column("fetched", UtcDateTime),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", Text),
    Column("language", String(16)),
    Column("quality", String(24), nullable=False),
    Column("copy_of", String(64)),
    Column("revision", Integer, nullable=False),
    Column("tagged_revision", Integer, nullable=False, default=0, server_default="0"),
    Column("sample", Boolean, nullable=False),
    *_work(),
)
Index("ix_articles_published", articles.c.published)
Index("ix_articles_source_published", articles.c.source, articles.c.published)
_kept = articles.c.text != ""  # what retention still has to look at, however many texts were dropped before
Index("ix_articles_text_kept", articles.c.published, sqlite_where=_kept, postgresql_where=_kept)

article_revisions = Table(
    "article_revisions",
    METADATA,
    Column("article", ForeignKey("articles.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("fetched", UtcDateTime),
)

# Where articles were read, while they are fresh enough to be read again; `created_at` is when a feed first listed it.
pages = Table(
    "pages",
    METADATA,
    Column("id", ForeignKey("articles.id"), primary_key=True),
    Column("url", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    *_work(),
)
_over = pages.c.finished_at.is_not(None)
Index("ix_pages_finished_at", pages.c.finished_at, sqlite_where=_over, postgresql_where=_over)

# Hashes of an article's wording: articles that share some may be copies of one report. On PostgreSQL it is partitioned
# by week of `published`, which is then part of its key, and has no foreign key (store/partitions.py).
article_marks = Table(
    "article_marks",
    METADATA,
    Column("mark", BigInteger, primary_key=True),
    Column("article", ForeignKey("articles.id"), primary_key=True),
    Column("published", UtcDateTime, nullable=False),
)

claims = Table(
    "claims",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("article", ForeignKey("articles.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("current", Boolean, nullable=False),  # false once a later revision of its article was read
    Column("region", Text, nullable=False),
    Column("place", Text, nullable=False),  # "" where the claim names none: NULL would hide it from the index
    Column("frame", String(16), nullable=False),
    Column("published", UtcDateTime, nullable=False),
    Column("data", Text, nullable=False),
)
Index("ix_claims_article", claims.c.article)
Index("ix_claims_question", claims.c.region, claims.c.frame, claims.c.place, claims.c.published)
Index("ix_claims_region_frame_published", claims.c.region, claims.c.frame, claims.c.published)
Index("ix_claims_region_published", claims.c.region, claims.c.published)
Index("ix_claims_published_id", claims.c.published, claims.c.id)

# Claims whose article names another watched region too: they are compared with the claims on that one.
claim_neighbours = Table(
    "claim_neighbours",
    METADATA,
    Column("claim", ForeignKey("claims.id", ondelete="CASCADE"), primary_key=True),
    Column("neighbour", Text, primary_key=True),
    Column("published", UtcDateTime, nullable=False),
)
Index("ix_claim_neighbours_neighbour_published", claim_neighbours.c.neighbour, claim_neighbours.c.published)

# What the search of the desk looks in. On SQLite an FTS5 table follows it by triggers (store/desk/words.py), on
# PostgreSQL a GIN index reads it.
claim_words = Table(
    "claim_words",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("claim", ForeignKey("claims.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("words", Text, nullable=False),
)

# Comparisons of one region are saved one after the other: each must see what the one before it found.
region_versions = Table(
    "region_versions",
    METADATA,
    Column("region", Text, primary_key=True),
    Column("version", Integer, nullable=False),
)

conflicts = Table(
    "conflicts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("region", Text, nullable=False),
    Column("place", Text),
    Column("frame", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("question", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("reasons", Text, nullable=False),  # a JSON list of lines
    Column("state", String(16), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
Index("ix_conflicts_region_updated_at", conflicts.c.region, conflicts.c.updated_at)
Index("ix_conflicts_opened_at", conflicts.c.opened_at)
Index("ix_conflicts_updated_at_id", conflicts.c.updated_at, conflicts.c.id)
Index("ix_conflicts_state_updated_at", conflicts.c.state, conflicts.c.updated_at, conflicts.c.id)

positions = Table(
    "positions",
    METADATA,
    Column("conflict", ForeignKey("conflicts.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("answer", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

position_claims = Table(
    "position_claims",
    METADATA,
    Column("conflict", ForeignKey("conflicts.id"), primary_key=True),
    Column("claim", ForeignKey("claims.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("number", Integer, nullable=False),
)
Index("ix_position_claims_claim", position_claims.c.claim)


def _held_by_conflicts(name: str, what: str) -> Table:
    """What conflicts hold, so that a list of those that hold one such thing need not open them all."""
    conflict: Column[str] = Column("conflict", ForeignKey("conflicts.id"), primary_key=True)
    table = Table(name, METADATA, Column(what, Text, primary_key=True), conflict)
    Index(f"ix_{name}_conflict", table.c.conflict)
    return table


conflict_sources = _held_by_conflicts("conflict_sources", "source")  # the outlets of its claims
conflict_neighbours = _held_by_conflicts("conflict_neighbours", "region")  # their regions besides its own

revisions = Table(
    "revisions",
    METADATA,
    Column("conflict", ForeignKey("conflicts.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("cause", Text, nullable=False),
    Column("note", Text, nullable=False),
)

alerts = Table(
    "alerts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("conflict", ForeignKey("conflicts.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("target", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("possible_repeat", Boolean, nullable=False, default=False, server_default=false()),
    Column("receipt", Text),  # what the target returned, as JSON: Slack's ts, a Message-ID
    *_work(),
    UniqueConstraint("conflict", "revision", "target"),
)
Index("ix_alerts_target_finished_at", alerts.c.target, alerts.c.finished_at)
Index("ix_alerts_created_at", alerts.c.created_at)

silences = Table(
    "silences",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("matchers", Text, nullable=False),  # a JSON object: region, frame, conflict, target …
    Column("state", String(16), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("author", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
Index("ix_silences_ends_at", silences.c.ends_at)

dismissals = Table(
    "dismissals",
    METADATA,
    Column("conflict", ForeignKey("conflicts.id"), primary_key=True),
    Column("author", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("kind", String(24), nullable=False, default="", server_default=""),  # of trap, in the evaluation format
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# The sides of a dismissed conflict as they were then: what repeats them is none either.
dismissed_claims = Table(
    "dismissed_claims",
    METADATA,
    Column("conflict", ForeignKey("conflicts.id"), primary_key=True),
    Column("claim", ForeignKey("claims.id"), primary_key=True),
    Column("side", Integer, nullable=False),
)

# Two quotes that do not contradict each other, the lesser id first.
dismissed_pairs = Table(
    "dismissed_pairs",
    METADATA,
    Column("first", ForeignKey("claims.id"), primary_key=True),
    Column("second", ForeignKey("claims.id"), primary_key=True),
    Column("conflict", ForeignKey("conflicts.id"), nullable=False),
    Column("author", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("kind", String(24), nullable=False, default="", server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
)
Index("ix_dismissed_pairs_conflict", dismissed_pairs.c.conflict)

acknowledgements = Table(
    "acknowledgements",
    METADATA,
    Column("conflict", ForeignKey("conflicts.id"), primary_key=True),
    Column("author", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # a later revision wants a look of its own
    Column("created_at", UtcDateTime, nullable=False),
)

# Logins at the desk; `id` is the hash of the cookie, so that a copy of the database lets nobody in.
desk_sessions = Table(
    "desk_sessions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("author", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

# What the operator is told of a source: that it fails, works again, is gone or has moved.
notices = Table(
    "notices",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("source", ForeignKey("sources.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("told", Text, nullable=False, default="[]", server_default="[]"),  # the targets that have it, as JSON
    *_work(),
)
Index("ix_notices_created_at", notices.c.created_at)

# What a hub pushes (WebSub): `id` ends the callback's address, which nobody else can guess.
subscriptions = Table(
    "subscriptions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("source", ForeignKey("sources.id"), nullable=False, unique=True),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("secret", String(128), nullable=False),
    Column("lease_until", UtcDateTime),
    *_work(),
)

# Publishers that refused with Retry-After: none of their feeds is asked until then.
pauses = Table(
    "pauses",
    METADATA,
    Column("scope", Text, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)

WORK_TABLES = (sources, entries, articles, alerts, notices, subscriptions, pages)
for _table in WORK_TABLES:
    _due_index(_table)
