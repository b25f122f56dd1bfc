"""Subscriptions at hubs, publishers that want a pause, and notices as rows that are sent like any other work.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.tables import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    _create_subscriptions()
    op.create_table(
        "pauses",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_pauses")),
    )
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("told", sa.Text(), nullable=False, server_default="[]"))
        for column in _work():
            notices.add_column(column)
    # Notices from before could not be sent; by now they are history.
    op.execute("UPDATE notices SET state = 'untold', finished_at = created_at")
    _due_index("notices")


def downgrade() -> None:
    """Change them back."""
    op.drop_index("ix_notices_due_at", table_name="notices")
    with op.batch_alter_table("notices") as notices:
        for name in ("told", *(column.name for column in _work())):
            notices.drop_column(name)
    op.drop_table("pauses")
    op.drop_index("ix_subscriptions_due_at", table_name="subscriptions")
    op.drop_table("subscriptions")


def _create_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(128), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        *_work(),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], name=op.f("fk_subscriptions_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("source", name=op.f("uq_subscriptions_source")),
    )
    _due_index("subscriptions")


def _work() -> list[sa.Column[object]]:
    return [
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("free_at", UtcDateTime(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
    ]


def _due_index(table: str) -> None:
    waiting = sa.text("due_at IS NOT NULL")
    op.create_index(f"ix_{table}_due_at", table, ["due_at"], sqlite_where=waiting, postgresql_where=waiting)
