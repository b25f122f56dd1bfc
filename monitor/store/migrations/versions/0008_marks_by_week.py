"""Marks of copies in partitions of a week each on PostgreSQL; an index of the pages that are read no more.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from monitor.store.partitions import AHEAD, PARENT, WEEK, create_partitioned, make_weeks
from monitor.store.tables import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KEPT = timedelta(days=14)
_COPY = "SELECT mark, article, published FROM"


def upgrade() -> None:
    """Change the tables."""
    done = sa.text("finished_at IS NOT NULL")
    op.create_index("ix_pages_finished_at", "pages", ["finished_at"], sqlite_where=done, postgresql_where=done)
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    now = datetime.now(UTC)
    op.rename_table(PARENT, "article_marks_whole")
    create_partitioned(connection)
    make_weeks(connection, now - _KEPT, now + AHEAD * WEEK)
    copied = f"INSERT INTO {PARENT} {_COPY} article_marks_whole WHERE published >= :since"
    connection.execute(sa.text(copied), {"since": now - _KEPT})
    op.drop_table("article_marks_whole")


def downgrade() -> None:
    """Change them back."""
    op.drop_index("ix_pages_finished_at", table_name="pages")
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    op.rename_table(PARENT, "article_marks_weeks")
    op.create_table(
        PARENT,
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("article", sa.String(64), nullable=False),
        sa.Column("published", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_article_marks_article"),
        sa.PrimaryKeyConstraint("mark", "article", name="pk_article_marks"),
    )
    connection.execute(sa.text(f"INSERT INTO {PARENT} {_COPY} article_marks_weeks ON CONFLICT DO NOTHING"))
    op.drop_table("article_marks_weeks")
