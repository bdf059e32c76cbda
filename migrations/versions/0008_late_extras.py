"""late extras

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("extras", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("look_again_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_outbox_look_again",
        "outbox",
        ["look_again_at"],
        unique=False,
        sqlite_where=sa.text("look_again_at IS NOT NULL"),
        postgresql_where=sa.text("look_again_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_look_again", table_name="outbox")
    op.drop_column("outbox", "look_again_at")
    op.drop_column("outbox", "extras")
