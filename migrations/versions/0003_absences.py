"""leave, the tasks it lends, and what Slack says of people

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rep_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "plan",
            sa.Enum("cover", "transfer", "wait", name="leaveplan", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("cover_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "state",
            sa.Enum("planned", "running", "over", name="absencestate", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["cover_id"], ["reps.id"], name=op.f("fk_absences_cover_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["reps.id"], name=op.f("fk_absences_created_by_id")),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_absences_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(
            "ix_absences_due",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("state != 'over'"),
            postgresql_where=sa.text("state != 'over'"),
        )
        batch_op.create_index(
            "ix_absences_rep_id",
            ["rep_id"],
            unique=False,
            sqlite_where=sa.text("state != 'over'"),
            postgresql_where=sa.text("state != 'over'"),
        )

    op.create_table(
        "presences",
        sa.Column("rep_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("quiet_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_presences_rep_id")),
        sa.PrimaryKeyConstraint("rep_id", name=op.f("pk_presences")),
    )
    op.create_table(
        "lent_tasks",
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("absence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["absence_id"], ["absences.id"], name=op.f("fk_lent_tasks_absence_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_lent_tasks_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_lent_tasks")),
    )
    with op.batch_alter_table("lent_tasks", schema=None) as batch_op:
        batch_op.create_index("ix_lent_tasks_absence_id", ["absence_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("lent_tasks", schema=None) as batch_op:
        batch_op.drop_index("ix_lent_tasks_absence_id")

    op.drop_table("lent_tasks")
    op.drop_table("presences")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_absences_rep_id",
            sqlite_where=sa.text("state != 'over'"),
            postgresql_where=sa.text("state != 'over'"),
        )
        batch_op.drop_index(
            "ix_absences_due",
            sqlite_where=sa.text("state != 'over'"),
            postgresql_where=sa.text("state != 'over'"),
        )

    op.drop_table("absences")
