"""What the desk needs: words to search, acknowledgements, sessions, kinds of dismissal, and indexes for its lists.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.desk.words import create_search, drop_search

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_articles_source_published", "articles", ["source", "published"]),
    ("ix_claims_published_id", "claims", ["published", "id"]),
    ("ix_conflicts_updated_at_id", "conflicts", ["updated_at", "id"]),
    ("ix_conflicts_state_updated_at", "conflicts", ["state", "updated_at", "id"]),
)


def upgrade() -> None:
    """Change the tables."""
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)
    op.create_table(
        "claim_words",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("claim", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["claim"], ["claims.id"], name="fk_claim_words_claim", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_claim_words"),
        sa.UniqueConstraint("claim", name="uq_claim_words_claim"),
    )
    create_search(op.get_bind())
    op.create_table(
        "acknowledgements",
        sa.Column("conflict", sa.String(length=64), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conflict"], ["conflicts.id"], name="fk_acknowledgements_conflict"),
        sa.PrimaryKeyConstraint("conflict", name="pk_acknowledgements"),
    )
    op.create_table(
        "desk_sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_sessions"),
    )
    op.add_column("dismissals", sa.Column("kind", sa.String(length=24), server_default="", nullable=False))


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("dismissals") as dismissals:
        dismissals.drop_column("kind")
    op.drop_table("desk_sessions")
    op.drop_table("acknowledgements")
    drop_search(op.get_bind())
    op.drop_table("claim_words")
    for name, table, _ in _INDEXES:
        op.drop_index(name, table)
