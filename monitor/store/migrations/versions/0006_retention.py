"""An index of the articles that have their text still: retention looks at no others.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NAME = "ix_articles_text_kept"


def upgrade() -> None:
    """Change the tables."""
    kept = sa.text("text != ''")
    op.create_index(_NAME, "articles", ["published"], sqlite_where=kept, postgresql_where=kept)


def downgrade() -> None:
    """Change them back."""
    op.drop_index(_NAME, table_name="articles")
