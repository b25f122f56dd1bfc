"""An index for a region's latest claims of one frame, whatever their place: rare frames of a busy region need it.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NAME = "ix_claims_region_frame_published"


def upgrade() -> None:
    """Change the tables."""
    op.create_index(_NAME, "claims", ["region", "frame", "published"])


def downgrade() -> None:
    """Change them back."""
    op.drop_index(_NAME, table_name="claims")
