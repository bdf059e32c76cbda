"""fair turns: the weight a turn was counted with, and indexes for standings and caps

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.add_column(sa.Column("weight", sa.Integer(), nullable=True))
        batch_op.drop_index("ix_turns_pool_rep_id")
        batch_op.create_index(
            "ix_turns_pool_rep_id",
            ["pool", "rep_id"],
            unique=False,
            postgresql_include=["id", "amount", "reason", "weight", "offer_id", "at"],
        )
        batch_op.create_index("ix_turns_rep_id_at", ["rep_id", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.drop_index("ix_turns_rep_id_at")
        batch_op.drop_index("ix_turns_pool_rep_id")
        batch_op.create_index("ix_turns_pool_rep_id", ["pool", "rep_id"], unique=False)
        batch_op.drop_column("weight")
