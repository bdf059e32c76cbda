"""figures counted ahead

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from bot.db.marks import remove

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_cells",
        sa.Column("rep_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("grain", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pool", sa.String(length=64), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("rep_id", "grain", "start", "pool", name=op.f("pk_figure_cells")),
    )
    op.create_table(
        "figure_leads",
        sa.Column("lead_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_figure_leads")),
    )
    op.create_table(
        "figure_marks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("offer_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_marks")),
    )
    op.create_index(
        "ix_outbox_extras",
        "outbox",
        ["extras"],
        sqlite_where=sa.text("extras > 0"),
        postgresql_where=sa.text("extras > 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_extras", "outbox")
    remove(op.get_bind())
    op.drop_table("figure_marks")
    op.drop_table("figure_leads")
    op.drop_table("figure_cells")
