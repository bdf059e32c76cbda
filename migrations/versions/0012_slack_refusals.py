"""since when a message is wanted, what could not be searched for, and how often Slack refused what

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slack_refusals",
        sa.Column("method", sa.String(length=80), nullable=False),
        sa.Column("error", sa.String(length=80), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("method", "error", name=op.f("pk_slack_refusals")),
    )
    op.add_column("outbox", sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("unsearched", sa.Integer(), server_default="0", nullable=False))
    # Only what waits to be said at all: since when an update waits is not known. All others get it with their next wish.
    op.execute(
        "UPDATE outbox SET wanted_at = created_at WHERE done < wanted AND dead_at IS NULL AND sent_at IS NULL"
    )
    op.create_index(
        "ix_outbox_dead",
        "outbox",
        ["dead_at"],
        unique=False,
        sqlite_where=sa.text("dead_at IS NOT NULL"),
        postgresql_where=sa.text("dead_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_unsearched",
        "outbox",
        ["unsearched"],
        unique=False,
        sqlite_where=sa.text("unsearched > 0"),
        postgresql_where=sa.text("unsearched > 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_unsearched", table_name="outbox")
    op.drop_index("ix_outbox_dead", table_name="outbox")
    op.drop_column("outbox", "unsearched")
    op.drop_column("outbox", "wanted_at")
    op.drop_table("slack_refusals")
