"""follow-up caps

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_up_days",
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "phone", "email", "linkedin", "message", "sms", name="channel", native_enum=False, length=24
            ),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["reps.id"], name=op.f("fk_follow_up_days_owner_id")),
        sa.PrimaryKeyConstraint("owner_id", "channel", "day", name=op.f("pk_follow_up_days")),
    )
    op.add_column("tasks", sa.Column("held_from", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("tasks", "held_from")
    op.drop_table("follow_up_days")
