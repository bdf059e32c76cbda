"""Alembic's entry: the connection comes from bot.db.migrate, which is the only way migrations run."""

from alembic import context

from bot.db.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
