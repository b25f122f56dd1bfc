"""Claims whose article names another watched region, and conflicts about two of them.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.tables import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables. Claims read before this have no neighbours: they are compared within their region, as then."""
    op.create_table(
        "claim_neighbours",
        sa.Column("claim", sa.String(64), nullable=False),
        sa.Column("neighbour", sa.Text(), nullable=False),
        sa.Column("published", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["claim"], ["claims.id"], name="fk_claim_neighbours_claim", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("claim", "neighbour", name="pk_claim_neighbours"),
    )
    op.create_index("ix_claim_neighbours_neighbour_published", "claim_neighbours", ["neighbour", "published"])
    op.create_table(
        "conflict_neighbours",
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("conflict", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["conflict"], ["conflicts.id"], name="fk_conflict_neighbours_conflict"),
        sa.PrimaryKeyConstraint("region", "conflict", name="pk_conflict_neighbours"),
    )
    op.create_index("ix_conflict_neighbours_conflict", "conflict_neighbours", ["conflict"])


def downgrade() -> None:
    """Change them back."""
    op.drop_table("conflict_neighbours")
    op.drop_table("claim_neighbours")
