"""Dismissed claims: the sides of a conflict that a person marked as none, and single pairs of quotes; its outlets.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; what was dismissed before keeps its claims."""
    op.create_table(
        "dismissed_claims",
        sa.Column("conflict", sa.String(length=64), nullable=False),
        sa.Column("claim", sa.String(length=64), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["conflict"], ["conflicts.id"], name="fk_dismissed_claims_conflict"),
        sa.ForeignKeyConstraint(["claim"], ["claims.id"], name="fk_dismissed_claims_claim"),
        sa.PrimaryKeyConstraint("conflict", "claim", name="pk_dismissed_claims"),
    )
    op.create_table(
        "dismissed_pairs",
        sa.Column("first", sa.String(length=64), nullable=False),
        sa.Column("second", sa.String(length=64), nullable=False),
        sa.Column("conflict", sa.String(length=64), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=24), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["first"], ["claims.id"], name="fk_dismissed_pairs_first"),
        sa.ForeignKeyConstraint(["second"], ["claims.id"], name="fk_dismissed_pairs_second"),
        sa.ForeignKeyConstraint(["conflict"], ["conflicts.id"], name="fk_dismissed_pairs_conflict"),
        sa.PrimaryKeyConstraint("first", "second", name="pk_dismissed_pairs"),
    )
    op.create_index("ix_dismissed_pairs_conflict", "dismissed_pairs", ["conflict"])
    op.execute(
        "INSERT INTO dismissed_claims (conflict, claim, side) SELECT p.conflict, p.claim, p.position "
        "FROM position_claims p JOIN dismissals d ON d.conflict = p.conflict"
    )
    op.create_table(
        "conflict_sources",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("conflict", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["conflict"], ["conflicts.id"], name="fk_conflict_sources_conflict"),
        sa.PrimaryKeyConstraint("source", "conflict", name="pk_conflict_sources"),
    )
    op.create_index("ix_conflict_sources_conflict", "conflict_sources", ["conflict"])
    op.execute(
        "INSERT INTO conflict_sources (source, conflict) SELECT DISTINCT a.source, p.conflict FROM position_claims p "
        "JOIN claims c ON c.id = p.claim JOIN articles a ON a.id = c.article"
    )


def downgrade() -> None:
    """Change them back."""
    op.drop_index("ix_conflict_sources_conflict", table_name="conflict_sources")
    op.drop_table("conflict_sources")
    op.drop_index("ix_dismissed_pairs_conflict", table_name="dismissed_pairs")
    op.drop_table("dismissed_pairs")
    op.drop_table("dismissed_claims")
