"""tasks that fall due together on one list, reminders in the afternoon, and whether a task was settled late

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "due_lists",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["reps.id"], name=op.f("fk_due_lists_owner_id_reps")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_lists")),
    )
    op.create_table(
        "listed_tasks",
        sa.Column("list_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["due_lists.id"], name=op.f("fk_listed_tasks_list_id_due_lists")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_listed_tasks_task_id_tasks")),
        sa.PrimaryKeyConstraint("list_id", "task_id", name=op.f("pk_listed_tasks")),
    )
    op.create_index("ix_listed_tasks_task_id", "listed_tasks", ["task_id"], unique=False)
    with op.batch_alter_table("reps", schema=None) as batch_op:
        # None until the next morning's digest plans the day's reminder.
        batch_op.add_column(sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_reps_remind_at", ["remind_at"], unique=False)
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        # What was settled before counts as settled in time: nobody wrote down when its day was over.
        batch_op.add_column(sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.drop_index("ix_tasks_lead_id")
        batch_op.create_index(
            "ix_tasks_lead_id",
            ["lead_id"],
            unique=False,
            postgresql_include=["kind", "state", "owner_id", "due_at", "late"],
        )


def downgrade() -> None:
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index("ix_tasks_lead_id")
        batch_op.create_index(
            "ix_tasks_lead_id",
            ["lead_id"],
            unique=False,
            postgresql_include=["kind", "state", "owner_id", "due_at"],
        )
        batch_op.drop_column("late")
    with op.batch_alter_table("reps", schema=None) as batch_op:
        batch_op.drop_index("ix_reps_remind_at")
        batch_op.drop_column("remind_at")
    op.drop_index("ix_listed_tasks_task_id", "listed_tasks")
    op.drop_table("listed_tasks")
    op.drop_table("due_lists")
