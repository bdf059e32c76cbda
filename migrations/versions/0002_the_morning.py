"""a morning digest for everybody

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reps", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("digested_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_reps_digest_at", ["digest_at"], unique=False)
    # Due at once: the first one says nothing, it plans the next morning.
    reps = sa.table(
        "reps", sa.column("active", sa.Boolean), sa.column("digest_at", sa.DateTime(timezone=True))
    )
    op.execute(reps.update().where(reps.c.active).values(digest_at=sa.func.current_timestamp()))


def downgrade() -> None:
    with op.batch_alter_table("reps", schema=None) as batch_op:
        batch_op.drop_index("ix_reps_digest_at")
        batch_op.drop_column("digested_at")
        batch_op.drop_column("digest_at")
